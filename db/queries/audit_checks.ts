/**
 * What the auditor asks the database: each question gives how much was looked at and the rows that break the rule. Its own
 * statements, on purpose: a mistake in those that write must not be repeated by those that check.
 */
import type { SystemDb } from "../system.ts";

/** One row that breaks a rule, in words and figures that lead to it. */
export type Breach = Readonly<Record<string, string | number | bigint | boolean | null>>;

export interface Finding {
  /** How many things were looked at. */
  count: number;
  breaches: Breach[];
}

/** The most rows shown of one rule; who breaks more has seen enough. */
export const shownMost = 100;

/** Asks how much there is and what is broken, at the same time. */
export async function finding(
  counted: PromiseLike<readonly { count: bigint }[]>,
  broken: PromiseLike<readonly Breach[]>,
): Promise<Finding> {
  const [[{ count }], breaches] = await Promise.all([counted, broken]);
  return { count: Number(count), breaches: breaches.map((breach) => ({ ...breach })) };
}

/** Debits equal credits, per transaction and currency; a transaction has entries. */
export async function findUnbalancedTransactions(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`select count(*) as count from ledger_transaction`,
    db.sql`
      select t.tenant_id::text as tenant, t.id::text as transaction, t.description,
        coalesce(e.currency, 'none') as currency, coalesce(sum(e.amount), 0)::bigint as difference
      from ledger_transaction t
      left join ledger_entry e on e.tenant_id = t.tenant_id and e.ledger_transaction_id = t.id
      group by t.tenant_id, t.id, t.description, e.currency
      having coalesce(sum(e.amount), 0) <> 0 or count(e.amount) = 0
      order by 1, 2 limit ${shownMost}`,
  );
}

/** Every issued invoice is posted once, and the posting says its total to the customer, its net and its tax. */
export async function findWrongPostings(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`select count(*) as count from invoice where number is not null`,
    db.sql`
      with posted as (
        select t.tenant_id, t.invoice_id, count(distinct t.id) as postings,
          coalesce(sum(e.amount) filter (where a.code = '1100' and e.customer_id is not null), 0) as receivable,
          coalesce(-sum(e.amount) filter (where a.code = '2200'), 0) as tax,
          coalesce(-sum(e.amount) filter (where a.code = '4000'), 0) as revenue,
          bool_and(e.currency = i.currency) as same_currency,
          bool_and(e.customer_id is null or e.customer_id = i.customer_id) as same_customer,
          bool_and(a.billing_entity_id = i.billing_entity_id) as same_entity,
          bool_and(t.posted_on = i.issue_date) as same_day
        from ledger_transaction t
        join invoice i on i.tenant_id = t.tenant_id and i.id = t.invoice_id
        join ledger_entry e on e.tenant_id = t.tenant_id and e.ledger_transaction_id = t.id
        join ledger_account a on a.tenant_id = e.tenant_id and a.id = e.ledger_account_id
        where t.kind = 'invoice_issued'
        group by t.tenant_id, t.invoice_id
      )
      select i.tenant_id::text as tenant, coalesce(i.number, 'draft ' || i.id::text) as invoice,
        i.total::bigint as total, coalesce(p.postings, 0)::bigint as postings, p.receivable::bigint, p.tax::bigint,
        p.revenue::bigint
      from invoice i
      left join invoice_document d on d.tenant_id = i.tenant_id and d.invoice_id = i.id
      left join posted p on p.tenant_id = i.tenant_id and p.invoice_id = i.id
      where case when i.number is null or i.total = 0 and d.tax_total = 0 then p.postings is not null
        else p.postings is distinct from 1 or p.receivable <> i.total or p.tax <> d.tax_total
          or p.revenue <> i.total - d.tax_total or not p.same_currency or not p.same_customer
          or not p.same_entity or not p.same_day end
      order by 1, 2 limit ${shownMost}`,
  );
}

