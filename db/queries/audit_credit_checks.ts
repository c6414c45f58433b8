/** What the auditor asks about credit notes: rule 8, their sums, postings, numbers and steps, in statements of its own. */
import type { SystemDb } from "../system.ts";
import { type Finding, finding, shownMost } from "./audit_checks.ts";

/**
 * No line, tax rate or invoice is credited by more than it has, drafts included; and what is credited in all is credited to
 * the cent of every line and rate.
 */
export async function findOverCredits(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`select count(*) as count from (select distinct tenant_id, invoice_id from credit_note) as credited`,
    db.sql`
      with issued as (
        select tenant_id, invoice_id, sum(total) filter (where state = 'issued') as issued, sum(total) as total
        from credit_note group by 1, 2
      ), whole as (
        select i.tenant_id, i.id, i.number, i.total, coalesce(c.total, 0) as credited,
          coalesce(c.issued, 0) = i.total as is_whole, i.credited_amount, coalesce(c.issued, 0) as issued, i.state
        from invoice i left join issued c on c.tenant_id = i.tenant_id and c.invoice_id = i.id
        where c.invoice_id is not null or i.credited_amount <> 0 or i.state = 'credited'
      ), judged as (
        select tenant_id, number, 'in all' as what, total as most, credited, case
          when credited > total then 'is credited by more than it comes to'
          when credited_amount <> issued then 'says another amount than its credit notes'
          when is_whole <> (state = 'credited') then 'has a state that does not fit its credit notes' end as fault
        from whole
        union all
        select w.tenant_id, w.number, 'line ' || l.position, l.amount, coalesce(sum(p.amount), 0), case
          when coalesce(sum(p.amount), 0) not between least(0, l.amount) and greatest(0, l.amount)
            then 'is credited by more than it comes to'
          when w.is_whole and coalesce(sum(p.amount), 0) <> l.amount then 'is not credited to the cent'
          when bool_or(p.tax_category is distinct from l.tax_category or p.tax_percent is distinct from l.tax_percent)
            filter (where p.id is not null) then 'is credited at another tax rate' end
        from whole w
        join invoice_line l on l.tenant_id = w.tenant_id and l.invoice_id = w.id
        left join credit_note_line p on p.tenant_id = l.tenant_id and p.invoice_line_id = l.id
        group by w.tenant_id, w.number, w.is_whole, l.position, l.amount
        union all
        select w.tenant_id, w.number, 'tax of ' || t.category || ' at ' || t.percent::text || '%', t.amount,
          coalesce(sum(x.amount), 0), case
          when coalesce(sum(x.amount), 0) not between least(0, t.amount) and greatest(0, t.amount)
            or coalesce(sum(x.base), 0) not between least(0, t.base) and greatest(0, t.base)
            then 'is credited by more than it comes to'
          when w.is_whole and (coalesce(sum(x.amount), 0) <> t.amount or coalesce(sum(x.base), 0) <> t.base)
            then 'is not credited to the cent' end
        from whole w
        join invoice_tax t on t.tenant_id = w.tenant_id and t.invoice_id = w.id
        left join (select n.tenant_id, n.invoice_id, y.category, y.percent, y.base, y.amount from credit_note n
          join credit_note_tax y on y.tenant_id = n.tenant_id and y.credit_note_id = n.id) x
          on x.tenant_id = t.tenant_id and x.invoice_id = t.invoice_id and x.category = t.category
            and x.percent = t.percent
        group by w.tenant_id, w.number, w.is_whole, t.category, t.percent, t.base, t.amount
      )
      select tenant_id::text as tenant, number as invoice, what, fault, most::bigint, credited::bigint
      from judged where fault is not null order by 1, 2, 3 limit ${shownMost}`,
  );
}

