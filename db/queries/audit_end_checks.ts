/** What the auditor asks about invoices that ended unpaid, in statements of its own: voided, or written off. */
import type { SystemDb } from "../system.ts";
import { type Finding, finding, shownMost } from "./audit_checks.ts";

/** A void invoice is posted away once, as it was posted; nothing was paid or credited of it. Any other is not posted away. */
export async function findWrongVoids(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`select count(*) as count from invoice where state = 'void'`,
    db.sql`
      with sums as (
        select t.tenant_id, t.invoice_id, count(distinct t.id) filter (where t.kind = 'invoice_voided') as voidings,
          a.id as account, e.customer_id, e.currency, sum(e.amount) as rest
        from ledger_transaction t
        join ledger_entry e on e.tenant_id = t.tenant_id and e.ledger_transaction_id = t.id
        join ledger_account a on a.tenant_id = e.tenant_id and a.id = e.ledger_account_id
        where t.kind in ('invoice_issued', 'invoice_voided')
        group by t.tenant_id, t.invoice_id, a.id, e.customer_id, e.currency
      ), posted as (
        select tenant_id, invoice_id, max(voidings) as voidings, bool_and(rest = 0) as is_mirror from sums group by 1, 2
      )
      select i.tenant_id::text as tenant, coalesce(i.number, 'draft ' || i.id::text) as invoice, i.state,
        coalesce(p.voidings, 0)::bigint as postings, i.credited_amount
      from invoice i
      left join posted p on p.tenant_id = i.tenant_id and p.invoice_id = i.id
      where case when i.state = 'void' then p.voidings is distinct from 1 or not p.is_mirror or i.credited_amount <> 0 or i.written_off_amount <> 0
          or exists (select from message m where m.tenant_id = i.tenant_id and m.invoice_id = i.id
            and m.state <> 'failed')
        else coalesce(p.voidings, 0) <> 0 end
      order by 1, 2 limit ${shownMost}`,
  );
}

/** A write-off is posted once on its day, takes no more tax back than is left at any rate, and all of them are what the invoice says. */
export async function findWrongWriteOffs(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`select count(*) as count from write_off`,
    db.sql`
      with posted as (
        select t.tenant_id, t.write_off_id, count(distinct t.id) as postings, min(t.posted_on) as day,
          coalesce(-sum(e.amount) filter (where a.code = '1100' and e.customer_id = i.customer_id), 0) as receivable,
          coalesce(sum(e.amount) filter (where a.code = '2200'), 0) as tax,
          coalesce(sum(e.amount) filter (where a.code = '6100'), 0) as loss,
          bool_and(e.currency = i.currency and a.billing_entity_id = i.billing_entity_id and w.invoice_id = i.id) as fits
        from ledger_transaction t
        join write_off w on w.tenant_id = t.tenant_id and w.id = t.write_off_id
        join invoice i on i.tenant_id = t.tenant_id and i.id = t.invoice_id
        join ledger_entry e on e.tenant_id = t.tenant_id and e.ledger_transaction_id = t.id
        join ledger_account a on a.tenant_id = e.tenant_id and a.id = e.ledger_account_id
        where t.kind = 'invoice_written_off'
        group by 1, 2
      ), single as (
        select w.tenant_id, w.invoice_id, case
          when p.postings is distinct from 1 then 'has a write-off that is not posted once'
          when p.receivable <> w.amount or p.tax <> w.tax_relief or p.loss <> w.amount - w.tax_relief or not p.fits
            or p.day <> w.written_off_on then 'has a write-off that is posted by other amounts'
          when w.tax_relief <> coalesce((select sum(x.amount) from write_off_tax x where x.tenant_id = w.tenant_id
            and x.write_off_id = w.id), 0) then 'has a write-off whose tax does not add up' end as fault
        from write_off w
        left join posted p on p.tenant_id = w.tenant_id and p.write_off_id = w.id
      ), relief as (
        select w.tenant_id, w.invoice_id, x.category, x.percent, sum(x.amount) as amount
        from write_off w join write_off_tax x on x.tenant_id = w.tenant_id and x.write_off_id = w.id
        group by 1, 2, 3, 4
      ), excess as (
        select r.tenant_id, r.invoice_id, 'takes back more tax than it has' as fault
        from relief r
        left join invoice_tax t on t.tenant_id = r.tenant_id and t.invoice_id = r.invoice_id
          and t.category = r.category and t.percent = r.percent
        where coalesce(r.amount > t.amount - coalesce((select sum(c.amount) from credit_note n
          join credit_note_tax c on c.tenant_id = n.tenant_id and c.credit_note_id = n.id
          where n.tenant_id = t.tenant_id and n.invoice_id = t.invoice_id and c.category = t.category
            and c.percent = t.percent), 0), true)
      ), summed as (
        select i.tenant_id, i.id as invoice_id, 'says another amount than its write-offs' as fault
        from invoice i
        left join (select tenant_id, invoice_id, sum(amount) as amount from write_off group by 1, 2) w
          on w.tenant_id = i.tenant_id and w.invoice_id = i.id
        where i.written_off_amount <> coalesce(w.amount, 0)
          or (i.state = 'uncollectible' and i.written_off_amount = 0)
      )
      select f.tenant_id::text as tenant, coalesce(i.number, 'draft') as invoice, i.state, f.fault, i.written_off_amount
      from (select * from single union all select * from excess union all select * from summed) f
      join invoice i on i.tenant_id = f.tenant_id and i.id = f.invoice_id
      where f.fault is not null order by 1, 2, 4 limit ${shownMost}`,
  );
}

/**
 * Nothing is posted in a month after it was closed and before it was re-opened, and the lock says how far the books are closed.
 * A posting is as old as its transaction, which may have waited for the month to be re-opened: hence the minute.
 */
export async function findPostingsInClosedPeriods(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`select count(*) as count from accounting_period_change where kind = 'closed'`,
    db.sql`
      with spans as (
        select tenant_id, billing_entity_id, month, kind,
          row_number() over (partition by tenant_id, billing_entity_id order by id desc) as age
        from accounting_period_change
      )
      select s.tenant_id::text as tenant, s.billing_entity_id::text as entity, to_char(s.month, 'YYYY-MM') as month,
        t.id::text as posted, 'is posted in a closed month' as fault
      from spans s
      join audit_event a on a.tenant_id = s.tenant_id and a.command = 'accounting_period.close'
        and a.subject_id = s.billing_entity_id::text and a.detail->>'month' = to_char(s.month, 'YYYY-MM')
      join ledger_transaction t on t.tenant_id = s.tenant_id and t.billing_entity_id = s.billing_entity_id
        and t.posted_on < s.month + interval '1 month' and t.posted_on >= s.month
        and t.created_at > a.at and not exists (
          select from audit_event r where r.tenant_id = s.tenant_id and r.command = 'accounting_period.reopen'
            and r.subject_id = s.billing_entity_id::text and r.detail->>'month' = to_char(s.month, 'YYYY-MM')
            and r.at between a.at and t.created_at + interval '1 minute')
      where s.kind = 'closed'
      union
      select s.tenant_id::text, s.billing_entity_id::text, to_char(s.month, 'YYYY-MM'), null, 'is not what the lock says'
      from spans s
      left join accounting_lock l on l.tenant_id = s.tenant_id and l.billing_entity_id = s.billing_entity_id
      where s.age = 1 and l.closed_through is distinct from (s.month +
        case s.kind when 'closed' then interval '1 month' else interval '0 month' end - interval '1 day')::date
      order by 1, 2, 3 limit ${shownMost}`,
  );
}
