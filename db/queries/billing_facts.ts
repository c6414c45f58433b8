/** The facts that an invoice is derived from: the contract with all it names, its vehicles, charges and usage. */
import { sql } from "kysely";
import type { TenantDb } from "../tenant.ts";

/** A contract with everything an invoice of it shows or is priced by. */
export interface ContractFacts {
  contractId: string;
  reference: string;
  startDate: Temporal.PlainDate;
  /** The day after the last one, or null while it is open. */
  endDate: Temporal.PlainDate | null;
  anchorDay: number;
  customer: {
    id: string;
    reference: string;
    name: string;
    email: string | null;
    addressLines: string[];
    country: string | null;
    paymentTermsDays: number;
  };
  entity: {
    id: string;
    name: string;
    addressLines: string[];
    country: string;
    zone: string;
    language: string;
    rounding: "half_up" | "half_even";
    numberPrefix: string;
    taxRegistration: string | null;
  };
  plan: {
    versionId: string;
    reference: string;
    name: string;
    version: number;
    currency: string;
    taxInclusive: boolean;
  };
}

export interface ChargeFacts {
  id: string;
  reference: string;
  name: string;
  kind: "recurring" | "usage" | "one_time";
  per: "vehicle" | "contract";
  proration: "day" | "second" | "fixed30" | "none";
  meter: unknown;
  price: unknown;
  taxCategory: string | null;
  /** A decimal text. */
  taxPercent: string | null;
}

/** One stay of a vehicle on a contract, `[from, to)`. */
export interface StayFacts {
  vehicleId: string;
  reference: string;
  plate: string;
  from: Temporal.PlainDate;
  to: Temporal.PlainDate | null;
}

export interface UsageFact {
  source: string;
  eventId: string;
  event: string;
  vehicleId: string | null;
  at: Temporal.Instant;
  properties: Record<string, unknown>;
}

/** Which usage belongs to the bill of a contract. */
export interface UsageScope {
  contractId: string;
  /** An event that names no contract belongs to the contract of its vehicle. */
  vehicleIds: readonly string[];
  events: readonly string[];
  /** `[from, to)`. */
  from: Temporal.Instant;
  to: Temporal.Instant;
  /** Only what this pg_snapshot sees. */
  snapshot: string;
}

/**
 * Locks the contract until the transaction ends, so that two writers do not bill the same period, and gives its facts.
 * New usage of the contract may go on meanwhile.
 */
export async function lockContractFacts(
  db: TenantDb,
  contractId: string,
): Promise<ContractFacts | undefined> {
  const row = await db.query.selectFrom("contract")
    .innerJoin("customer", (join) =>
      join.onRef("customer.tenant_id", "=", "contract.tenant_id")
        .onRef("customer.id", "=", "contract.customer_id"))
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
      "contract.reference",
      "contract.start_date",
      "contract.end_date",
      "contract.anchor_day",
      "customer.id as customer_id",
      "customer.reference as customer_reference",
      "customer.name as customer_name",
      "customer.email",
      "customer.address_lines as customer_address_lines",
      "customer.country as customer_country",
      "customer.payment_terms_days",
      "entity.id as entity_id",
      "entity.name as entity_name",
      "entity.address_lines as entity_address_lines",
      "entity.country as entity_country",
      "entity.zone",
      "entity.language",
      "entity.rounding",
      "entity.number_prefix",
      "entity.tax_registration",
      "version.id as version_id",
      "version.version",
      "version.currency",
      "version.tax_inclusive",
      "plan.reference as plan_reference",
      "plan.name as plan_name",
    ])
    .where("contract.tenant_id", "=", db.tenantId).where("contract.id", "=", contractId)
    .forNoKeyUpdate("contract")
    .executeTakeFirst();
  return row && {
    contractId,
    reference: row.reference,
    startDate: row.start_date,
    endDate: row.end_date,
    anchorDay: row.anchor_day,
    customer: {
      id: row.customer_id,
      reference: row.customer_reference,
      name: row.customer_name,
      email: row.email,
      addressLines: row.customer_address_lines,
      country: row.customer_country,
      paymentTermsDays: row.payment_terms_days,
    },
    entity: {
      id: row.entity_id,
      name: row.entity_name,
      addressLines: row.entity_address_lines,
      country: row.entity_country,
      zone: row.zone,
      language: row.language,
      rounding: row.rounding,
      numberPrefix: row.number_prefix,
      taxRegistration: row.tax_registration,
    },
    plan: {
      versionId: row.version_id,
      reference: row.plan_reference,
      name: row.plan_name,
      version: row.version,
      currency: row.currency,
      taxInclusive: row.tax_inclusive,
    },
  };
}

