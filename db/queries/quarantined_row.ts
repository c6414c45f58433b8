/** Rows of files that could not become events, each with the place and the reason. */
import { sql } from "kysely";
import { toStorable } from "../../lib/core/stored_text.ts";
import type { TenantDb } from "../tenant.ts";

export interface QuarantinedRow {
  id: string;
  line: bigint;
  column: string;
  value: string;
  reason: string;
  /** The row as it stands in the file. */
  raw: string;
}

export interface NewQuarantinedRow {
  line: number;
  column: string;
  value: string;
  reason: string;
  raw: string;
}

/** Characters that cannot be stored, for which a row may be set aside, are replaced. */
export async function insertQuarantinedRows(
  db: TenantDb,
  usageImportId: string,
  rows: readonly NewQuarantinedRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await db.sql`
    insert into quarantined_row (tenant_id, usage_import_id, line, "column", value, reason, raw)
    select ${db.tenantId}::uuid, ${usageImportId}::uuid, row.*
    from unnest(
      ${rows.map(({ line }) => line)}::bigint[],
      ${rows.map(({ column }) => toStorable(column))}::text[],
      ${rows.map(({ value }) => toStorable(value))}::text[],
      ${rows.map(({ reason }) => toStorable(reason))}::text[],
      ${rows.map(({ raw }) => toStorable(raw))}::text[]
    ) as row`;
}

/** The rows of an import in the order of the file, after a place in it. */
export async function listQuarantinedRows(
  db: TenantDb,
  usageImportId: string,
  limit: number,
  after?: { line: bigint; id: string },
): Promise<QuarantinedRow[]> {
  let query = db.query.selectFrom("quarantined_row")
    .select(["id", "line", "column", "value", "reason", "raw"])
    .where("tenant_id", "=", db.tenantId).where("usage_import_id", "=", usageImportId)
    .orderBy("line").orderBy("id").limit(limit);
  if (after) query = query.where(sql<boolean>`(line, id) > (${after.line}::bigint, ${after.id}::uuid)`);
  return await query.execute();
}
