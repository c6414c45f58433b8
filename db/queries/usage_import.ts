/** Imports of usage files: how far each is and what became of its rows. */
import { sql } from "kysely";
import type { SystemDb } from "../system.ts";
import type { TenantDb } from "../tenant.ts";

export interface UsageImport {
  id: string;
  source: string;
  fileName: string;
  mapping: string;
  /** Waiting until someone has said what the columns of its file are. */
  state: "waiting" | "running" | "done" | "failed";
  bytesTotal: bigint | null;
  bytesRead: bigint;
  rows: bigint;
  events: bigint;
  duplicates: bigint;
  quarantined: bigint;
  failure: string | null;
  actor: string;
  startedAt: Temporal.Instant;
  progressedAt: Temporal.Instant;
  finishedAt: Temporal.Instant | null;
  /** How the columns of the file are named; null for lines of JSON. */
  columns: string[] | null;
  /** Of a mapping that was made by hand. */
  usageMappingId: string | null;
}

const columns = [
  "id",
  "source",
  "file_name as fileName",
  "mapping",
  "state",
  "bytes_total as bytesTotal",
  "bytes_read as bytesRead",
  "row_count as rows",
  "event_count as events",
  "duplicate_count as duplicates",
  "quarantined_count as quarantined",
  "failure",
  "actor",
  "started_at as startedAt",
  "progressed_at as progressedAt",
  "finished_at as finishedAt",
  "columns",
  "usage_mapping_id as usageMappingId",
] as const;

export interface NewImport {
  source: string;
  fileName: string;
  mapping: string;
  bytesTotal: bigint | null;
  actor: string;
  /** Of a mapping that was made by hand. */
  usageMappingId?: string;
  /** Running if left out. */
  state?: "waiting" | "running";
}

export async function insertUsageImport(db: TenantDb, started: NewImport): Promise<string> {
  const { id } = await db.query.insertInto("usage_import").values({
    tenant_id: db.tenantId,
    source: started.source,
    file_name: started.fileName,
    mapping: started.mapping,
    bytes_total: started.bytesTotal,
    failure: null,
    actor: started.actor,
    finished_at: null,
    columns: null,
    usage_mapping_id: started.usageMappingId ?? null,
    state: started.state ?? "running",
  }).returning("id").executeTakeFirstOrThrow();
  return id;
}

export async function findUsageImport(db: TenantDb, id: string): Promise<UsageImport | undefined> {
  return await db.query.selectFrom("usage_import").select(columns)
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).executeTakeFirst();
}

/** Holds the import until the end of the transaction: its batches are saved one after the other. */
export async function lockUsageImport(
  db: TenantDb,
  id: string,
): Promise<Pick<UsageImport, "state" | "rows" | "fileName"> | undefined> {
  return await db.query.selectFrom("usage_import")
    .select(["state", "row_count as rows", "file_name as fileName"])
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).forNoKeyUpdate().executeTakeFirst();
}

/** Keeps the names of the columns, once the file was opened. */
export async function setUsageImportColumns(
  db: TenantDb,
  id: string,
  columns: readonly string[],
): Promise<void> {
  await db.query.updateTable("usage_import").set({ columns: [...columns] })
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).execute();
}

export interface ImportProgress {
  /** Bytes of the file up to the end of the last row that was taken. */
  bytesRead: number;
  events: number;
  duplicates: number;
  quarantined: number;
}

/** Adds what became of a batch. */
export async function setUsageImportProgress(db: TenantDb, id: string, done: ImportProgress): Promise<void> {
  const rows = done.events + done.duplicates + done.quarantined;
  await db.query.updateTable("usage_import").set({
    bytes_read: BigInt(done.bytesRead),
    row_count: sql`row_count + ${rows}::bigint`,
    event_count: sql`event_count + ${done.events}::bigint`,
    duplicate_count: sql`duplicate_count + ${done.duplicates}::bigint`,
    quarantined_count: sql`quarantined_count + ${done.quarantined}::bigint`,
    progressed_at: sql`clock_timestamp()`,
  }).where("tenant_id", "=", db.tenantId).where("id", "=", id).execute();
}

