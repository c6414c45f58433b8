/** Which wallet money is due to expire, over all tenants for the schedule and in one for its job. */
import type { SystemDb } from "../system.ts";
import type { TenantDb } from "../tenant.ts";

/** Tenants with money left whose last day is over somewhere on earth. */
export async function listTenantsWithDueExpiries(db: SystemDb, day: Temporal.PlainDate): Promise<string[]> {
  const rows = await db.sql<{ tenantId: string }[]>`
    select distinct wallet.tenant_id as "tenantId" from wallet_credit wallet
    left join payment on payment.tenant_id = wallet.tenant_id and payment.id = wallet.payment_id
    where wallet.expires_on <= ${day.toString()}::text::date and coalesce(payment.credit, wallet.remaining) > 0`;
  return rows.map(({ tenantId }) => tenantId);
}

/** Ids of the credits of a tenant with money left that expire on the day or before. */
export async function listDueExpiries(db: TenantDb, day: Temporal.PlainDate): Promise<string[]> {
  const rows = await db.sql<{ id: string }[]>`
    select wallet.id from wallet_credit wallet
    left join payment on payment.tenant_id = wallet.tenant_id and payment.id = wallet.payment_id
    where wallet.tenant_id = ${db.tenantId}::uuid and wallet.expires_on <= ${day.toString()}::text::date
      and coalesce(payment.credit, wallet.remaining) > 0
    order by wallet.id`;
  return rows.map(({ id }) => id);
}