/** The total is the lines and the tax on top of them; a tax base is the sum of its lines, less the tax if that is included. */
export async function findWrongTotals(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`select count(*) as count from invoice_document`,
    db.sql`
      with lines as (
        select tenant_id, invoice_id, sum(amount) as amount from invoice_line group by 1, 2
      ), taxes as (
        select tenant_id, invoice_id, sum(amount) as amount from invoice_tax group by 1, 2
      ), bases as (
        select tenant_id, invoice_id, tax_category, tax_percent, sum(amount) as amount from invoice_line
        where tax_category is not null group by 1, 2, 3, 4
      ), sums as (
        select d.*, coalesce(l.amount, 0) as line_sum, coalesce(t.amount, 0) as tax_sum,
          coalesce((d.price_case -> 'tax' ->> 'inclusive')::boolean, false) as inclusive
        from invoice_document d
        left join lines l on l.tenant_id = d.tenant_id and l.invoice_id = d.invoice_id
        left join taxes t on t.tenant_id = d.tenant_id and t.invoice_id = d.invoice_id
      )
      select s.tenant_id::text as tenant, coalesce(i.number, 'draft ' || s.invoice_id::text) as invoice,
        s.line_sum::bigint as lines, s.tax_sum::bigint as tax, s.subtotal, s.tax_total, s.total,
        b.tax_category as category, b.tax_percent::text as percent, b.amount::bigint as base, x.base as stated_base
      from sums s
      join invoice i on i.tenant_id = s.tenant_id and i.id = s.invoice_id
      left join bases b on b.tenant_id = s.tenant_id and b.invoice_id = s.invoice_id
      full join invoice_tax x on x.tenant_id = b.tenant_id and x.invoice_id = b.invoice_id
        and x.category = b.tax_category and x.percent = b.tax_percent
      where s.invoice_id is null or s.subtotal <> s.line_sum or s.tax_total <> s.tax_sum
        or s.total <> s.line_sum + case when s.inclusive then 0 else s.tax_sum end
        or (b.invoice_id is not null
          and b.amount is distinct from x.base + case when s.inclusive then x.amount else 0 end)
      order by 1, 2 limit ${shownMost}`,
  );
}

/** Header, document, lines and traces belong together and say the same; what is open fits the state. */
export async function findTornInvoices(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`select count(*) as count from invoice`,
    db.sql`
      with lines as (
        select l.tenant_id, l.invoice_id, count(*) as lines, min(l.position) as first, max(l.position) as last,
          count(t.invoice_line_id) filter (where jsonb_array_length(t.steps) > 0) as traces
        from invoice_line l
        left join invoice_line_trace t on t.tenant_id = l.tenant_id and t.invoice_line_id = l.id
        group by 1, 2
      ), judged as (
        select i.*, case
          when d.invoice_id is null then 'has no document'
          when d.total <> i.total then 'header and document differ in the total'
          when d.price_case ->> 'currency' <> i.currency then 'header and document differ in the currency'
          when d.price_case -> 'period' ->> 'start' is distinct from i.period_start::text
            or d.price_case -> 'period' ->> 'end' is distinct from i.period_end::text then 'header and document differ in the period'
          when l.lines is null then 'has no line'
          when l.first <> 1 or l.last <> l.lines then 'has a gap in its lines'
          when l.traces <> l.lines then 'has a line that cannot explain itself'
          when i.open_amount < 0 or i.open_amount > i.total - i.credited_amount - i.written_off_amount
            then 'has more or less open than it can'
          when i.state in ('draft', 'approved', 'issued') and i.open_amount <> i.total - i.credited_amount - i.written_off_amount
            then 'is unpaid and not all open'
          when i.state in ('paid', 'credited', 'void', 'uncollectible') and i.open_amount <> 0
            then 'is settled and not all closed'
          when i.state = 'partially_paid' and i.open_amount in (0, i.total - i.credited_amount - i.written_off_amount)
            then 'is partly paid by all or nothing'
          when (i.number is null) <> (i.state in ('draft', 'approved')) then 'has a number that does not fit its state'
          when i.due_date < i.issue_date then 'was due before it was issued' end as fault
        from invoice i
        left join invoice_document d on d.tenant_id = i.tenant_id and d.invoice_id = i.id
        left join lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id
      )
      select tenant_id::text as tenant, coalesce(number, 'draft ' || id::text) as invoice, fault, state,
        total, open_amount
      from judged where fault is not null order by 1, 2 limit ${shownMost}`,
  );
}

