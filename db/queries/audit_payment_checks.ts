/** What the auditor asks about payments: allocations, open amounts, postings and reversals, in statements of its own. */
import type { SystemDb } from "../system.ts";
import { type Finding, finding, shownMost } from "./audit_checks.ts";

/** No payment settles more than came in, and no invoice gets more than it comes to; both are of one customer, entity and currency. */
export async function findOverAllocations(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`select count(*) as count from payment`,
    db.sql`
      with per_payment as (
        select p.tenant_id, 'payment ' || p.id::text as what, p.amount as most, coalesce(sum(a.amount), 0) as allocated,
          case when coalesce(sum(a.amount), 0) not between 0 and p.amount then 'settles more or less than came in'
            when p.state = 'reversed' and coalesce(sum(a.amount), 0) <> 0 then 'is reversed and still settles'
            when p.credit <> case p.state when 'reversed' then 0 else p.amount - coalesce(sum(a.amount), 0) - coalesce((
                select sum(e.amount) from wallet_credit w
                join wallet_expiry e on e.tenant_id = w.tenant_id and e.wallet_credit_id = w.id
                where w.tenant_id = p.tenant_id and w.payment_id = p.id), 0) end
              then 'has other credit than what is left'
            end as fault
        from payment p
        left join payment_allocation a on a.tenant_id = p.tenant_id and a.payment_id = p.id
        group by p.tenant_id, p.id
      ), per_invoice as (
        select i.tenant_id, 'invoice ' || coalesce(i.number, i.id::text) as what, i.total - i.credited_amount as most,
          sum(a.amount) as allocated,
          case when sum(a.amount) not between 0 and i.total - i.credited_amount then 'is settled by more or less than it comes to'
            when i.number is null then 'is a draft and settled' end as fault
        from invoice i
        join payment_allocation a on a.tenant_id = i.tenant_id and a.invoice_id = i.id
        group by i.tenant_id, i.id
      ), crossed as (
        select a.tenant_id, 'invoice ' || coalesce(i.number, i.id::text) as what, p.amount as most, a.amount as allocated,
          case when p.currency <> i.currency then 'is settled in another currency'
            when p.customer_id <> i.customer_id then 'is settled by another customer'
            when p.billing_entity_id <> i.billing_entity_id then 'is settled at another entity' end as fault
        from payment_allocation a
        join payment p on p.tenant_id = a.tenant_id and p.id = a.payment_id
        join invoice i on i.tenant_id = a.tenant_id and i.id = a.invoice_id
      )
      select tenant_id::text as tenant, what, fault, most, allocated::bigint as allocated
      from (select * from per_payment union all select * from per_invoice union all select * from crossed) as all_of_them
      where fault is not null order by 1, 2 limit ${shownMost}`,
  );
}

/** What is open on an invoice is its total less what credit notes took, was written off and payments settle; its state says the same. */
export async function findWrongOpenAmounts(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`select count(*) as count from invoice
      where state in ('issued', 'partially_paid', 'paid', 'credited', 'uncollectible')`,
    db.sql`
      select i.tenant_id::text as tenant, i.number as invoice, i.state, i.total, i.open_amount,
        coalesce(n.amount, 0)::bigint as credited, coalesce(a.amount, 0)::bigint as settled
      from invoice i
      left join (select tenant_id, invoice_id, sum(amount) as amount from payment_allocation group by 1, 2) a
        on a.tenant_id = i.tenant_id and a.invoice_id = i.id
      left join (select tenant_id, invoice_id, sum(total) as amount from credit_note where state = 'issued' group by 1, 2) n
        on n.tenant_id = i.tenant_id and n.invoice_id = i.id
      left join (select tenant_id, invoice_id, sum(amount) as amount from write_off group by 1, 2) w
        on w.tenant_id = i.tenant_id and w.invoice_id = i.id
      where i.state in ('issued', 'partially_paid', 'paid', 'credited', 'uncollectible')
        and (i.open_amount <> i.total - coalesce(n.amount, 0) - coalesce(w.amount, 0) - coalesce(a.amount, 0)
          or i.state <> case when i.total = 0 then 'paid' when n.amount = i.total then 'credited'
            when w.amount > 0 and coalesce(a.amount, 0) = i.total - coalesce(n.amount, 0) - w.amount then 'uncollectible'
            when coalesce(a.amount, 0) = 0 then 'issued'
            when a.amount = i.total - coalesce(n.amount, 0) - coalesce(w.amount, 0) then 'paid' else 'partially_paid' end)
      order by 1, 2 limit ${shownMost}`,
  );
}

