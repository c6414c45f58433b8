/** The bytes of an uploaded file, kept in parts until its import is over. */
import type { TenantDb } from "../tenant.ts";

export async function insertUsageFilePart(
  db: TenantDb,
  usageImportId: string,
  position: number,
  content: Uint8Array,
): Promise<void> {
  await db.query.insertInto("usage_file_part")
    .values({ tenant_id: db.tenantId, usage_import_id: usageImportId, position, content }).execute();
}

export async function findUsageFilePart(
  db: TenantDb,
  usageImportId: string,
  position: number,
): Promise<Uint8Array | undefined> {
  const part = await db.query.selectFrom("usage_file_part").select("content")
    .where("tenant_id", "=", db.tenantId).where("usage_import_id", "=", usageImportId)
    .where("position", "=", position).executeTakeFirst();
  return part?.content;
}

export async function deleteUsageFileParts(db: TenantDb, usageImportId: string): Promise<void> {
  await db.query.deleteFrom("usage_file_part")
    .where("tenant_id", "=", db.tenantId).where("usage_import_id", "=", usageImportId).execute();
}