/** The states an invoice went through, from the first: each step begins where the last ended, and only allowed ones occur. */
export async function findBrokenHistories(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`select count(*) as count from invoice_transition`,
    db.sql`
      with allowed(step) as (values ('>draft'), ('draft>approved'), ('approved>issued'), ('issued>partially_paid'),
        ('issued>paid'), ('issued>credited'), ('issued>void'), ('issued>uncollectible'), ('partially_paid>issued'),
        ('partially_paid>paid'), ('partially_paid>credited'), ('partially_paid>uncollectible'),
        ('paid>partially_paid'), ('paid>issued'), ('paid>credited'), ('uncollectible>issued'),
        ('uncollectible>partially_paid')),
      steps as (
        select *, lag(to_state) over history as before, lead(id) over history is null as is_last
        from invoice_transition window history as (partition by tenant_id, invoice_id order by at, id)
      )
      select i.tenant_id::text as tenant, coalesce(i.number, 'draft ' || i.id::text) as invoice, i.state,
        s.from_state, s.to_state, s.actor
      from invoice i
      left join steps s on s.tenant_id = i.tenant_id and s.invoice_id = i.id
      where s.id is null or s.from_state is distinct from s.before
        or coalesce(s.from_state, '') || '>' || s.to_state not in (select step from allowed)
        or (s.is_last and s.to_state <> i.state)
      order by 1, 2 limit ${shownMost}`,
  );
}

/** Every invoice bills a whole period of its contract's cycle, counted from its anchor by the database's own calendar. */
export async function findWrongPeriods(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`select count(*) as count from invoice where not only_corrections and contract_id is not null`,
    db.sql`
      with cycle as (
        select i.tenant_id, i.id, i.number, i.period_start, i.period_end, c.reference, c.cadence,
          coalesce(c.anchor_date, make_date(extract(year from c.start_date)::int, 1, c.anchor_day)) as anchor,
          (case c.cadence when 'weekly' then 7 when 'two_weekly' then 14 when 'four_weekly' then 28 end) as days,
          (case c.cadence when 'monthly' then 1 when 'quarterly' then 3 when 'half_yearly' then 6
            when 'yearly' then 12 end) as months
        from invoice i join contract c on c.tenant_id = i.tenant_id and c.id = i.contract_id
        where not i.only_corrections
      ), counted as (
        select *, (12 * (extract(year from period_start) - extract(year from anchor))
          + extract(month from period_start) - extract(month from anchor))::int as gone from cycle
      )
      select tenant_id::text as tenant, coalesce(number, 'draft ' || id::text) as invoice, reference as contract, cadence,
        period_start::text as start, period_end::text as end
      from counted
      where case when days is null then gone % months <> 0
          or period_start <> (anchor + make_interval(months => gone))::date
          or period_end <> (anchor + make_interval(months => gone + months))::date
        else (period_start - anchor) % days <> 0 or period_end - period_start <> days end
      order by 1, 2 limit ${shownMost}`,
  );
}

/** No day of a contract is billed twice by the same charge for the same vehicle, voided and credited invoices aside. */
export async function findDoubleBilling(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`
      select count(*) as count from invoice_line l
      join invoice i on i.tenant_id = l.tenant_id and i.id = l.invoice_id and i.state not in ('void', 'credited')`,
    db.sql`
      with billed as (
        select i.tenant_id, i.id, i.contract_id, i.number, i.period_start, i.period_end, l.charge_id, l.vehicle_id,
          l.position, t.tax_point
        from invoice i
        join invoice_line l on l.tenant_id = i.tenant_id and l.invoice_id = i.id
        left join invoice_line_tax t on t.tenant_id = l.tenant_id and t.invoice_line_id = l.id
        where i.contract_id is not null and i.state not in ('void', 'credited') and not i.only_corrections and not exists (
          select from invoice_line_correction k where k.tenant_id = l.tenant_id and k.invoice_line_id = l.id)
      ), followed as (
        select *, lead(period_start) over same as next_start, lead(coalesce(number, id::text)) over same as next_invoice,
          lead(id) over same as next_id, lead(tax_point) over same as next_tax_point
        from billed
        window same as (partition by tenant_id, contract_id, charge_id, vehicle_id order by period_start, id, position)
      )
      select f.tenant_id::text as tenant, k.reference as contract, c.reference as charge, v.reference as vehicle,
        coalesce(f.number, f.id::text) as invoice, f.period_start::text as start, f.period_end::text as end,
        f.next_invoice as again_in
      from followed f
      join contract k on k.tenant_id = f.tenant_id and k.id = f.contract_id
      join charge c on c.tenant_id = f.tenant_id and c.id = f.charge_id
      left join vehicle v on v.tenant_id = f.tenant_id and v.id = f.vehicle_id
      -- the first bill has what is due in advance for its own period, too
      where f.next_start < f.period_end and not (c.timing = 'advance' and f.next_id = f.id)
        -- a change of the tax parts a charge
        and not (f.next_id = f.id and f.tax_point < f.next_tax_point)
      order by 1, 2, 3 limit ${shownMost}`,
  );
}

