/** A small business that can be billed: one entity, plans of the test's choice, customers, contracts and their usage. */
import type { Database } from "../../db/database.ts";
import { jsonb } from "../../db/queries/json.ts";
import { type TenantDb, withTenant } from "../../db/tenant.ts";
import type { Cadence } from "../../lib/core/period.ts";
import { openAccounts } from "../../lib/ledger/steps.ts";
import { insertTestTenant } from "./command.ts";

export interface TestCharge {
  reference: string;
  name?: string;
  kind?: "recurring" | "usage" | "one_time";
  per?: "vehicle" | "contract";
  proration?: "day" | "second" | "fixed30" | "none";
  timing?: "arrears" | "advance";
  meter?: Record<string, unknown> | null;
  price: Record<string, unknown>;
  taxCategory?: string | null;
  taxPercent?: string | null;
  taxSupply?: "vehicle_hire" | "service" | "goods" | "disbursement";
}

export interface TestBusiness {
  tenantId: string;
  entityId: string;
}

/** 0.15 a mile for every trip, and 20% tax on top. */
export const perMile: TestCharge = {
  reference: "miles",
  name: "Distance",
  kind: "usage",
  meter: { event: "trip", aggregate: "sum", field: "miles" },
  price: { model: "per_unit", unit: "0.15" },
  taxCategory: "S",
  taxPercent: "20",
};

/** 412.00 a month for every vehicle, and 20% tax on top. */
export const lease: TestCharge = {
  reference: "lease",
  name: "Lease",
  kind: "recurring",
  per: "vehicle",
  meter: null,
  price: { model: "flat", amount: "412.00" },
  taxCategory: "S",
  taxPercent: "20",
};

/** A tenant with one billing entity in London that bills in pounds, its accounts open. */
export async function insertTestBusiness(
  database: Database,
  options: {
    name?: string;
    prefix?: string;
    zone?: string;
    country?: string;
    rounding?: "half_up" | "half_even";
  } = {},
): Promise<TestBusiness> {
  const tenantId = await insertTestTenant(database, options.name);
  return await withTenant(database, tenantId, async (db) => {
    const { id: entityId } = await db.query.insertInto("billing_entity").values({
      tenant_id: tenantId,
      name: "Calder Fleet Services Ltd",
      address_lines: ["Unit 4, Saltworks Road", "Halifax HX3 9QT"],
      country: options.country ?? "GB",
      currency: "GBP",
      zone: options.zone ?? "Europe/London",
      rounding: options.rounding ?? "half_up",
      number_prefix: options.prefix ?? "CFS",
    }).returning("id").executeTakeFirstOrThrow();
    await db.query.insertInto("tax_registration").values({
      tenant_id: tenantId,
      billing_entity_id: entityId,
      country: options.country ?? "GB",
      kind: "vat",
      number: "GB 123 4567 89",
      from_date: Temporal.PlainDate.from("2020-01-01"),
    }).execute();
    await openAccounts(db, entityId);
    return { tenantId, entityId };
  });
}

/** A plan of one version with these charges. */
export async function insertTestPlan(
  db: TenantDb,
  charges: readonly TestCharge[],
  options: { currency?: string; taxInclusive?: boolean; reference?: string } = {},
): Promise<string> {
  const reference = options.reference ?? `plan-${crypto.randomUUID().slice(0, 8)}`;
  const { id: planId } = await db.query.insertInto("rate_plan")
    .values({ tenant_id: db.tenantId, reference, name: `Plan ${reference}` })
    .returning("id").executeTakeFirstOrThrow();
  const { id: versionId } = await db.query.insertInto("rate_plan_version").values({
    tenant_id: db.tenantId,
    rate_plan_id: planId,
    version: 1,
    currency: options.currency ?? "GBP",
    tax_inclusive: options.taxInclusive ?? false,
  }).returning("id").executeTakeFirstOrThrow();
  await db.query.insertInto("charge").values(charges.map((charge, index) => ({
    tenant_id: db.tenantId,
    rate_plan_version_id: versionId,
    position: index + 1,
    reference: charge.reference,
    name: charge.name ?? charge.reference,
    kind: charge.kind ?? "usage",
    per: charge.per ?? "contract",
    proration: charge.proration ?? "day",
    timing: charge.timing ?? "arrears",
    meter: charge.meter ? jsonb(charge.meter) : null,
    price: jsonb(charge.price),
    tax_category: charge.taxCategory ?? null,
    tax_percent: charge.taxPercent ?? null,
    tax_supply: charge.taxSupply ?? null,
  }))).execute();
  return versionId;
}