/** The charges of a contract's plan version, in their order. */
export async function listChargeFacts(db: TenantDb, contractId: string): Promise<ChargeFacts[]> {
  return await db.query.selectFrom("charge")
    .innerJoin("contract", (join) =>
      join.onRef("contract.tenant_id", "=", "charge.tenant_id")
        .onRef("contract.rate_plan_version_id", "=", "charge.rate_plan_version_id"))
    .select([
      "charge.id",
      "charge.reference",
      "charge.name",
      "charge.kind",
      "charge.per",
      "charge.proration",
      "charge.meter",
      "charge.price",
      "charge.tax_category as taxCategory",
      "charge.tax_percent as taxPercent",
    ])
    .where("contract.tenant_id", "=", db.tenantId).where("contract.id", "=", contractId)
    .where("charge.tenant_id", "=", db.tenantId)
    .orderBy("charge.position")
    .execute();
}

/** The stays on a contract that share a day with `[start, end)`, by vehicle and day. */
export async function listStayFacts(
  db: TenantDb,
  contractId: string,
  period: { start: Temporal.PlainDate; end: Temporal.PlainDate },
): Promise<StayFacts[]> {
  return await db.query.selectFrom("contract_vehicle as stay")
    .innerJoin(
      "vehicle",
      (join) =>
        join.onRef("vehicle.tenant_id", "=", "stay.tenant_id").onRef("vehicle.id", "=", "stay.vehicle_id"),
    )
    .select([
      "stay.vehicle_id as vehicleId",
      "vehicle.reference",
      "vehicle.plate",
      "stay.from_date as from",
      "stay.to_date as to",
    ])
    .where("stay.tenant_id", "=", db.tenantId).where("stay.contract_id", "=", contractId)
    .where("vehicle.tenant_id", "=", db.tenantId)
    .where("stay.from_date", "<", period.end)
    .where(({ eb, or }) => or([eb("stay.to_date", "is", null), eb("stay.to_date", ">", period.start)]))
    .orderBy("vehicle.reference").orderBy("stay.from_date")
    .execute();
}

/** What is committed now, as text: the cut-off by which the same facts can be read again later. */
export async function findFactsSnapshot(db: TenantDb): Promise<string> {
  const { rows: [{ snapshot }] } = await sql<{ snapshot: string }>`
    select pg_current_snapshot()::text as snapshot`.execute(db.query);
  return snapshot;
}

/** The usage of a scope, by time, source and id. */
export async function listUsageFacts(db: TenantDb, scope: UsageScope): Promise<UsageFact[]> {
  const rows = await db.sql<
    {
      source: string;
      event_id: string;
      event: string;
      vehicle_id: string | null;
      at: Temporal.Instant;
      properties: Record<string, unknown>;
    }[]
  >`
    select source, event_id, event, vehicle_id, at, properties from usage_event
    where tenant_id = ${db.tenantId} and ${belongsTo(db, scope)}
      and at >= ${scope.from} and at < ${scope.to}
      and event = any(${scope.events}::text[])
      and pg_visible_in_snapshot(xid, ${scope.snapshot}::text::pg_snapshot) and ${stillCounts(db, scope.snapshot)}
    order by at, source, event_id`;
  return rows.map(({ event_id, vehicle_id, ...row }) => ({
    ...row,
    eventId: event_id,
    vehicleId: vehicle_id,
  }));
}

/** The last event of one kind for each vehicle before `from`, where it passes the filter and has the field: opening values. */
export async function listOpeningFacts(
  db: TenantDb,
  scope: UsageScope,
  meter: { event: string; field: string; where: Record<string, unknown> },
): Promise<UsageFact[]> {
  const rows = await db.sql<
    {
      source: string;
      event_id: string;
      event: string;
      vehicle_id: string | null;
      at: Temporal.Instant;
      properties: Record<string, unknown>;
    }[]
  >`
    select distinct on (vehicle_id) source, event_id, event, vehicle_id, at, properties from usage_event
    where tenant_id = ${db.tenantId} and ${belongsTo(db, scope)}
      and at < ${scope.from} and event = ${meter.event}
      and properties ? ${meter.field} and properties @> ${JSON.stringify(meter.where)}::text::jsonb
      and pg_visible_in_snapshot(xid, ${scope.snapshot}::text::pg_snapshot) and ${stillCounts(db, scope.snapshot)}
    order by vehicle_id, at desc, source desc, event_id desc`;
  return rows.map(({ event_id, vehicle_id, ...row }) => ({
    ...row,
    eventId: event_id,
    vehicleId: vehicle_id,
  }));
}

function belongsTo(db: TenantDb, { contractId, vehicleIds }: UsageScope) {
  return vehicleIds.length === 0 ? db.sql`contract_id = ${contractId}` : db
    .sql`(contract_id = ${contractId} or (contract_id is null and vehicle_id = any(${vehicleIds}::uuid[])))`;
}

/** The event was not voided or replaced by one that the snapshot sees. */
function stillCounts(db: TenantDb, snapshot: string) {
  return db.sql`not exists (select from usage_correction correction
    where correction.tenant_id = usage_event.tenant_id and correction.source = usage_event.source
      and correction.event_id = usage_event.event_id
      and pg_visible_in_snapshot(correction.xid, ${snapshot}::text::pg_snapshot))`;
}