/** Every payment is posted once, on its day: its amount from the customer to the bank. */
export async function findWrongPaymentPostings(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`select count(*) as count from payment`,
    db.sql`
      with posted as (
        select t.tenant_id, t.payment_id, count(distinct t.id) as postings, count(*) as entries,
          coalesce(sum(e.amount) filter (where a.code = '1000'), 0) as bank,
          coalesce(-sum(e.amount) filter (where a.code = '1100' and e.customer_id = p.customer_id), 0) as receivable,
          bool_and(e.currency = p.currency and a.billing_entity_id = p.billing_entity_id
            and t.billing_entity_id = p.billing_entity_id and t.posted_on = p.received_on) as fits
        from ledger_transaction t
        join payment p on p.tenant_id = t.tenant_id and p.id = t.payment_id
        join ledger_entry e on e.tenant_id = t.tenant_id and e.ledger_transaction_id = t.id
        join ledger_account a on a.tenant_id = e.tenant_id and a.id = e.ledger_account_id
        where t.kind = 'payment_received' group by 1, 2
      )
      select p.tenant_id::text as tenant, p.id::text as payment, p.amount, coalesce(posted.postings, 0) as postings,
        posted.bank::bigint as bank, posted.receivable::bigint as receivable
      from payment p
      left join posted on posted.tenant_id = p.tenant_id and posted.payment_id = p.id
      where posted.postings is distinct from 1 or posted.entries <> 2 or posted.bank <> p.amount
        or posted.receivable <> p.amount or not posted.fits
      order by 1, 2 limit ${shownMost}`,
  );
}

/** A reversed payment has one reversal, one posting that is the mirror of its own, and each allocation taken back once. */
export async function findTornReversals(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`select count(*) as count from payment where state = 'reversed'`,
    db.sql`
      with entries as (
        select t.tenant_id, t.payment_id, t.kind, e.ledger_account_id, e.customer_id, e.currency, e.amount
        from ledger_transaction t
        join ledger_entry e on e.tenant_id = t.tenant_id and e.ledger_transaction_id = t.id
        where t.kind in ('payment_received', 'payment_reversed')
      ), left_over as (
        select tenant_id, payment_id from entries
        group by tenant_id, payment_id, ledger_account_id, customer_id, currency
        having bool_or(kind = 'payment_reversed') and sum(amount) <> 0
      ), mirrored as (
        select tenant_id, payment_id, count(*) as postings from ledger_transaction where kind = 'payment_reversed' group by 1, 2
      ), judged as (
        select p.tenant_id, p.id, p.state, case
          when p.state = 'reversed' and r.payment_id is null then 'has no reason and nobody who reversed it'
          when p.state <> 'reversed' and r.payment_id is not null then 'has a reversal and is not reversed'
          when p.state = 'reversed' and m.postings is distinct from 1 then 'is not posted back once'
          when p.state <> 'reversed' and m.postings is not null then 'is posted back and not reversed'
          when exists (select from left_over o where o.tenant_id = p.tenant_id and o.payment_id = p.id)
            then 'is posted back by another amount' end as fault
        from payment p
        left join payment_reversal r on r.tenant_id = p.tenant_id and r.payment_id = p.id
        left join mirrored m on m.tenant_id = p.tenant_id and m.payment_id = p.id
      ), unlike as (
        select b.tenant_id, b.payment_id as id, 'allocation ' || b.id::text as state, 'takes back something else' as fault
        from payment_allocation b
        left join payment_allocation a on a.tenant_id = b.tenant_id and a.id = b.reverses_id
        where b.reverses_id is not null and (a.id is null or a.payment_id <> b.payment_id
          or a.invoice_id <> b.invoice_id or a.amount <> -b.amount or a.reverses_id is not null)
      )
      select tenant_id::text as tenant, id::text as payment, state, fault
      from (select * from judged union all select * from unlike) as found
      where fault is not null order by 1, 2 limit ${shownMost}`,
  );
}

/** Every payment is in the audit trail, and so is every reversal. */
export async function findUnattestedPayments(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`select count(*) as count from payment`,
    db.sql`
      select p.tenant_id::text as tenant, p.id::text as payment, needed.command
      from payment p
      join (values ('payment.record', 'received'), ('payment.record', 'reversed'), ('payment.reverse', 'reversed'))
        as needed(command, state) on needed.state = p.state
      where not exists (select from audit_event a where a.tenant_id = p.tenant_id and a.subject_type = 'payment'
        and a.subject_id = p.id::text and a.command in (needed.command, case needed.command when 'payment.record' then 'wallet.pay_in' end))
      order by 1, 2, 3 limit ${shownMost}`,
  );
}

/** Every payment that a command acknowledged under an idempotency key is there, with that amount. */
export async function findLostPayments(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`select count(*) as count from idempotency_key where command = 'payment.record' and answer is not null`,
    db.sql`
      select k.tenant_id::text as tenant, k.key, k.answer ->> 'paymentId' as acknowledged,
        k.answer ->> 'amount' as amount, p.amount as found
      from idempotency_key k
      left join payment p on p.tenant_id = k.tenant_id and p.id::text = k.answer ->> 'paymentId'
      where k.command = 'payment.record' and k.answer is not null
        and (p.id is null or p.currency <> k.answer ->> 'currency'
          or p.amount::text <> ltrim(replace(k.answer ->> 'amount', '.', ''), '0'))
      order by 1, 2 limit ${shownMost}`,
  );
}
