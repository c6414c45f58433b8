/** What is still to pay on issued invoices, summed per currency. */
import type { TenantDb } from "../tenant.ts";

/** Amounts in minor units. */
export interface OpenSum {
  currency: string;
  dueCount: number;
  dueAmount: bigint;
  overdueCount: number;
  overdueAmount: bigint;
}

/** By currency; *overdue* is what was due before the day that it is at the billing entity. */
export async function sumOpenInvoices(db: TenantDb, now: Temporal.Instant): Promise<OpenSum[]> {
  return await db.sql<OpenSum[]>`
    with open as (
      select invoice.currency, invoice.open_amount,
        invoice.due_date < (${now}::timestamptz at time zone entity.zone)::date as overdue
      from invoice join billing_entity entity
        on entity.tenant_id = invoice.tenant_id and entity.id = invoice.billing_entity_id
      where invoice.tenant_id = ${db.tenantId} and invoice.state in ('issued', 'partially_paid')
    )
    select currency,
      (count(*) filter (where not overdue))::int as "dueCount",
      coalesce(sum(open_amount) filter (where not overdue), 0)::bigint as "dueAmount",
      (count(*) filter (where overdue))::int as "overdueCount",
      coalesce(sum(open_amount) filter (where overdue), 0)::bigint as "overdueAmount"
    from open group by currency order by currency`;
}
