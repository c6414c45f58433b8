/** Contracts: a customer on a plan version, billed by an entity, from a day up to another. */
import { sql } from "kysely";
import type { BillingCycle } from "../../lib/core/billing_cycle.ts";
import type { Cursor } from "../../lib/core/cursor_page.ts";
import type { Cadence } from "../../lib/core/period.ts";
import type { TenantDb } from "../tenant.ts";
import { among } from "./among.ts";

export interface NewContract {
  reference: string;
  customerId: string;
  billingEntityId: string;
  ratePlanVersionId: string;
  startDate: Temporal.PlainDate;
  /** The day after the last one, or null while it is open. */
  endDate: Temporal.PlainDate | null;
  cadence: Cadence;
  anchorDay: number;
  /** Null for a monthly one. */
  anchorDate: Temporal.PlainDate | null;
}

/** The id of the new contract, or `undefined` when the reference is taken. */
export async function insertContract(db: TenantDb, contract: NewContract): Promise<string | undefined> {
  return (await insertContracts(db, [contract])).get(contract.reference);
}

/** The ids of the new contracts by reference; one whose reference is taken has none. */
export async function insertContracts(
  db: TenantDb,
  contracts: readonly NewContract[],
): Promise<Map<string, string>> {
  const inserted = await db.query.insertInto("contract").values(contracts.map((contract) => ({
    tenant_id: db.tenantId,
    reference: contract.reference,
    customer_id: contract.customerId,
    billing_entity_id: contract.billingEntityId,
    rate_plan_version_id: contract.ratePlanVersionId,
    start_date: contract.startDate,
    end_date: contract.endDate,
    cadence: contract.cadence,
    anchor_day: contract.anchorDay,
    anchor_date: contract.anchorDate,
  }))).onConflict((conflict) => conflict.columns(["tenant_id", "reference"]).doNothing())
    .returning(["reference", "id"]).execute();
  return new Map(inserted.map(({ reference, id }) => [reference, id]));
}

export interface Contract {
  id: string;
  reference: string;
  customerId: string;
  customerReference: string;
  customer: string;
  entityId: string;
  /** The prefix of its invoice numbers, by which people name it. */
  entityPrefix: string;
  entity: string;
  zone: string;
  planId: string;
  planReference: string;
  plan: string;
  versionId: string;
  version: number;
  currency: string;
  startDate: Temporal.PlainDate;
  endDate: Temporal.PlainDate | null;
  cadence: Cadence;
  anchorDay: number;
  anchorDate: Temporal.PlainDate | null;
}

function contracts(db: TenantDb) {
  return db.query.selectFrom("contract")
    .innerJoin(
      "customer",
      (join) =>
        join.onRef("customer.tenant_id", "=", "contract.tenant_id").onRef(
          "customer.id",
          "=",
          "contract.customer_id",
        ),
    )
    .innerJoin("billing_entity as entity", (join) =>
      join.onRef("entity.tenant_id", "=", "contract.tenant_id")
        .onRef("entity.id", "=", "contract.billing_entity_id"))
    .innerJoin(
      "rate_plan_version as version",
      (join) =>
        join.onRef("version.tenant_id", "=", "contract.tenant_id")
          .onRef("version.id", "=", "contract.rate_plan_version_id"),
    )
    .innerJoin(
      "rate_plan as plan",
      (join) =>
        join.onRef("plan.tenant_id", "=", "version.tenant_id").onRef("plan.id", "=", "version.rate_plan_id"),
    )
    .select([
      "contract.id",
      "contract.reference",
      "contract.customer_id as customerId",
      "customer.reference as customerReference",
      "customer.name as customer",
      "entity.id as entityId",
      "entity.number_prefix as entityPrefix",
      "entity.name as entity",
      "entity.zone",
      "plan.id as planId",
      "plan.reference as planReference",
      "plan.name as plan",
      "version.id as versionId",
      "version.version",
      "version.currency",
      "contract.start_date as startDate",
      "contract.end_date as endDate",
      "contract.cadence",
      "contract.anchor_day as anchorDay",
      "contract.anchor_date as anchorDate",
    ])
    .where("contract.tenant_id", "=", db.tenantId);
}

export async function findContract(db: TenantDb, id: string): Promise<Contract | undefined> {
  return await contracts(db).where("contract.id", "=", id).executeTakeFirst();
}

/** The contracts that have these references. */
export async function listContractsByReference(
  db: TenantDb,
  references: readonly string[],
): Promise<Contract[]> {
  return await contracts(db)
    .where("contract.reference", "in", among(references)).execute();
}

export interface ContractFilter {
  /** A part of the reference or of the customer's name. */
  search?: string;
  customerId?: string;
  /** On whatever version of the plan. */
  planId?: string;
}

/** A contract in a list. */
export interface ListedContract extends Contract {
  /** Today, where the billing entity is. */
  today: Temporal.PlainDate;
  /** Vehicles on it today. */
  vehicleCount: bigint;
}

