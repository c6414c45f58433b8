/** Every invoice derived again from its facts by the oracle, and held against what was issued, to the cent. */
import type { Breach, Finding } from "../../../db/queries/audit_checks.ts";
import {
  type AuditedEvent,
  type AuditedFacts,
  type AuditedInvoice,
  type AuditedScope,
  listAuditedEvents,
  listAuditedInvoices,
} from "../../../db/queries/audit_facts.ts";
import type { SystemDb } from "../../../db/system.ts";
import { type AgreedCharge, agreedCharges } from "./agreed.ts";
import { withTaxes } from "./taxes.ts";
import { commitmentOf, discountsOf, freeUnitsOf } from "./agreed_terms.ts";
import { minorUnits, parseCurrencyCode } from "../../core/currency.ts";
import type { Chargeable } from "./oracle/adjust.ts";
import { derive, type DerivedInvoice } from "./oracle/derive.ts";
import { fieldText, OracleCannotTell, type OracleEvent, type OracleFacts } from "./oracle/facts.ts";
import { compare, read } from "./oracle/fraction.ts";
import { passes } from "./oracle/meters.ts";

const invoicesAtOnce = 50;
/** Aggregates that start from what was shown before the period. */
const looksBack = new Set(["last_minus_first", "time_weighted"]);

/** What of an invoice's price case the oracle knows; tax it takes from the plan, and what is agreed from the contract. */
const readMembers = new Set([
  "currency",
  "zone",
  "rounding",
  "period",
  "vehicles",
  "charges",
  "commitment",
  "discounts",
  "tax",
  "indexes",
]);

/** Derives all invoices, or only some of one tenant; `count` is their number. */
export async function rederiveInvoices(db: SystemDb, only: AuditedScope | null = null): Promise<Finding> {
  const breaches: Breach[] = [];
  let count = 0;
  for await (const invoices of only ? batchesOf(db, only) : allBatches(db)) {
    // All ask for their usage at once, so that Postgres reads on while the first ones are derived.
    const found = await Promise.all(invoices.map((invoice) => differences(db, invoice)));
    breaches.push(...found.flat());
    count += invoices.length;
  }
  return { count, breaches };
}

const beforeAll = {
  tenantId: "00000000-0000-0000-0000-000000000000",
  id: "00000000-0000-0000-0000-000000000000",
};

async function* allBatches(db: SystemDb): AsyncGenerator<AuditedInvoice[]> {
  let invoices: AuditedInvoice[] = [];
  do {
    invoices = await listAuditedInvoices(db, invoices.at(-1) ?? beforeAll, invoicesAtOnce);
    yield invoices;
  } while (invoices.length === invoicesAtOnce);
}

async function* batchesOf(db: SystemDb, { tenantId, ids }: AuditedScope): AsyncGenerator<AuditedInvoice[]> {
  for (let from = 0; from < ids.length; from += invoicesAtOnce) {
    const batch = { tenantId, ids: ids.slice(from, from + invoicesAtOnce) };
    yield await listAuditedInvoices(db, beforeAll, invoicesAtOnce, batch);
  }
}

async function differences(db: SystemDb, invoice: AuditedInvoice): Promise<Breach[]> {
  const about = { tenant: invoice.tenantId, invoice: invoice.number ?? `draft ${invoice.id}` };
  try {
    const { charges: agreed, taxInclusive } = agreedCharges(invoice);
    const charges = withTaxes(invoice, agreed);
    const facts = await readFacts(db, invoice, charges, taxInclusive);
    return [
      ...compareUsage(invoice, facts),
      ...compareInvoice(invoice, derive(billedBy(invoice, facts), earlierOf(invoice)), charges),
    ].map((difference) => ({ ...about, ...difference }));
  } catch (error) {
    if (!(error instanceof OracleCannotTell)) throw error;
    return [{ ...about, what: "cannot be derived again", reason: error.message }];
  }
}

/** An invoice that only corrects bills nothing of its period. */
function billedBy({ onlyCorrections }: AuditedInvoice, facts: OracleFacts): OracleFacts {
  return onlyCorrections ? { ...facts, charges: [], commitment: null, discounts: [] } : facts;
}

/** What an invoice bills of earlier periods; whether that is right is asked of each period as a whole. */
function earlierOf({ corrections }: AuditedInvoice): Chargeable[] {
  return corrections.map((line) => ({ ...line, charge: null, amount: BigInt(line.amount) }));
}

/** What the oracle derives from. Throws `OracleCannotTell` for terms that it does not know. */
export async function readFacts(
  db: SystemDb,
  invoice: AuditedFacts,
  charges: readonly AgreedCharge[],
  taxInclusive: boolean,
): Promise<OracleFacts> {
  const { priceCase } = invoice;
  const unread = Object.keys(priceCase).find((member) => !readMembers.has(member));
  if (unread !== undefined) throw new OracleCannotTell(`There is no oracle for "${unread}" of an invoice.`);
  const runsOn = charges.some(({ meter }) => meter !== null && looksBack.has(meter.aggregate));
  const events = charges.some(({ meter }) => meter !== null)
    ? await listAuditedEvents(db, { ...invoice, charges: [...charges] }, runsOn)
    : [];
  const names = new Map(invoice.vehicles.map(({ id, reference }) => [id, reference]));
  const date = Temporal.PlainDate.from;
  const decimals = minorUnits(parseCurrencyCode(invoice.currency));
  return {
    decimals,
    rounding: priceCase.rounding,
    zone: priceCase.zone,
    start: date(priceCase.period.start),
    end: date(priceCase.period.end),
    taxInclusive,
    vehicles: priceCase.vehicles.map(({ id, from, to }) => ({
      id,
      from: date(from),
      to: to === null ? null : date(to),
    })),
    charges: charges.map(({ name, ...charge }) => ({
      ...charge,
      ...freeUnitsOf(invoice, { name, ...charge }),
      id: name,
      on: priceCase.charges.find(({ id }) => id === name)?.on,
    })),
    events: events.map((event) => eventOf(event, names)),
    indexes: Object.fromEntries(
      Object.entries(priceCase.indexes ?? {}).map(([name, values]) => [
        name,
        values.map(({ from, value }) => ({ from: date(from), value })),
      ]),
    ),
    commitment: commitmentOf(invoice, charges, decimals),
    discounts: discountsOf(invoice, charges, decimals),
    credit: null,
  };
}

