/** Personal values that an earlier version left in clear, and their encryption in place. */
import type { SystemDb } from "../system.ts";
import { encryptContact } from "./customer_contact.ts";

/** The tenants that have some. */
export async function listTenantsInClear(db: SystemDb): Promise<string[]> {
  const rows = await db.sql<{ tenantId: string }[]>`
    select distinct tenant_id as "tenantId" from customer
    where contact_encrypted is null and (email is not null or address_lines <> '{}')`;
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
