/** Whether every invoice obeys the arithmetic of EN 16931 and names what its tax categories ask for. */
import type { SystemDb } from "../system.ts";
import { type Finding, finding, shownMost } from "./audit_checks.ts";

/**
 * One row for each rule that an invoice breaks, by the names of the standard (EN 16931-1, tables of business rules). Sums: BR-CO-10,
 * -13, -14, -15, -17, -18 and the -08 of each category; no tax where a category has none (-05, -09). What a plan fixes by hand
 * carries no reasons and no numbers, so those are asked for where the tax rules decided (-02, -10); an invoice outside the tax
 * holds nothing else (BR-O-11 to -14). Amounts are whole minor units by their type (BR-DEC).
 */
export async function findBrokenTaxRules(db: SystemDb): Promise<Finding> {
  return await finding(
    db.sql`select count(distinct (tenant_id, invoice_id)) as count from invoice_tax`,
    db.sql`
      with paper as (
        select i.tenant_id, i.id, coalesce(i.number, 'draft ' || i.id::text) as invoice, i.number is not null as is_issued,
          d.subtotal, d.tax_total, d.total, d.buyer ->> 'vatId' as buyer_number,
          coalesce((d.price_case -> 'tax' ->> 'inclusive')::boolean, false) as inclusive,
          d.price_case ->> 'rounding' as rounding
        from invoice i join invoice_document d on d.tenant_id = i.tenant_id and d.invoice_id = i.id
        where exists (select from invoice_tax t where t.tenant_id = i.tenant_id and t.invoice_id = i.id)
      ), line as (
        select l.tenant_id, l.invoice_id, l.amount, l.tax_category as category, l.tax_percent as percent,
          r.invoice_line_id is not null as by_rules, r.reason_code is not null or r.reason is not null as has_reason
        from invoice_line l
        left join invoice_line_tax r on r.tenant_id = l.tenant_id and r.invoice_line_id = l.id
      ), tax as (
        select p.tenant_id, p.id, p.invoice, p.inclusive, p.rounding, t.category, t.percent, t.base, t.amount,
          -- twice the distance from the exact tax, times what it is divided by, which keeps it whole
          case when p.inclusive then 2 * (t.base + t.amount) * t.percent - 2 * t.amount * (100 + t.percent)
            else 2 * t.base * t.percent - 2 * t.amount * 100 end as off,
          case when p.inclusive then 100 + t.percent else 100 end as divisor,
          (select sum(l.amount) from line l where l.tenant_id = p.tenant_id and l.invoice_id = p.id
            and l.category = t.category and l.percent = t.percent) as lines
        from paper p join invoice_tax t on t.tenant_id = p.tenant_id and t.invoice_id = p.id
      ), sums as (
        select tenant_id, id, sum(base) as base, sum(amount) as amount from tax group by 1, 2
      ), broken as (
        select p.tenant_id, p.invoice, 'BR-CO-10' as rule from paper p where p.subtotal <>
          (select coalesce(sum(l.amount), 0) from line l where l.tenant_id = p.tenant_id and l.invoice_id = p.id)
        union all
        select p.tenant_id, p.invoice, 'BR-CO-13' from paper p join sums s using (tenant_id, id)
          where s.base <> p.subtotal - case when p.inclusive then s.amount else 0 end
        union all
        select p.tenant_id, p.invoice, 'BR-CO-14' from paper p join sums s using (tenant_id, id) where s.amount <> p.tax_total
        union all
        select p.tenant_id, p.invoice, 'BR-CO-15' from paper p join sums s using (tenant_id, id)
          where p.total <> s.base + s.amount
        union all
        select tenant_id, invoice, 'BR-CO-17' from tax
          where abs(off) > divisor
            -- halfway: away from zero, so the exact one is the smaller, or to the even one
            or abs(off) = divisor and case rounding when 'half_even' then amount % 2 <> 0 else sign(off) = sign(amount) or amount = 0 end
        union all
        select distinct p.tenant_id, p.invoice, 'BR-CO-18' from paper p join line l on l.tenant_id = p.tenant_id and l.invoice_id = p.id
          where l.amount <> 0 and not exists (select from invoice_tax t where t.tenant_id = p.tenant_id and t.invoice_id = p.id
            and t.category = l.category and t.percent = l.percent)
        union all
        select tenant_id, invoice, 'BR-' || category || '-08' from tax
          where coalesce(lines, 0) <> base + case when inclusive then amount else 0 end
        union all
        select tenant_id, invoice, 'BR-' || category || '-09' from tax
          where category in ('Z', 'E', 'AE', 'K', 'G', 'O') and (percent <> 0 or amount <> 0)
        union all
        select p.tenant_id, p.invoice, 'BR-O-11' from paper p join tax t using (tenant_id, id)
          where t.category = 'O' and exists (select from tax other where other.tenant_id = p.tenant_id and other.id = p.id
            and other.category <> 'O')
        union all
        select distinct p.tenant_id, p.invoice, 'BR-' || l.category || '-10' from paper p
          join line l on l.tenant_id = p.tenant_id and l.invoice_id = p.id
          where l.by_rules and l.category in ('E', 'AE', 'K', 'G', 'O') and not l.has_reason
        union all
        select distinct p.tenant_id, p.invoice, 'BR-' || l.category || '-02' from paper p
          join line l on l.tenant_id = p.tenant_id and l.invoice_id = p.id
          where l.by_rules and l.category in ('AE', 'K') and p.is_issued and (p.buyer_number is null or not exists (
            select from invoice_tax_registration n where n.tenant_id = p.tenant_id and n.invoice_id = p.id))
        union all
        select distinct p.tenant_id, p.invoice, 'BR-O-02' from paper p
          join line l on l.tenant_id = p.tenant_id and l.invoice_id = p.id
          where l.by_rules and l.category = 'O' and exists (
            select from invoice_tax_registration n where n.tenant_id = p.tenant_id and n.invoice_id = p.id)
      )
      select tenant_id::text as tenant, invoice, rule from broken order by 1, 2, 3 limit ${shownMost}`,
  );
}