/** Numbers run from 1 without gap or repeat, the counter stands at the last, each is written as its series says. */
export async function findNumberGaps(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`select count(*) as count from number_series`,
    db.sql`
      with used as (
        select i.tenant_id, i.billing_entity_id, i.series_year as year, count(*) as invoices,
          count(distinct i.series_number) as numbers, min(i.series_number) as first, max(i.series_number) as last,
          bool_and(coalesce(i.number = concat_ws(coalesce(s.separator, '-'), coalesce(s.prefix, e.number_prefix),
            right(i.series_year::text, coalesce(s.year_digits, 4)), lpad(i.series_number::text,
              greatest(coalesce(s.number_digits, 4), length(i.series_number::text)), '0')), false)) as well_written,
          bool_and(i.series_year = extract(year from i.issue_date)) as in_year
        from invoice i
        join billing_entity e on e.tenant_id = i.tenant_id and e.id = i.billing_entity_id
        left join number_series s on s.tenant_id = i.tenant_id and s.billing_entity_id = i.billing_entity_id
          and s.document_type = 'invoice' and s.year = i.series_year
        where i.number is not null group by 1, 2, 3
      )
      select coalesce(u.tenant_id, s.tenant_id)::text as tenant, e.number_prefix as prefix,
        coalesce(u.year, s.year) as year, u.invoices, u.numbers, u.first, u.last, s.last_number as counter,
        u.well_written, u.in_year
      from used u
      full join (select * from number_series where document_type = 'invoice') s
        on s.tenant_id = u.tenant_id and s.billing_entity_id = u.billing_entity_id and s.year = u.year
      left join billing_entity e on e.tenant_id = coalesce(u.tenant_id, s.tenant_id)
        and e.id = coalesce(u.billing_entity_id, s.billing_entity_id)
      where (u.year is not null or s.last_number <> 0)
        and (u.first is distinct from 1 or u.last <> u.invoices or u.numbers <> u.invoices
          or s.last_number is distinct from u.last or not u.well_written or not u.in_year)
      order by 1, 2, 3 limit ${shownMost}`,
  );
}

/** Within a series a later number never has an earlier date. */
export async function findFallingDates(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`select count(*) as count from invoice where number is not null`,
    db.sql`
      with dated as (
        select tenant_id, number, issue_date, lag(issue_date) over series as before, lag(number) over series as previous
        from invoice where number is not null
        window series as (partition by tenant_id, billing_entity_id, series_year order by series_number)
      )
      select tenant_id::text as tenant, number as invoice, issue_date::text as issued, previous, before::text as previously
      from dated where issue_date < before order by 1, 2 limit ${shownMost}`,
  );
}

