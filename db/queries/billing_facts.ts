/** The facts that an invoice is derived from: the contract with all it names, its vehicles, charges and usage. */
import { type InferResult, sql } from "kysely";
import type { BillingCycle } from "../../lib/core/billing_cycle.ts";
import type { TaxSupply } from "../../lib/core/tax_facts.ts";
import type { TenantDb } from "../tenant.ts";
import { type Amendment, listAmendments } from "./contract_amendment.ts";
import { openContact } from "./customer_contact.ts";
import type { PlanFacts } from "./rate_plan.ts";

/** A contract with everything an invoice of it shows or is priced by. */
export interface ContractFacts extends BillingCycle {
  contractId: string;
  reference: string;
  /** The day after the last one, or null while it is open. */
  endDate: Temporal.PlainDate | null;
  customer: {
    id: string;
    reference: string;
    name: string;
    email: string | null;
    addressLines: string[];
    country: string | null;
    language: string | null;
    paymentTermsDays: number;
    /** In its one spelling; null for who has none. */
    vatId: string | null;
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
  };
  /** The version agreed last; of a period's bill the last one in force in it. */
  plan: PlanFacts;
  /** In the order in which they were agreed. */
  amendments: readonly Amendment[];
}

export interface ChargeFacts {
  id: string;
  reference: string;
  name: string;
  kind: "recurring" | "usage" | "one_time";
  per: "vehicle" | "contract";
  proration: "day" | "second" | "fixed30" | "none";
  /** Of a recurring charge: billed after the period that it is for, or before it. */
  timing: "arrears" | "advance";
  meter: unknown;
  price: unknown;
  taxCategory: string | null;
  /** A decimal text. */
  taxPercent: string | null;
  /** What is supplied, where the tax rules decide category and rate. */
  taxSupply: TaxSupply | null;
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
}

/** What `lockContractFacts` reads. */
const contractColumns = [
  "contract.id as contract_id",
  "contract.reference",
  "contract.start_date",
  "contract.end_date",
  "contract.cadence",
  "contract.anchor_day",
  "contract.anchor_date",
  "customer.id as customer_id",
  "customer.reference as customer_reference",
  "customer.name as customer_name",
  "customer.email",
  "customer.address_lines",
  "customer.contact_encrypted",
  "customer.country as customer_country",
  "customer.language as customer_language",
  "customer.payment_terms_days",
  "customer_tax.vat_id",
  "entity.id as entity_id",
  "entity.name as entity_name",
  "entity.address_lines as entity_address_lines",
  "entity.country as entity_country",
  "entity.zone",
  "entity.language",
  "entity.rounding",
  "entity.number_prefix",
  "version.id as version_id",
  "plan.id as plan_id",
  "version.version",
  "version.currency",
  "version.tax_inclusive",
  "plan.reference as plan_reference",
  "plan.name as plan_name",
] as const;

/**
 * Locks contracts until the transaction ends, so that two writers do not bill the same period, and gives their facts by
 * id. New usage of the contracts may go on meanwhile. The locks are taken in the order of the ids, so that two who want
 * the same ones do not block each other, and before the facts are read: what another writer changed until then counts.
 */
export async function lockContractFacts(
  db: TenantDb,
  contractIds: readonly string[],
): Promise<Map<string, ContractFacts>> {
  const [, facts] = await Promise.all([
    db.query.selectFrom("contract").select("id")
      .where("tenant_id", "=", db.tenantId).where("id", "=", anyOf(contractIds))
      .orderBy("id").forNoKeyUpdate().execute(),
    listContractFacts(db, contractIds),
  ]);
  return facts;
}

/** The facts of contracts by id, of which others may change some meanwhile. */
export async function listContractFacts(
  db: TenantDb,
  contractIds: readonly string[],
): Promise<Map<string, ContractFacts>> {
  const [rows, amendments] = await Promise.all([
    contractsWithFacts(db).where("contract.tenant_id", "=", db.tenantId)
      .where("contract.id", "=", anyOf(contractIds)).execute(),
    listAmendments(db, contractIds),
  ]);
  return new Map(
    await Promise.all(rows.map(async (row) => {
      const contact = await openContact(db, row.customer_id, row);
      return [row.contract_id, contractFactsOf(row, contact, amendments.get(row.contract_id) ?? [])] as const;
    })),
  );
}

