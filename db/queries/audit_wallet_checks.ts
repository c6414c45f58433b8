/** What the auditor asks about wallets, in statements of its own: what is left, who used it, and what expired. */
import type { SystemDb } from "../system.ts";
import { type Finding, finding, shownMost } from "./audit_checks.ts";

/** No credit is used twice or by another customer: what came in is what was used, expired and is left. */
export async function findWrongWallets(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`select count(*) as count from wallet_credit`,
    db.sql`
      with credits as (
        select w.*, p.amount as paid, p.currency as paid_in, p.customer_id as paid_by, p.billing_entity_id as paid_to,
          coalesce((select sum(u.amount) from wallet_use u where u.tenant_id = w.tenant_id and u.wallet_credit_id = w.id), 0) as used,
          coalesce((select sum(e.amount) from wallet_expiry e where e.tenant_id = w.tenant_id and e.wallet_credit_id = w.id), 0) as expired,
          (select min(e.expired_on) from wallet_expiry e where e.tenant_id = w.tenant_id and e.wallet_credit_id = w.id
            and e.amount > 0) as first_expiry
        from wallet_credit w
        left join payment p on p.tenant_id = w.tenant_id and p.id = w.payment_id
      ), judged as (
        select tenant_id, id, amount, used, expired, case
          when kind = 'granted' and remaining <> amount - used - expired then 'has more or less left than was not used'
          when kind <> 'granted' and (paid <> amount or paid_in <> currency or paid_by <> customer_id
            or paid_to <> billing_entity_id) then 'is not what its payment brought'
          when first_expiry < expires_on or first_expiry is not null and expires_on is null then 'expired before its day'
          end as fault
        from credits
      ), crossed as (
        select u.tenant_id, w.id, w.amount, u.amount as used, 0 as expired, case
          when w.kind <> 'granted' then 'is used as a discount and was not granted'
          when i.customer_id <> w.customer_id then 'is used by another customer'
          when i.billing_entity_id <> w.billing_entity_id then 'is used at another entity'
          when i.currency <> w.currency then 'is used in another currency' end as fault
        from wallet_use u
        join wallet_credit w on w.tenant_id = u.tenant_id and w.id = u.wallet_credit_id
        join invoice i on i.tenant_id = u.tenant_id and i.id = u.invoice_id
      )
      select tenant_id::text as tenant, id::text as credit, fault, amount, used::bigint as used, expired::bigint as expired
      from (select * from judged union all select * from crossed) as found
      where fault is not null order by 1, 2 limit ${shownMost}`,
  );
}

/** What expired of paid money is posted once, on its day, from the customer to revenue; of granted money nothing is. */
export async function findWrongExpiryPostings(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`select count(*) as count from wallet_expiry`,
    db.sql`
      with posted as (
        select t.tenant_id, t.wallet_expiry_id, count(distinct t.id) as postings, count(*) as entries,
          coalesce(-sum(e.amount) filter (where a.code = '4100'), 0) as revenue,
          coalesce(sum(e.amount) filter (where a.code = '1100' and e.customer_id = w.customer_id), 0) as receivable,
          bool_and(e.currency = w.currency and a.billing_entity_id = w.billing_entity_id and t.posted_on = x.expired_on) as fits
        from ledger_transaction t
        join wallet_expiry x on x.tenant_id = t.tenant_id and x.id = t.wallet_expiry_id
        join wallet_credit w on w.tenant_id = x.tenant_id and w.id = x.wallet_credit_id
        join ledger_entry e on e.tenant_id = t.tenant_id and e.ledger_transaction_id = t.id
        join ledger_account a on a.tenant_id = e.tenant_id and a.id = e.ledger_account_id
        group by 1, 2
      )
      select x.tenant_id::text as tenant, x.id::text as expiry, x.amount, coalesce(posted.postings, 0) as postings
      from wallet_expiry x
      join wallet_credit w on w.tenant_id = x.tenant_id and w.id = x.wallet_credit_id
      left join posted on posted.tenant_id = x.tenant_id and posted.wallet_expiry_id = x.id
      where case when w.kind = 'granted' then posted.postings is not null
        else posted.postings is distinct from 1 or posted.entries <> 2 or posted.revenue <> x.amount
          or posted.receivable <> x.amount or not posted.fits end
      order by 1, 2 limit ${shownMost}`,
  );
}