/** Contracts by reference from a cursor on, one row more than `limit` if there are more; before a cursor the nearest first. */
export async function listContracts(
  db: TenantDb,
  filter: ContractFilter,
  now: Temporal.Instant,
  limit: number,
  cursor?: Cursor,
): Promise<ListedContract[]> {
  const isBackwards = cursor !== undefined && "before" in cursor;
  const today = sql<Temporal.PlainDate>`(${now}::timestamptz at time zone entity.zone)::date`;
  let query = filtered(contracts(db), filter)
    .select(({ selectFrom }) => [
      today.as("today"),
      selectFrom("contract_vehicle as stay")
        .whereRef("stay.tenant_id", "=", "contract.tenant_id").whereRef(
          "stay.contract_id",
          "=",
          "contract.id",
        )
        .where("stay.from_date", "<=", today)
        .where(({ eb, or }) => or([eb("stay.to_date", "is", null), eb("stay.to_date", ">", today)]))
        .select(({ fn }) => fn.countAll<bigint>().as("count")).$asScalar().$notNull().as("vehicleCount"),
    ])
    .orderBy("contract.reference", isBackwards ? "desc" : "asc").limit(limit + 1);
  if (cursor) {
    query = query.where(
      "contract.reference",
      isBackwards ? "<" : ">",
      isBackwards ? cursor.before : cursor.after,
    );
  }
  return await query.execute();
}

/** How many there are, counted no further than `limit`. */
export async function countContracts(db: TenantDb, filter: ContractFilter, limit: number): Promise<number> {
  const { count } = await db.query
    .selectFrom(filtered(contracts(db), filter).limit(limit).as("counted"))
    .select(({ fn }) => fn.countAll<bigint>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}

function filtered(
  query: ReturnType<typeof contracts>,
  { customerId, planId, search }: ContractFilter,
): ReturnType<typeof contracts> {
  let found = query;
  if (customerId !== undefined) found = found.where("contract.customer_id", "=", customerId);
  if (planId !== undefined) found = found.where("plan.id", "=", planId);
  if (search !== undefined) {
    const part = `%${search.replace(/[\\%_]/g, "\\$&")}%`;
    found = found.where(({ eb, or }) =>
      or([eb("contract.reference", "ilike", part), eb("customer.name", "ilike", part)])
    );
  }
  return found;
}

/** A contract that is about to change. */
export interface LockedContract extends BillingCycle {
  id: string;
  reference: string;
  billingEntityId: string;
  ratePlanVersionId: string;
  endDate: Temporal.PlainDate | null;
}

/** Locks a contract until the transaction ends, so that it does not change while it is billed. */
export async function lockContract(db: TenantDb, id: string): Promise<LockedContract | undefined> {
  return await db.query.selectFrom("contract").select([
    "id",
    "reference",
    "billing_entity_id as billingEntityId",
    "rate_plan_version_id as ratePlanVersionId",
    "start_date as startDate",
    "end_date as endDate",
    "cadence",
    "anchor_day as anchorDay",
    "anchor_date as anchorDate",
  ]).where("tenant_id", "=", db.tenantId).where("id", "=", id).forNoKeyUpdate().executeTakeFirst();
}

/** The latest period of a contract that is billed or drafted, if there is one. */
export async function findLastBilledPeriod(
  db: TenantDb,
  contractId: string,
): Promise<{ start: Temporal.PlainDate; end: Temporal.PlainDate } | undefined> {
  return await db.query.selectFrom("invoice").select(["period_start as start", "period_end as end"])
    .where("tenant_id", "=", db.tenantId).where("contract_id", "=", contractId)
    .where("state", "not in", ["void", "credited"])
    .orderBy("period_start", "desc").limit(1)
    .$narrowType<{ start: Temporal.PlainDate; end: Temporal.PlainDate }>().executeTakeFirst();
}

export async function setContractEnd(
  db: TenantDb,
  id: string,
  endDate: Temporal.PlainDate | null,
): Promise<void> {
  await db.query.updateTable("contract").set({ end_date: endDate })
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).execute();
}

export async function setContractPlanVersion(
  db: TenantDb,
  id: string,
  ratePlanVersionId: string,
): Promise<void> {
  await db.query.updateTable("contract").set({ rate_plan_version_id: ratePlanVersionId })
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).execute();
}

/** The ids of the contracts that have these references, by reference. */
export async function listContractIds(
  db: TenantDb,
  references: readonly string[],
): Promise<Map<string, string>> {
  const rows = await db.query.selectFrom("contract").select(["reference", "id"])
    .where("tenant_id", "=", db.tenantId)
    .where("reference", "=", sql<string>`any(${[...references]}::text[])`).execute();
  return new Map(rows.map(({ reference, id }) => [reference, id]));
}