/** One parameter however many ids there are, so that the statement is prepared once. */
function anyOf(ids: readonly string[]) {
  return sql<string>`any(${[...new Set(ids)]}::uuid[])`;
}

function contractsWithFacts(db: TenantDb) {
  return db.query.selectFrom("contract")
    .innerJoin("customer", (join) =>
      join.onRef("customer.tenant_id", "=", "contract.tenant_id")
        .onRef("customer.id", "=", "contract.customer_id"))
    .leftJoin("customer_tax", (join) =>
      join.onRef("customer_tax.tenant_id", "=", "customer.tenant_id")
        .onRef("customer_tax.customer_id", "=", "customer.id"))
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
    .select(contractColumns);
}

function contractFactsOf(
  row: InferResult<ReturnType<typeof contractsWithFacts>>[number],
  contact: { email: string | null; addressLines: string[] },
  amendments: readonly Amendment[],
): ContractFacts {
  return {
    contractId: row.contract_id,
    reference: row.reference,
    startDate: row.start_date,
    endDate: row.end_date,
    cadence: row.cadence,
    anchorDay: row.anchor_day,
    anchorDate: row.anchor_date,
    customer: {
      id: row.customer_id,
      reference: row.customer_reference,
      name: row.customer_name,
      ...contact,
      country: row.customer_country,
      language: row.customer_language,
      paymentTermsDays: row.payment_terms_days,
      vatId: row.vat_id,
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
    },
    plan: {
      versionId: row.version_id,
      planId: row.plan_id,
      reference: row.plan_reference,
      name: row.plan_name,
      version: row.version,
      currency: row.currency,
      taxInclusive: row.tax_inclusive,
    },
    amendments,
  };
}

/** The charges of plan versions, in their order, by version. */
export async function listChargeFacts(
  db: TenantDb,
  versionIds: readonly string[],
): Promise<Map<string, ChargeFacts[]>> {
  const rows = await db.query.selectFrom("charge").select([
    "rate_plan_version_id as versionId",
    "id",
    "reference",
    "name",
    "kind",
    "per",
    "proration",
    "timing",
    "meter",
    "price",
    "tax_category as taxCategory",
    "tax_percent as taxPercent",
    "tax_supply as taxSupply",
  ]).where("tenant_id", "=", db.tenantId)
    .where("rate_plan_version_id", "=", anyOf(versionIds))
    .orderBy("rate_plan_version_id").orderBy("position").execute();
  const found = new Map<string, ChargeFacts[]>(versionIds.map((id) => [id, []]));
  for (const { versionId, ...charge } of rows) found.get(versionId)!.push(charge);
  return found;
}

/** A contract and `[start, end)`, of which something is asked. */
export interface ContractSpan {
  contractId: string;
  start: Temporal.PlainDate;
  end: Temporal.PlainDate;
}

/**
 * For each span the stays on the contract that share a day with it, by vehicle and day. Stays that touch are one, so that
 * a vehicle that left and came back on one day keeps the reading it had before.
 */
export async function listStayFacts(db: TenantDb, spans: readonly ContractSpan[]): Promise<StayFacts[][]> {
  const rows = await db.sql<(StayFacts & { place: bigint })[]>`
    select joined.place, joined.vehicle_id as "vehicleId", vehicle.reference, vehicle.plate,
      lower(joined.days) as "from", upper(joined.days) as "to"
    from (
      select span.place, span.first_day, span.end_day, stay.vehicle_id,
        unnest(range_agg(daterange(stay.from_date, stay.to_date))) as days
      from unnest(
        ${spans.map(({ contractId }) => contractId)}::uuid[],
        ${spans.map(({ start }) => start.toString())}::text[]::date[],
        ${spans.map(({ end }) => end.toString())}::text[]::date[]
      ) with ordinality as span(contract_id, first_day, end_day, place)
      join contract_vehicle stay on stay.tenant_id = ${db.tenantId} and stay.contract_id = span.contract_id
        and stay.from_date < span.end_day
      group by span.place, span.first_day, span.end_day, stay.vehicle_id
    ) as joined
    join vehicle on vehicle.tenant_id = ${db.tenantId} and vehicle.id = joined.vehicle_id
    where joined.days && daterange(joined.first_day, joined.end_day)
    order by joined.place, vehicle.reference, joined.days`;
  return byPlace(spans.length, rows);
}

