/** All that is kept of a customer across all tables, found from the catalogue so that none is forgotten. */
import { sql } from "kysely";
import type { TenantDb } from "../tenant.ts";
import { findCustomer } from "./customer.ts";
import { type BuyerColumns, withBuyers } from "./document_buyer.ts";
import { jsonb } from "./json.ts";
import { openContent } from "./message_content.ts";

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

/** What was written to the customer, by the id of the message. */
async function openMessages(db: TenantDb, customerId: string): Promise<Record<string, unknown>> {
  const rows = await db.query.selectFrom("message")
    .select(["id", "recipient", "subject", "body_text", "body_html", "content_encrypted"])
    .where("tenant_id", "=", db.tenantId).where("customer_id", "=", customerId).execute();
  return Object.fromEntries(
    await Promise.all(rows.map(async (row) => {
      const { recipient, subject, text, html } = await openContent(db, row.id, row);
      return [row.id, { recipient, subject, body_text: text, body_html: html }];
    })),
  );
}

/** The customer as it stands on its documents of one kind, by their ids. */
async function openBuyers(
  db: TenantDb,
  issued: "invoice" | "credit_note",
  customerId: string,
): Promise<Record<string, unknown>> {
  const { rows } = await sql<BuyerColumns & { id: string }>`
    select t.id, d.buyer, d.buyer_encrypted as "buyerEncrypted"
    from ${sql.table(issued)} t join ${sql.table(`${issued}_document`)} d
      on d.tenant_id = t.tenant_id and ${sql.ref(`d.${issued}_id`)} = t.id
    where t.tenant_id = ${db.tenantId} and t.customer_id = ${customerId}`.execute(db.query);
  return Object.fromEntries((await withBuyers(db, issued, rows)).map(({ id, buyer }) => [id, buyer]));
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
  const messages = await openMessages(db, customerId);
  for (const { table, column, hidden } of await listCustomerTables(db)) {
    const more = table === "message" ? sql`(${jsonb(messages)} -> t.id::text)` : sql`'{}'::jsonb`;
    await keep(
      table,
      sql<{ row: string }>`
        select (to_jsonb(t) - ${sql.val(hidden)}::text[] || ${more})::text as row from ${sql.table(table)} t
        where tenant_id = ${db.tenantId} and ${sql.ref(`t.${column}`)} = ${customerId}`.execute(db.query),
    );
  }
  for (
    const [document, issued, column] of [
      ["invoice_document", "invoice", "invoice_id"],
      ["credit_note_document", "credit_note", "credit_note_id"],
    ] as const
  ) {
    const buyers = await openBuyers(db, issued, customerId);
    await keep(
      document,
      sql<{ row: string }>`
        select jsonb_build_object(${sql.lit(column)}, t.id, 'number', t.number,
          'buyer', ${jsonb(buyers)} -> t.id::text)::text as row
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