/** Header, document, lines and taxes of a credit note agree, and it belongs to the invoice whose lines it names. */
export async function findTornCreditNotes(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`select count(*) as count from credit_note`,
    db.sql`
      with lines as (
        select p.tenant_id, p.credit_note_id, count(*) as lines, max(p.position) as last, sum(p.amount) as amount,
          array_agg(distinct l.invoice_id) as invoices
        from credit_note_line p
        join invoice_line l on l.tenant_id = p.tenant_id and l.id = p.invoice_line_id
        group by 1, 2
      ), taxes as (
        select tenant_id, credit_note_id, sum(amount) as amount from credit_note_tax group by 1, 2
      ), bases as (
        select p.tenant_id, p.credit_note_id, p.tax_category, p.tax_percent, sum(p.amount) as amount
        from credit_note_line p where p.tax_category is not null group by 1, 2, 3, 4
      ), unlike as (
        select b.tenant_id, b.credit_note_id from bases b
        join credit_note_document d on d.tenant_id = b.tenant_id and d.credit_note_id = b.credit_note_id
        left join credit_note_tax t on t.tenant_id = b.tenant_id and t.credit_note_id = b.credit_note_id
          and t.category = b.tax_category and t.percent = b.tax_percent
        where b.amount is distinct from t.base + case when d.tax_inclusive then t.amount else 0 end
      ), judged as (
        select n.*, case
          when d.credit_note_id is null then 'has no document'
          when l.lines is null then 'has no line'
          when l.last <> l.lines then 'has a gap in its lines'
          when l.invoices <> array[n.invoice_id] then 'takes from another invoice than it names'
          when i.customer_id <> n.customer_id or i.billing_entity_id <> n.billing_entity_id
            or i.currency <> n.currency then 'is of another customer, entity or currency than its invoice'
          when d.total <> n.total or d.subtotal <> l.amount or d.tax_total <> coalesce(t.amount, 0)
            or d.total <> l.amount + case when d.tax_inclusive then 0 else coalesce(t.amount, 0) end
            then 'does not add up'
          when exists (select from unlike u where u.tenant_id = n.tenant_id and u.credit_note_id = n.id)
            then 'has a tax base that is not the sum of its lines'
          when n.issue_date < i.issue_date then 'is older than its invoice' end as fault
        from credit_note n
        join invoice i on i.tenant_id = n.tenant_id and i.id = n.invoice_id
        left join credit_note_document d on d.tenant_id = n.tenant_id and d.credit_note_id = n.id
        left join lines l on l.tenant_id = n.tenant_id and l.credit_note_id = n.id
        left join taxes t on t.tenant_id = n.tenant_id and t.credit_note_id = n.id
      )
      select tenant_id::text as tenant, coalesce(number, 'draft ' || id::text) as credit_note, fault, total
      from judged where fault is not null order by 1, 2 limit ${shownMost}`,
  );
}

/** Every issued credit note is posted once, as printed: revenue and tax back, and the customer owes that much less. */
export async function findWrongCreditPostings(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`select count(*) as count from credit_note where state = 'issued'`,
    db.sql`
      with posted as (
        select t.tenant_id, t.credit_note_id, count(distinct t.id) as postings,
          coalesce(-sum(e.amount) filter (where a.code = '1100' and e.customer_id = n.customer_id), 0) as receivable,
          coalesce(sum(e.amount) filter (where a.code = '2200'), 0) as tax,
          coalesce(sum(e.amount) filter (where a.code = '4000'), 0) as revenue,
          bool_and(t.kind = 'credit_note_issued' and e.currency = n.currency and t.posted_on = n.issue_date
            and t.invoice_id = n.invoice_id and a.billing_entity_id = n.billing_entity_id) as fits
        from ledger_transaction t
        join credit_note n on n.tenant_id = t.tenant_id and n.id = t.credit_note_id
        join ledger_entry e on e.tenant_id = t.tenant_id and e.ledger_transaction_id = t.id
        join ledger_account a on a.tenant_id = e.tenant_id and a.id = e.ledger_account_id
        group by 1, 2
      )
      select n.tenant_id::text as tenant, coalesce(n.number, 'draft ' || n.id::text) as credit_note, n.total,
        coalesce(p.postings, 0) as postings, p.receivable::bigint, p.tax::bigint, p.revenue::bigint
      from credit_note n
      left join credit_note_document d on d.tenant_id = n.tenant_id and d.credit_note_id = n.id
      left join posted p on p.tenant_id = n.tenant_id and p.credit_note_id = n.id
      where case when n.number is null then p.postings is not null
        else p.postings is distinct from 1 or p.receivable <> n.total or p.tax <> d.tax_total
          or p.revenue <> n.total - d.tax_total or not p.fits end
      order by 1, 2 limit ${shownMost}`,
  );
}