/** Rows with the ordinality of what they belong to, as one list for each place. */
function byPlace<Row extends { place: bigint }>(count: number, rows: readonly Row[]): Omit<Row, "place">[][] {
  const found: Omit<Row, "place">[][] = Array.from({ length: count }, () => []);
  for (const { place, ...row } of rows) found[Number(place) - 1].push(row);
  return found;
}

/** What is committed now, as text: the cut-off by which the same facts can be read again later. */
export async function findFactsSnapshot(db: TenantDb): Promise<string> {
  const { rows: [{ snapshot }] } = await sql<{ snapshot: string }>`
    select pg_current_snapshot()::text as snapshot`.execute(db.query);
  return snapshot;
}

/** The usage of each scope that a pg_snapshot sees, by time, source and id. */
export async function listUsageFacts(
  db: TenantDb,
  scopes: readonly UsageScope[],
  snapshot: string,
): Promise<UsageFact[][]> {
  const rows = await db.sql<(UsageFact & { place: bigint })[]>`
    select scope.place, usage.* from unnest(
      ${scopes.map(({ contractId }) => contractId)}::uuid[],
      ${scopes.map(({ vehicleIds }) => arrayText(vehicleIds))}::text[],
      ${scopes.map(({ events }) => arrayText(events))}::text[],
      ${scopes.map(({ from }) => from.toString())}::text[]::timestamptz[],
      ${scopes.map(({ to }) => to.toString())}::text[]::timestamptz[]
    ) with ordinality as scope(contract_id, vehicle_ids, events, start, until, place)
    cross join lateral (
      select source, event_id as "eventId", event, vehicle_id as "vehicleId", at, properties from usage_event
      where tenant_id = ${db.tenantId}
        and (contract_id = scope.contract_id
          or (contract_id is null and vehicle_id = any(scope.vehicle_ids::uuid[])))
        and at >= scope.start and at < scope.until and event = any(scope.events::text[])
        and pg_visible_in_snapshot(xid, ${snapshot}::text::pg_snapshot) and ${stillCounts(db, snapshot)}
    ) as usage
    order by scope.place, usage.at, usage.source, usage."eventId"`;
  return byPlace(scopes.length, rows);
}

/** A list as the text of a Postgres array: an array of lists of different lengths cannot be sent as one. */
function arrayText(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replaceAll(/["\\]/g, "\\$&")}"`).join(",")}}`;
}

/** The last event of one kind for each vehicle before `from`, where it passes the filter and has the field: opening values. */
export async function listOpeningFacts(
  db: TenantDb,
  { contractId, vehicleIds, from }: UsageScope,
  meter: { event: string; field: string; where: Record<string, unknown> },
  snapshot: string,
): Promise<UsageFact[]> {
  return await db.sql<UsageFact[]>`
    select distinct on (vehicle_id) source, event_id as "eventId", event, vehicle_id as "vehicleId", at, properties
    from usage_event
    where tenant_id = ${db.tenantId}
      and (contract_id = ${contractId} or (contract_id is null and vehicle_id = any(${[
    ...vehicleIds,
  ]}::uuid[])))
      and at < ${from} and event = ${meter.event}
      and properties ? ${meter.field} and properties @> ${JSON.stringify(meter.where)}::text::jsonb
      and pg_visible_in_snapshot(xid, ${snapshot}::text::pg_snapshot) and ${stillCounts(db, snapshot)}
    order by vehicle_id, at desc, source desc, event_id desc`;
}

/** The event was not voided or replaced by one that the snapshot sees. */
function stillCounts(db: TenantDb, snapshot: string) {
  return db.sql`not exists (select from usage_correction correction
    where correction.tenant_id = usage_event.tenant_id and correction.source = usage_event.source
      and correction.event_id = usage_event.event_id
      and pg_visible_in_snapshot(correction.xid, ${snapshot}::text::pg_snapshot))`;
}
