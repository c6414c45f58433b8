/** What the auditor derives manual invoices from: their lines as they were typed, beside what was issued. */
import type { SystemDb } from "../system.ts";

/** Minor units as text; lines by position. */
export interface AuditedManual {
  tenantId: string;
  id: string;
  number: string | null;
  currency: string;
  rounding: "half_up" | "half_even";
  /** None for an invoice that has neither a contract nor lines that someone typed. */
  taxInclusive: boolean | null;
  typed: { description: string; quantity: string; unitPrice: string; discount: string; tax: string }[];
  lines: { description: string; amount: string; category: string | null; percent: string | null }[];
  taxes: { category: string; percent: string; base: string; amount: string }[];
  total: bigint;
  customerIsRight: boolean;
}

/** In the order of tenants and ids, after one of them. */
export async function listAuditedManual(
  db: SystemDb,
  after: { tenantId: string; id: string },
  limit: number,
): Promise<AuditedManual[]> {
  return await db.sql<AuditedManual[]>`
    select i.tenant_id as "tenantId", i.id, i.number, i.currency, d.price_case ->> 'rounding' as rounding,
      m.tax_inclusive as "taxInclusive", i.total,
      coalesce(m.customer_id = i.customer_id and m.billing_entity_id = i.billing_entity_id, false) as "customerIsRight",
      coalesce((select jsonb_agg(jsonb_build_object('description', btrim(t.description),
          'quantity', replace(btrim(t.quantity), ',', ''), 'unitPrice', replace(btrim(t.unit_price), ',', ''),
          'discount', coalesce(nullif(replace(btrim(t.discount_percent), ',', ''), ''), '0'), 'tax', t.tax)
          order by t.position)
        from manual_invoice_line t where t.tenant_id = m.tenant_id and t.manual_invoice_id = m.id), '[]') as typed,
      coalesce((select jsonb_agg(jsonb_build_object('description', l.description, 'amount', l.amount::text,
          'category', l.tax_category, 'percent', trim_scale(l.tax_percent)::text) order by l.position)
        from invoice_line l where l.tenant_id = i.tenant_id and l.invoice_id = i.id), '[]') as lines,
      coalesce((select jsonb_agg(jsonb_build_object('category', x.category, 'percent', trim_scale(x.percent)::text,
          'base', x.base::text, 'amount', x.amount::text) order by x.position)
        from invoice_tax x where x.tenant_id = i.tenant_id and x.invoice_id = i.id), '[]') as taxes
    from invoice i
    join invoice_document d on d.tenant_id = i.tenant_id and d.invoice_id = i.id
    left join manual_invoice m on m.tenant_id = i.tenant_id and m.invoice_id = i.id
    where i.contract_id is null and (i.tenant_id, i.id) > (${after.tenantId}::uuid, ${after.id}::uuid)
    order by i.tenant_id, i.id limit ${limit}`;
}
