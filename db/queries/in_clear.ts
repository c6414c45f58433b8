/** Personal values that an earlier version left in clear, and their encryption in place. */
import { sql } from "kysely";
import type { SystemDb } from "../system.ts";
import { encryptContact } from "./customer_contact.ts";
import { encryptBuyer } from "./document_buyer.ts";
import { jsonb } from "./json.ts";
import { encryptContent, encryptFile, type MessageContent } from "./message_content.ts";

/** The tenants that have some. */
export async function listTenantsInClear(db: SystemDb): Promise<string[]> {
  const rows = await db.sql<{ tenantId: string }[]>`
    select tenant_id as "tenantId" from customer
      where contact_encrypted is null and (email is not null or address_lines <> '{}')
    union select tenant_id from message where content_encrypted is null
    union select tenant_id from message_attachment where content_encrypted is null
    union select tenant_id from invoice_document
      where buyer_encrypted is null and buyer ? 'name' and buyer ->> 'reference' <> ''
    union select tenant_id from credit_note_document
      where buyer_encrypted is null and buyer ? 'name' and buyer ->> 'reference' <> ''`;
  return rows.map(({ tenantId }) => tenantId);
}

/** Encrypts some contacts of customers and says how many; none where none is left. */
export async function encryptContactsInClear(db: SystemDb, tenantId: string, limit: number): Promise<number> {
  const rows = await db.sql<{ id: string; email: string | null; addressLines: string[] }[]>`
    select id, email, address_lines as "addressLines" from customer
    where tenant_id = ${tenantId} and contact_encrypted is null and (email is not null or address_lines <> '{}')
    order by id limit ${limit} for no key update`;
  const cipher = db.cipherOf(tenantId);
  await Promise.all(rows.map(async ({ id, ...contact }) => {
    const columns = await encryptContact({ cipher }, id, contact);
    await db.query.updateTable("customer").set(columns)
      .where("tenant_id", "=", tenantId).where("id", "=", id).execute();
  }));
  return rows.length;
}

/** The same for what messages say. */
export async function encryptMessagesInClear(db: SystemDb, tenantId: string, limit: number): Promise<number> {
  const rows = await db.sql<(MessageContent & { id: string })[]>`
    select id, recipient, subject, body_text as text, body_html as html from message
    where tenant_id = ${tenantId} and content_encrypted is null order by id limit ${limit} for no key update`;
  const cipher = db.cipherOf(tenantId);
  await Promise.all(rows.map(async (row) => {
    await db.query.updateTable("message").set(await encryptContent({ cipher }, row.id, row))
      .where("tenant_id", "=", tenantId).where("id", "=", row.id).execute();
  }));
  return rows.length;
}

/** The same for the files that hang on messages. */
export async function encryptFilesInClear(db: SystemDb, tenantId: string, limit: number): Promise<number> {
  const rows = await db.sql<{ messageId: string; position: number; content: string }[]>`
    select message_id as "messageId", position, content from message_attachment
    where tenant_id = ${tenantId} and content_encrypted is null
    order by message_id, position limit ${limit} for no key update`;
  const cipher = db.cipherOf(tenantId);
  await Promise.all(rows.map(async ({ messageId, position, content }) => {
    await db.query.updateTable("message_attachment")
      .set(await encryptFile({ cipher }, messageId, position, content))
      .where("tenant_id", "=", tenantId).where("message_id", "=", messageId)
      .where("position", "=", position).execute();
  }));
  return rows.length;
}

/** The same for the buyers on invoices and credit notes; erased ones name nobody and stay. */
export async function encryptBuyersInClear(db: SystemDb, tenantId: string, limit: number): Promise<number> {
  const cipher = db.cipherOf(tenantId);
  let count = 0;
  for (const issued of ["invoice", "credit_note"] as const) {
    const table = sql.table(`${issued}_document`), key = sql.ref(`${issued}_id`);
    const { rows } = await sql<{ id: string; buyer: unknown }>`
      select ${key} as id, buyer from ${table}
      where tenant_id = ${tenantId} and buyer_encrypted is null and buyer ? 'name' and buyer ->> 'reference' <> ''
      order by ${key} limit ${limit} for no key update`.execute(db.query);
    await Promise.all(rows.map(async ({ id, buyer: whole }) => {
      const { buyer, buyerEncrypted } = await encryptBuyer({ cipher }, issued, id, whole);
      await sql`update ${table} set buyer = ${jsonb(buyer)}, buyer_encrypted = ${buyerEncrypted}
        where tenant_id = ${tenantId} and ${key} = ${id}`.execute(db.query);
    }));
    count += rows.length;
  }
  return count;
}