/** Ends an import, well or with the reason why it went no further. */
export async function setUsageImportFinished(
  db: TenantDb,
  id: string,
  failure: string | null,
  bytesRead: number,
): Promise<void> {
  await db.query.updateTable("usage_import").set({
    state: failure === null ? "done" : "failed",
    failure,
    bytes_read: BigInt(bytesRead),
    progressed_at: sql`clock_timestamp()`,
    finished_at: sql`clock_timestamp()`,
  }).where("tenant_id", "=", db.tenantId).where("id", "=", id).execute();
}

/** Lets a file that waited be read, by this mapping. */
export async function setUsageImportMapped(
  db: TenantDb,
  id: string,
  { source, mapping, usageMappingId }: { source: string; mapping: string; usageMappingId: string | null },
): Promise<void> {
  await db.query.updateTable("usage_import").set({
    state: "running",
    source,
    mapping,
    usage_mapping_id: usageMappingId,
    progressed_at: sql`clock_timestamp()`,
  }).where("tenant_id", "=", db.tenantId).where("id", "=", id).execute();
}

/** Tenants with files that have waited for more than `days`. */
export async function listTenantsWithOldWaitingImports(db: SystemDb, days: number): Promise<string[]> {
  const { rows } = await sql<{ tenant_id: string }>`
    select distinct tenant_id from usage_import
    where state = 'waiting' and started_at < clock_timestamp() - make_interval(days => ${days}::int)`
    .execute(db.query);
  return rows.map((row) => row.tenant_id);
}

/** Ends imports of a tenant that waited for more than `days`, and deletes their files; at most `limit`, and says how many. */
export async function endOldWaitingImports(
  db: SystemDb,
  tenantId: string,
  days: number,
  failure: string,
  limit: number,
): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    update usage_import set state = 'failed', failure = ${failure}, finished_at = clock_timestamp()
    where tenant_id = ${tenantId}::uuid and state = 'waiting' and id = any(array(
      select id from usage_import
      where tenant_id = ${tenantId}::uuid and state = 'waiting'
        and started_at < clock_timestamp() - make_interval(days => ${days}::int)
      order by started_at limit ${limit}::int))
    returning id`.execute(db.query);
  for (const { id } of rows) {
    await db.query.deleteFrom("usage_file_part").where("tenant_id", "=", tenantId)
      .where("usage_import_id", "=", id).execute();
  }
  return rows.length;
}

/** Imports, the latest first, after one of them. */
export async function listUsageImports(
  db: TenantDb,
  limit: number,
  after?: { startedAt: Temporal.Instant; id: string },
): Promise<UsageImport[]> {
  let query = db.query.selectFrom("usage_import").select(columns)
    .where("tenant_id", "=", db.tenantId)
    .orderBy("started_at", "desc").orderBy("id").limit(limit);
  if (after) {
    query = query.where(({ eb, or, and }) =>
      or([
        eb("started_at", "<", after.startedAt),
        and([eb("started_at", "=", after.startedAt), eb("id", ">", after.id)]),
      ])
    );
  }
  return await query.execute();
}

export async function countUsageImports(db: TenantDb): Promise<number> {
  const { count } = await db.query.selectFrom("usage_import")
    .select(({ fn }) => fn.countAll<bigint>().as("count"))
    .where("tenant_id", "=", db.tenantId).executeTakeFirstOrThrow();
  return Number(count);
}

/** How many rows all imports set aside. */
export async function sumQuarantinedRows(db: TenantDb): Promise<number> {
  const [{ sum }] = await db.sql<{ sum: bigint }[]>`
    select coalesce(sum(quarantined_count), 0)::bigint as sum from usage_import where tenant_id = ${db.tenantId}`;
  return Number(sum);
}