/** Numbers of credit notes run from 1 without gap or repeat and in the order of their dates, as their series says. */
export async function findCreditNumberGaps(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`select count(*) as count from number_series where document_type = 'credit_note'`,
    db.sql`
      with dated as (
        select n.*, lag(n.issue_date) over series as before from credit_note n where n.number is not null
        window series as (partition by n.tenant_id, n.billing_entity_id, n.series_year order by n.series_number)
      ), used as (
        select n.tenant_id, n.billing_entity_id, n.series_year as year, count(*) as notes,
          count(distinct n.series_number) as numbers, min(n.series_number) as first, max(n.series_number) as last,
          bool_and(coalesce(n.number = concat_ws(coalesce(s.separator, '-'), coalesce(s.prefix, e.number_prefix || '-CN'),
            right(n.series_year::text, coalesce(s.year_digits, 4)), lpad(n.series_number::text,
              greatest(coalesce(s.number_digits, 4), length(n.series_number::text)), '0')), false)) as well_written,
          bool_and(n.series_year = extract(year from n.issue_date)) as in_year,
          bool_and(n.before is null or n.before <= n.issue_date) as in_order
        from dated n
        join billing_entity e on e.tenant_id = n.tenant_id and e.id = n.billing_entity_id
        left join number_series s on s.tenant_id = n.tenant_id and s.billing_entity_id = n.billing_entity_id
          and s.document_type = 'credit_note' and s.year = n.series_year
        group by 1, 2, 3
      )
      select coalesce(u.tenant_id, s.tenant_id)::text as tenant, e.number_prefix as prefix,
        coalesce(u.year, s.year) as year, u.notes, u.numbers, u.first, u.last, s.last_number as counter,
        u.well_written, u.in_year, u.in_order
      from used u
      full join (select * from number_series where document_type = 'credit_note') s
        on s.tenant_id = u.tenant_id and s.billing_entity_id = u.billing_entity_id and s.year = u.year
      left join billing_entity e on e.tenant_id = coalesce(u.tenant_id, s.tenant_id)
        and e.id = coalesce(u.billing_entity_id, s.billing_entity_id)
      where (u.year is not null or s.last_number <> 0)
        and (u.first is distinct from 1 or u.last <> u.notes or u.numbers <> u.notes
          or s.last_number is distinct from u.last or not u.well_written or not u.in_year or not u.in_order)
      order by 1, 2, 3 limit ${shownMost}`,
  );
}

/** A credit note was drafted, then issued; and whoever issued it, or numbered the run that did, is in the audit trail. */
export async function findBrokenCreditHistories(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`select count(*) as count from credit_note_transition`,
    db.sql`
      with steps as (
        select tenant_id, credit_note_id,
          array_agg(coalesce(from_state, '') || '>' || to_state order by at, id) as taken
        from credit_note_transition group by 1, 2
      )
      select n.tenant_id::text as tenant, coalesce(n.number, 'draft ' || n.id::text) as credit_note, n.state,
        array_to_string(s.taken, ', ') as steps
      from credit_note n
      left join steps s on s.tenant_id = n.tenant_id and s.credit_note_id = n.id
      where s.taken is distinct from case n.state when 'draft' then array['>draft']
          else array['>draft', 'draft>issued'] end
        or (n.state = 'issued' and not exists (select from audit_event a where a.tenant_id = n.tenant_id
          and a.subject_type = 'credit_note' and a.subject_id = n.id::text and a.command = 'credit_note.issue')
          and not exists (select from credit_note_correction c
            join rederivation r on r.tenant_id = c.tenant_id and r.id = c.rederivation_id
            join audit_event a on a.tenant_id = r.tenant_id and a.subject_type = 'invoice_run'
              and a.subject_id = r.invoice_run_id::text and a.command = 'invoice_run.number_block'
            where c.tenant_id = n.tenant_id and c.credit_note_id = n.id))
      order by 1, 2 limit ${shownMost}`,
  );
}