/** What each customer owes by the ledger is what is open on their invoices, less what no invoice took of their payments. */
export async function findWrongReceivables(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`
      select count(*) as count from (select distinct tenant_id, customer_id from invoice where number is not null) as customers`,
    db.sql`
      with owed as (
        select e.tenant_id, a.billing_entity_id, e.customer_id, e.currency, sum(e.amount) as amount
        from ledger_entry e
        join ledger_account a on a.tenant_id = e.tenant_id and a.id = e.ledger_account_id
        where a.code = '1100' group by 1, 2, 3, 4
      ), open as (
        select tenant_id, billing_entity_id, customer_id, currency, sum(open_amount) as amount from invoice
        where state not in ('draft', 'approved') group by 1, 2, 3, 4
      ), credit as (
        select p.tenant_id, p.billing_entity_id, p.customer_id, p.currency, sum(p.amount - coalesce(a.amount, 0) - coalesce(x.amount, 0)) as amount
        from payment p
        left join (select tenant_id, payment_id, sum(amount) as amount from payment_allocation group by 1, 2) a
          on a.tenant_id = p.tenant_id and a.payment_id = p.id
        left join (select w.tenant_id, w.payment_id, sum(e.amount) as amount from wallet_expiry e
          join wallet_credit w on w.tenant_id = e.tenant_id and w.id = e.wallet_credit_id group by 1, 2) x
          on x.tenant_id = p.tenant_id and x.payment_id = p.id
        where p.state = 'received' group by 1, 2, 3, 4
      ), due as (
        select tenant_id, billing_entity_id, customer_id, currency, sum(amount) as amount
        from (select * from open union all
          select tenant_id, billing_entity_id, customer_id, currency, -amount from credit) as parts
        group by 1, 2, 3, 4
      )
      select coalesce(w.tenant_id, o.tenant_id)::text as tenant, c.reference as customer,
        coalesce(w.currency, o.currency) as currency, coalesce(w.amount, 0)::bigint as ledger,
        coalesce(o.amount, 0)::bigint as invoices
      from owed w
      full join due o on o.tenant_id = w.tenant_id and o.billing_entity_id = w.billing_entity_id
        and o.customer_id = w.customer_id and o.currency = w.currency
      left join customer c on c.tenant_id = coalesce(w.tenant_id, o.tenant_id)
        and c.id = coalesce(w.customer_id, o.customer_id)
      where coalesce(w.amount, 0) <> coalesce(o.amount, 0)
      order by 1, 2 limit ${shownMost}`,
  );
}

/** Every row of a file is an event, a duplicate or quarantined, and what was counted is what is stored. */
export async function findLostRows(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`select count(*) as count from usage_import`,
    db.sql`
      with stored as (
        select tenant_id, usage_import_id, count(*) as events from usage_event
        where usage_import_id is not null group by 1, 2
      ), aside as (
        select tenant_id, usage_import_id, count(*) as quarantined from quarantined_row group by 1, 2
      )
      select u.tenant_id::text as tenant, u.id::text as import, u.file_name, u.row_count as rows,
        u.event_count as events, u.duplicate_count as duplicates, u.quarantined_count as quarantined,
        coalesce(s.events, 0) as stored_events, coalesce(a.quarantined, 0) as stored_quarantined
      from usage_import u
      left join stored s on s.tenant_id = u.tenant_id and s.usage_import_id = u.id
      left join aside a on a.tenant_id = u.tenant_id and a.usage_import_id = u.id
      where u.row_count <> u.event_count + u.duplicate_count + u.quarantined_count
        or u.event_count <> coalesce(s.events, 0) or u.quarantined_count <> coalesce(a.quarantined, 0)
      order by 1, 2 limit ${shownMost}`,
  );
}

/** Every issued invoice has its row in the audit trail. */
export async function findUnattestedInvoices(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`select count(*) as count from invoice where number is not null`,
    db.sql`
      select i.tenant_id::text as tenant, i.number as invoice from invoice i
      where i.number is not null and not exists (
        select from audit_event a where a.tenant_id = i.tenant_id and a.subject_type = 'invoice'
          and a.subject_id = i.id::text and a.command like 'invoice.issue%')
        and not exists (select from invoice_run_item item join audit_event a on a.tenant_id = item.tenant_id
          and a.subject_type = 'invoice_run' and a.subject_id = item.invoice_run_id::text
          and a.command = 'invoice_run.number_block'
          where item.tenant_id = i.tenant_id and item.invoice_id = i.id and item.state = 'issued')
      order by 1, 2 limit ${shownMost}`,
  );
}

/** Every invoice that a command acknowledged under an idempotency key is there with the number it was given. */
export async function findLostAcknowledgements(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`
      select count(*) as count from idempotency_key where command like 'invoice.issue%' and answer ->> 'outcome' = 'issued'`,
    db.sql`
      select k.tenant_id::text as tenant, k.key, k.answer ->> 'number' as acknowledged, i.number as found
      from idempotency_key k
      left join invoice i on i.tenant_id = k.tenant_id and i.id::text = k.answer ->> 'invoiceId'
      where k.command like 'invoice.issue%' and k.answer ->> 'outcome' = 'issued'
        and i.number is distinct from k.answer ->> 'number'
      order by 1, 2 limit ${shownMost}`,
  );
}
