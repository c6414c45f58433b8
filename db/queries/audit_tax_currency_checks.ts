/** What the auditor asks about tax stated in the seller's currency: each conversion worked out again in SQL, by the rates that it names. */
import { CURRENCY_CODES, minorUnits } from "../../lib/core/currency.ts";
import type { SystemDb } from "../system.ts";
import { type Finding, finding, shownMost } from "./audit_checks.ts";

/**
 * Issued invoices in another currency state their tax in the seller's, within half a unit of the exact amount; its parts are all of
 * the tax, and no rate is of a day after the tax point.
 */
export async function findWrongStatedTaxes(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`select count(*) as count from invoice_tax_currency`,
    db.sql`
      with units as (
        select * from unnest(${[...CURRENCY_CODES]}::text[], ${
      CURRENCY_CODES.map(minorUnits)
    }::int[]) as units(code, digits)
      ), steps as (
        select p.tenant_id, p.invoice_id, p.tax_amount, i.currency as source, s.currency as target,
          greatest(f.day, g.day) > p.day as is_later,
          case when f.base_currency = i.currency then f.quote_currency else f.base_currency end as middle,
          i.currency in (f.base_currency, f.quote_currency) as starts,
          case when f.base_currency = i.currency then f.rate else 1 end as times,
          case when f.base_currency = i.currency then 1 else f.rate end as by,
          g.base_currency as base, g.quote_currency as quote, g.rate
        from invoice_tax_currency_part p
        join invoice_tax_currency s on s.tenant_id = p.tenant_id and s.invoice_id = p.invoice_id
        join invoice i on i.tenant_id = p.tenant_id and i.id = p.invoice_id
        join exchange_rate f on f.tenant_id = p.tenant_id and f.id = p.first_rate_id
        left join exchange_rate g on g.tenant_id = p.tenant_id and g.id = p.second_rate_id
      ), parts as (
        select tenant_id, invoice_id, sum(tax_amount) as tax, bool_or(is_later) as is_later,
          bool_and(starts and case when rate is null then middle = target
            else (base = middle and quote = target) or (quote = middle and base = target) end) as leads,
          sum(tax_amount * times * case when base = middle then rate else 1 end * (1 + 0e-30)
            / (by * case when rate is null or base = middle then 1 else rate end)) as exact
        from steps group by 1, 2
      ), judged as (
        select i.tenant_id, coalesce(i.number, 'draft ' || i.id::text) as invoice, s.tax_amount as stated, case
          when s.invoice_id is null then 'has its tax in no currency of its seller'
          when s.currency <> e.currency then 'states its tax in another currency than its seller''s'
          when p.tax is distinct from d.tax_total then 'converts another tax than it has'
          when not p.leads then 'was converted by rates of other currencies'
          when p.is_later then 'was converted by a rate of a later day'
          when abs(s.tax_amount - p.exact * power(10::numeric, t.digits - u.digits)) > 0.5
            then 'states another tax than its rates give' end as fault
        from invoice i
        join invoice_document d on d.tenant_id = i.tenant_id and d.invoice_id = i.id
        join billing_entity e on e.tenant_id = i.tenant_id and e.id = i.billing_entity_id
        join units u on u.code = i.currency
        join units t on t.code = e.currency
        left join invoice_tax_currency s on s.tenant_id = i.tenant_id and s.invoice_id = i.id
        left join parts p on p.tenant_id = i.tenant_id and p.invoice_id = i.id
        where s.invoice_id is not null
          or (i.number is not null and e.currency <> i.currency and d.tax_total <> 0)
      )
      select tenant_id::text as tenant, invoice, fault, stated from judged where fault is not null
      order by 1, 2 limit ${shownMost}`,
  );
}

/** All credit notes of such an invoice take, within half a unit, the share of its stated tax that they take of its tax. */
export async function findWrongStatedCredits(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`select count(*) as count from credit_note_tax_currency`,
    db.sql`
      with sums as (
        select i.tenant_id, i.number, s.tax_amount as stated, d.tax_total as tax,
          sum(p.tax_total) as credited, coalesce(sum(c.tax_amount), 0) as taken,
          bool_or(c.credit_note_id is null or c.currency <> s.currency) as lacks
        from invoice_tax_currency s
        join invoice i on i.tenant_id = s.tenant_id and i.id = s.invoice_id
        join invoice_document d on d.tenant_id = s.tenant_id and d.invoice_id = s.invoice_id
        join credit_note n on n.tenant_id = s.tenant_id and n.invoice_id = s.invoice_id
        join credit_note_document p on p.tenant_id = n.tenant_id and p.credit_note_id = n.id
        left join credit_note_tax_currency c on c.tenant_id = n.tenant_id and c.credit_note_id = n.id
        group by i.tenant_id, i.id, i.number, s.tax_amount, d.tax_total
      )
      select tenant_id::text as tenant, number as invoice, stated, taken::bigint as taken, case
        when lacks then 'has a credit note without tax in the currency of the seller'
        else 'is credited by another tax in the currency of the seller' end as fault
      from sums where lacks or abs(taken - stated * credited * (1 + 0e-30) / tax) > 0.5
      order by 1, 2 limit ${shownMost}`,
  );
}
