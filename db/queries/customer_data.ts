/** All that is kept of a customer across all tables, found from the catalogue so that none is forgotten. */
import { sql } from "kysely";
import type { TenantDb } from "../tenant.ts";
import { findCustomer } from "./customer.ts";
import { jsonb } from "./json.ts";

interface CustomerTable {
  table: string;
  column: string;
  /** Columns of bytes: hashes and sealed values, which say nothing to a person and must not leave. */
  hidden: string[];
}

/** Every table that refers to customers. */
async function listCustomerTables(db: TenantDb): Promise<CustomerTable[]> {
  const rows = await db.sql<CustomerTable[]>`
    select s.relname as table, a.attname as column, array(
      select b.attname::text from pg_attribute b where b.attrelid = s.oid and b.attnum > 0
        and b.atttypid = 'bytea'::regtype and not b.attisdropped) as hidden
    from pg_constraint k join pg_class s on s.oid = k.conrelid
    join pg_attribute a on a.attrelid = s.oid and a.attnum = k.conkey[2]
    where k.contype = 'f' and k.confrelid = 'customer'::regclass and cardinality(k.conkey) = 2 order by 1, 2`;
  return rows.map((row) => ({ ...row }));
}

/** Each table with its rows as JSON; null for a customer that is not there. */
export async function readCustomerData(
  db: TenantDb,
  customerId: string,
): Promise<Map<string, string[]> | null> {
  const found = new Map<string, string[]>();
  const keep = async (name: string, rows: Promise<{ rows: { row: string }[] }>) =>
    found.set(name, (await rows).rows.map(({ row }) => row));
  const customer = await findCustomer(db, customerId);
  if (!customer) return null;
  const opened = jsonb({ email: customer.email, address_lines: customer.addressLines });
  await keep(
    "customer",
    sql<{ row: string }>`
      select (to_jsonb(t) - 'contact_encrypted' || ${opened})::text as row from customer t
      where tenant_id = ${db.tenantId} and id = ${customerId}`.execute(db.query),
  );
  for (const { table, column, hidden } of await listCustomerTables(db)) {
    await keep(
      table,
      sql<{ row: string }>`
        select (to_jsonb(t) - ${sql.val(hidden)}::text[])::text as row from ${sql.table(table)} t
        where tenant_id = ${db.tenantId} and ${sql.ref(`t.${column}`)} = ${customerId}`.execute(db.query),
    );
  }
  for (
    const [document, issued, column] of [
      ["invoice_document", "invoice", "invoice_id"],
      ["credit_note_document", "credit_note", "credit_note_id"],
    ]
  ) {
    await keep(
      document,
      sql<{ row: string }>`
        select jsonb_build_object(${sql.lit(column)}, t.id, 'number', t.number, 'buyer', d.buyer)::text as row
        from ${sql.table(issued)} t join ${sql.table(document)} d
          on d.tenant_id = t.tenant_id and ${sql.ref(`d.${column}`)} = t.id
        where t.tenant_id = ${db.tenantId} and t.customer_id = ${customerId}`.execute(db.query),
    );
  }
  await keep(
    "audit_event",
    sql<{ row: string }>`
      select jsonb_build_object('at', at, 'actor', actor, 'command', command, 'detail', detail)::text as row
      from audit_event where tenant_id = ${db.tenantId} and subject_type = 'customer' and subject_id = ${customerId}
      order by at`.execute(db.query),
  );
  return found;
}
