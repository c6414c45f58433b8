/** Mappings that people made by hand: what one says never changes, so a change is another row. */
import type { TenantDb } from "../tenant.ts";
import { jsonb } from "./json.ts";

export interface StoredMapping {
  id: string;
  /** Null for a mapping that was made for one file alone. */
  name: string | null;
  /** As `lib/imports/column_choice.ts` made them. */
  terms: unknown;
  columns: string[];
  createdBy: string;
  createdAt: Temporal.Instant;
  retiredAt: Temporal.Instant | null;
}

const columns = [
  "id",
  "name",
  "terms",
  "columns",
  "created_by as createdBy",
  "created_at as createdAt",
  "retired_at as retiredAt",
] as const;

/** Gives the id, or nothing where another mapping has the name. */
export async function insertUsageMapping(
  db: TenantDb,
  mapping: {
    name: string | null;
    terms: unknown;
    columns: readonly string[];
    actor: string;
    now: Temporal.Instant;
  },
): Promise<string | undefined> {
  const inserted = await db.query.insertInto("usage_mapping").values({
    tenant_id: db.tenantId,
    name: mapping.name,
    terms: jsonb(mapping.terms),
    columns: [...mapping.columns],
    created_by: mapping.actor,
    created_at: mapping.now,
    retired_at: null,
  }).onConflict((conflict) => conflict.doNothing()).returning("id").executeTakeFirst();
  return inserted?.id;
}

export async function findUsageMapping(db: TenantDb, id: string): Promise<StoredMapping | undefined> {
  return await db.query.selectFrom("usage_mapping").select(columns)
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).executeTakeFirst();
}

/** The mappings that are offered, by name. */
export async function listOfferedMappings(db: TenantDb): Promise<StoredMapping[]> {
  return await db.query.selectFrom("usage_mapping").select(columns)
    .where("tenant_id", "=", db.tenantId).where("name", "is not", null).where("retired_at", "is", null)
    .orderBy((eb) => eb.fn("lower", ["name"])).execute();
}

/** The mapping that is offered by this name, in any case. */
export async function findOfferedMapping(db: TenantDb, name: string): Promise<StoredMapping | undefined> {
  return await db.query.selectFrom("usage_mapping").select(columns)
    .where("tenant_id", "=", db.tenantId).where("retired_at", "is", null)
    .where((eb) => eb(eb.fn("lower", ["name"]), "=", eb.fn("lower", [eb.val(name)]))).executeTakeFirst();
}

/** No longer offers a mapping; false if it is not offered now. */
export async function setUsageMappingRetired(
  db: TenantDb,
  id: string,
  now: Temporal.Instant,
): Promise<boolean> {
  const retired = await db.query.updateTable("usage_mapping").set({ retired_at: now })
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).where("retired_at", "is", null)
    .returning("id").execute();
  return retired.length > 0;
}
