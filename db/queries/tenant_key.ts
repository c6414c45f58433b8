/** The data key of a tenant, sealed by the key ring: its personal values are encrypted under it. */
import type { TransactionSql } from "../sql_binding.ts";

/** The sealed key; undefined for a tenant that has encrypted nothing yet. */
export async function findTenantKey(sql: TransactionSql, tenantId: string): Promise<Uint8Array | undefined> {
  const [row] = await sql<{ sealed: Uint8Array }[]>`
    select key_sealed as sealed from tenant_key where tenant_id = ${tenantId}`;
  return row?.sealed;
}

/** Keeps a first key; another transaction's that comes first stays. */
export async function insertTenantKey(
  sql: TransactionSql,
  tenantId: string,
  sealed: Uint8Array,
): Promise<void> {
  await sql`
    insert into tenant_key (tenant_id, key_sealed) values (${tenantId}, ${sealed})
    on conflict (tenant_id) do nothing`;
}