export interface TestContract {
  contractId: string;
  customerId: string;
  versionId: string;
}

/** A customer with one contract on a plan version, from 1 January 2024 unless told otherwise. */
export async function insertTestContract(
  db: TenantDb,
  business: TestBusiness,
  versionId: string,
  options: {
    reference?: string;
    startDate?: string;
    endDate?: string;
    cadence?: Cadence;
    anchorDay?: number;
    anchorDate?: string;
    email?: string;
    invoiceDelivery?: "email" | "by_hand";
  } = {},
): Promise<TestContract> {
  const reference = options.reference ?? `K-${crypto.randomUUID().slice(0, 8)}`;
  const { id: customerId } = await db.query.insertInto("customer").values({
    tenant_id: db.tenantId,
    reference: `C-${reference}`,
    name: `Customer of ${reference}`,
    email: options.email ?? null,
    invoice_delivery: options.invoiceDelivery ?? "email",
    address_lines: ["18 Canal Wharf", "Leeds LS11 5PS"],
    country: "GB",
  }).returning("id").executeTakeFirstOrThrow();
  const { id: contractId } = await db.query.insertInto("contract").values({
    tenant_id: db.tenantId,
    reference,
    customer_id: customerId,
    billing_entity_id: business.entityId,
    rate_plan_version_id: versionId,
    start_date: Temporal.PlainDate.from(options.startDate ?? "2024-01-01"),
    end_date: options.endDate ? Temporal.PlainDate.from(options.endDate) : null,
    cadence: options.cadence,
    anchor_day: options.anchorDay ?? 1,
    anchor_date: options.anchorDate ? Temporal.PlainDate.from(options.anchorDate) : null,
  }).returning("id").executeTakeFirstOrThrow();
  return { contractId, customerId, versionId };
}

/** Puts a vehicle on a contract for `[from, to)`. */
export async function insertTestVehicle(
  db: TenantDb,
  contractId: string,
  reference: string,
  from = "2024-01-01",
  to: string | null = null,
): Promise<string> {
  const { id } = await db.query.insertInto("vehicle")
    .values({ tenant_id: db.tenantId, reference, plate: `PLATE ${reference}`, vin: null })
    .returning("id").executeTakeFirstOrThrow();
  await db.query.insertInto("contract_vehicle").values({
    tenant_id: db.tenantId,
    contract_id: contractId,
    vehicle_id: id,
    from_date: Temporal.PlainDate.from(from),
    to_date: to === null ? null : Temporal.PlainDate.from(to),
  }).execute();
  return id;
}

export interface TestUsage {
  id: string;
  at: string;
  event?: string;
  contractId?: string;
  vehicleId?: string;
  properties: Record<string, string>;
}

export async function insertTestUsage(db: TenantDb, usage: readonly TestUsage[]): Promise<void> {
  await db.query.insertInto("usage_event").values(usage.map((event) => ({
    tenant_id: db.tenantId,
    source: "test",
    event_id: event.id,
    event: event.event ?? "trip",
    contract_id: event.contractId ?? null,
    vehicle_id: event.vehicleId ?? null,
    at: Temporal.Instant.from(event.at),
    properties: jsonb(event.properties),
    content_hash: new Uint8Array(32),
    usage_import_id: null,
  }))).execute();
}

/** An exchange rate by hand: 1 of the first currency of a pair such as "GBP/JPY" is `rate` of the second. */
export async function insertTestRate(
  db: TenantDb,
  pair: string,
  day: Temporal.PlainDate,
  rate: string,
): Promise<void> {
  const [base, quote] = pair.split("/");
  await db.query.insertInto("exchange_rate").values({
    tenant_id: db.tenantId,
    base_currency: base,
    quote_currency: quote,
    day,
    source: "manual",
    rate,
    recorded_by: "tester",
  }).execute();
}