function eventOf(
  { id, event, vehicleId, at, local, properties }: AuditedEvent,
  names: ReadonlyMap<string, string>,
): OracleEvent {
  const vehicle = vehicleId === null ? null : names.get(vehicleId) ?? vehicleId;
  return {
    id,
    event,
    vehicle,
    at,
    date: local.toPlainDate(),
    time: local.toPlainTime(),
    properties: { ...properties, id, event, ...(vehicle === null ? {} : { vehicle }), at: at.toString() },
  };
}

/** Usage never changes, so as many events as were priced must still be seen. */
export function compareUsage(invoice: AuditedFacts, { charges, events, start }: OracleFacts): Breach[] {
  const isBefore = ({ date }: OracleEvent) => Temporal.PlainDate.compare(date, start) < 0;
  const priced = new Set(events.filter((event) => !isBefore(event)));
  const before = events.filter(isBefore);
  for (const { meter } of charges) {
    if (meter === null || !looksBack.has(meter.aggregate)) continue;
    // of what was before the period, the last reading of each vehicle counts, and each odometer's new start
    const shown = before.filter((event) =>
      passes(meter, event) && fieldText(event, meter.field!) !== undefined
    );
    for (const event of new Map(shown.map((reading) => [reading.vehicle, reading])).values()) {
      priced.add(event);
    }
    if (meter.aggregate !== "last_minus_first") continue;
    for (const event of before) if (event.event === "odometer_reset") priced.add(event);
  }
  if (BigInt(priced.size) === invoice.usageCount) return [];
  return [{ what: "usage events", issued: invoice.usageCount, derived: priced.size }];
}

function compareInvoice(
  invoice: AuditedInvoice,
  derived: DerivedInvoice,
  charges: readonly AgreedCharge[],
): Breach[] {
  const found: Breach[] = [];
  const note = (what: string, issued: bigint | null, expected: bigint | null) => {
    if (issued !== expected) found.push({ what, issued, derived: expected });
  };
  const names = new Map(invoice.vehicles.map(({ id, reference }) => [id, reference]));
  const nameOf = (charge: string, vehicle: string | null) =>
    vehicle === null ? charge : `${charge} of ${vehicle}`;
  // One that is for this period and for the next has both under one name.
  const chargeNames = new Map(charges.map(({ id, name }) => [id, name]));
  const issuedNames = new Map(charges.map(({ id, name }) => [name, chargeNames.get(id)!]));
  const issued = sums(
    invoice.lines.map(({ charge, vehicle, amount }) => [
      nameOf(chargeNames.get(charge) ?? charge, vehicle === null ? null : names.get(vehicle) ?? vehicle),
      BigInt(amount),
    ]),
  );
  const expected = sums(
    derived.lines.map(({ charge, vehicle, amount }) => [nameOf(issuedNames.get(charge)!, vehicle), amount]),
  );
  for (const name of new Set([...issued.keys(), ...expected.keys()])) {
    note(`line ${name}`, issued.get(name) ?? null, expected.get(name) ?? null);
  }
  const termNames = new Map(invoice.terms.map(({ id, name }) => [id, name]));
  const beside = sums(
    invoice.adjustments.map(({ kind, description, category, percent, amount }) => [
      `${kind === "discount" ? `discount “${description}”` : kind} at ${rateName(category, percent)}`,
      BigInt(amount),
    ]),
  );
  const agreed = sums(
    derived.adjustments.map(({ kind, of, category, percent, amount }) => [
      `${kind === "discount" ? `discount “${termNames.get(of)}”` : kind} at ${rateName(category, percent)}`,
      amount,
    ]),
  );
  for (const name of new Set([...beside.keys(), ...agreed.keys()])) {
    note(name, beside.get(name) ?? null, agreed.get(name) ?? null);
  }
  note("total", invoice.total, derived.total);
  for (const tax of derived.taxes) {
    const printed = invoice.taxes.find(({ category, percent }) =>
      category === tax.category && compare(read(percent), read(tax.percent)) === 0n
    );
    note(`base of ${tax.category} at ${tax.percent}%`, printed ? BigInt(printed.base) : null, tax.base);
    note(`tax of ${tax.category} at ${tax.percent}%`, printed ? BigInt(printed.amount) : null, tax.amount);
  }
  note("tax rates", BigInt(invoice.taxes.length), BigInt(derived.taxes.length));
  return found;
}

/** "S 20%", however many zeros the percent is written with. */
export function rateName(category: string | null, percent: string | null): string {
  return category === null ? "no tax" : `${category} ${Number(percent)}%`;
}

export function sums(amounts: readonly (readonly [string, bigint])[]): Map<string, bigint> {
  const byName = new Map<string, bigint>();
  for (const [name, amount] of amounts) byName.set(name, (byName.get(name) ?? 0n) + amount);
  return byName;
}
