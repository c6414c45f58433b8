/** Contracts: a customer on a plan version, billed by an entity, from a day up to another. */
import { sql } from "kysely";
import type { TenantDb } from "../tenant.ts";

export interface NewContract {
  reference: string;
  customerId: string;
  billingEntityId: string;
  ratePlanVersionId: string;
  startDate: Temporal.PlainDate;
  /** The day after the last one, or null while it is open. */
  endDate: Temporal.PlainDate | null;
  anchorDay: number;
}

/** The id of the new contract, or `undefined` when the reference is taken. */
export async function insertContract(db: TenantDb, contract: NewContract): Promise<string | undefined> {
  const inserted = await db.query.insertInto("contract").values({
    tenant_id: db.tenantId,
    reference: contract.reference,
    customer_id: contract.customerId,
    billing_entity_id: contract.billingEntityId,
    rate_plan_version_id: contract.ratePlanVersionId,
    start_date: contract.startDate,
    end_date: contract.endDate,
    anchor_day: contract.anchorDay,
  }).onConflict((conflict) => conflict.columns(["tenant_id", "reference"]).doNothing())
    .returning("id").executeTakeFirst();
  return inserted?.id;
}

export interface Contract {
  id: string;
  reference: string;
  customerId: string;
  customer: string;
  entityId: string;
  entity: string;
  zone: string;
  planId: string;
  plan: string;
  version: number;
  currency: string;
  startDate: Temporal.PlainDate;
  endDate: Temporal.PlainDate | null;
  anchorDay: number;
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
      "customer.name as customer",
      "entity.id as entityId",
      "entity.name as entity",
      "entity.zone",
      "plan.id as planId",
      "plan.name as plan",
      "version.version",
      "version.currency",
      "contract.start_date as startDate",
      "contract.end_date as endDate",
      "contract.anchor_day as anchorDay",
    ])
    .where("contract.tenant_id", "=", db.tenantId);
}

export async function findContract(db: TenantDb, id: string): Promise<Contract | undefined> {
  return await contracts(db).where("contract.id", "=", id).executeTakeFirst();
}

export interface ContractFilter {
  /** A part of the reference or of the customer's name. */
  search?: string;
  customerId?: string;
}

/** Contracts by reference, after one of them. */
export async function listContracts(
  db: TenantDb,
  filter: ContractFilter,
  limit: number,
  after?: string,
): Promise<Contract[]> {
  let query = contracts(db).orderBy("contract.reference").limit(limit);
  if (after !== undefined) query = query.where("contract.reference", ">", after);
  if (filter.customerId !== undefined) query = query.where("contract.customer_id", "=", filter.customerId);
  if (filter.search !== undefined) {
    const { search } = filter;
    query = query.where(({ eb, or, fn, lit, val }) =>
      or(
        ["contract.reference", "customer.name"].map((name) =>
          eb(
            fn<number>("strpos", [fn("lower", [name as "customer.name"]), fn("lower", [val(search)])]),
            ">",
            lit(0),
          )
        ),
      )
    );
  }
  return await query.execute();
}

export async function countContracts(db: TenantDb): Promise<bigint> {
  const { count } = await db.query.selectFrom("contract").select(({ fn }) =>
    fn.countAll<bigint>().as("count")
  )
    .where("tenant_id", "=", db.tenantId).executeTakeFirstOrThrow();
  return count;
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
