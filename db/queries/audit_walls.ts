/** How the auditor tries the walls between tenants: as the app role, with another tenant's name on the door. */
import { sql } from "kysely";
import { appRole } from "../roles.ts";
import type { SystemDb } from "../system.ts";
import type { TenantDb } from "../tenant.ts";

/** Every table of tenants' rows that the app role may read, whatever the program thinks its tables are. */
export async function listTenantTables(db: SystemDb): Promise<string[]> {
  const rows = await db.sql<{ name: string }[]>`
    select c.relname as name from pg_class c
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
    where c.relkind in ('r', 'p') and has_table_privilege(${appRole}, c.oid, 'select') order by 1`;
  return rows.map(({ name }) => name);
}

/** The first and the last tenant that have rows in a table: none, one or two. */
export async function listTenantsIn(db: SystemDb, table: string): Promise<string[]> {
  const rows = await db.sql<{ tenant_id: string }[]>`
    (select tenant_id from ${db.sql(table)} where tenant_id is not null order by tenant_id limit 1)
    union (select tenant_id from ${
    db.sql(table)
  } where tenant_id is not null order by tenant_id desc limit 1)`;
  return rows.map((row) => row.tenant_id);
}

/** Whether the tenant of the transaction can read a row of another one (any other one, if none is named). */
export async function canReadForeignRow(db: TenantDb, table: string, owner?: string): Promise<boolean> {
  const { rows: [{ found }] } = await sql<{ found: boolean }>`
    select exists (select from ${sql.table(table)} where ${
    owner === undefined ? sql`tenant_id <> ${db.tenantId}` : sql`tenant_id = ${owner}`
  }) as found`.execute(db.query);
  return found;
}
