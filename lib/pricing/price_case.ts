/** The price case: one contract, one period and its facts, read strictly from JSON. */
import { type CurrencyCode, isCurrencyCode } from "../core/currency.ts";
import { Rational } from "../core/decimal.ts";
import { type BillingPeriod, isTimeZone } from "../core/period.ts";
import { type Charge, readCharges } from "./charge.ts";
import { type Commitment, readCommitment } from "./commitment.ts";
import { type Discount, readDiscounts } from "./discounts.ts";
import { layOutFacts } from "./facts.ts";
import { linesOf } from "./lines.ts";
import { type IndexValue, readIndexValues } from "./models/indexed.ts";
import { Faults, listNames, memberPath } from "./price_case_error.ts";
import { NOT_NEGATIVE, Reader } from "./reader.ts";
import { checkSize, STEPS_MAX } from "./size.ts";
import { checkOutOfScope, readTax, type TaxRules } from "./tax.ts";
import { readUsage, type UsageEvent } from "./usage.ts";
import { readEvents } from "./usage_charge.ts";
import { readVehicles, type Vehicle } from "./vehicles.ts";
import { showDays } from "./words.ts";

const ROUNDINGS = ["half_up", "half_even"] as const;

/** A price case that was read without a fault. Only `parsePriceCase` makes one. */
export interface PriceCase {
  readonly currency: CurrencyCode;
  readonly rounding: (typeof ROUNDINGS)[number];
  readonly period: BillingPeriod;
  readonly vehicles: readonly Vehicle[];
  readonly charges: readonly Charge[];
  /** In the order of time. */
  readonly usage: readonly UsageEvent[];
  readonly discounts: readonly Discount[];
  readonly commitment: Commitment | null;
  /** Prepaid money, in major units. */
  readonly credit: Rational;
  readonly tax: TaxRules | null;
  readonly indexes: ReadonlyMap<string, readonly IndexValue[]>;
}

/**
 * Reads a price case from parsed JSON. Throws a `PriceCaseError` that names every fault (up to 20) with its JSON path, the
 * value and what is allowed; one that is more work than `stepsMax` steps is refused as well (`size.ts`). What only shows in
 * pricing, such as usage above a bounded last tier, is a fault of `price`.
 */
export function parsePriceCase(input: unknown, stepsMax = STEPS_MAX): PriceCase {
  const faults = new Faults();
  const reader = new Reader(input, "$", faults);
  if (!reader.isObject) reader.fault("a price case, an object {…}");
  const required = ["currency", "zone", "period", "charges"] as const;
  const optional = [
    "rounding",
    "vehicles",
    "usage",
    "discounts",
    "commitment",
    "credit",
    "tax",
    "indexes",
  ] as const;
  const member = reader.members(required, optional);
  const zone = readZone(member("zone"));
  const tax = member("tax").isAbsent ? null : readTax(member("tax"));
  const vehicles = readVehicles(member("vehicles"));
  const charges = readCharges(member("charges"), tax);
  const chargeIds = new Set(charges.map(({ id }) => id));
  const period = readPeriod(member("period"), zone);
  const commitment = member("commitment").isAbsent
    ? null
    : readCommitment(member("commitment"), chargeIds, tax);
  const indexes = new Map(
    member("indexes").isAbsent
      ? []
      : member("indexes").entries().map(([name, list]) => [name, readIndexValues(list)]),
  );
  const priceCase: PriceCase = {
    currency: readCurrency(member("currency")),
    rounding: member("rounding").isAbsent ? "half_up" : member("rounding").choice(ROUNDINGS),
    period,
    vehicles,
    charges,
    usage: readUsage(member("usage"), new Set(vehicles.map(({ id }) => id)), zone),
    discounts: readDiscounts(member("discounts"), chargeIds),
    commitment,
    credit: member("credit").optionalDecimal(NOT_NEGATIVE) ?? Rational.zero,
    tax,
    indexes,
  };
  checkCategories(priceCase, faults);
  checkIndexes(priceCase, faults);
  checkSize(priceCase, stepsMax, faults);
  if (faults.count > 0) noteFaultsOfPricing(priceCase, faults);
  faults.throwIfAny();
  return priceCase;
}

/** A case with a fault is priced as far as it was read well, so that what only shows in pricing is told with the rest. */
function noteFaultsOfPricing(priceCase: PriceCase, faults: Faults): void {
  if (faults.has("$")) return;
  const isFaulty = (...names: string[]) => names.some((name) => faults.isFaulty(`$.${name}`));
  const charges = priceCase.charges.filter(({ path }) =>
    !faults.isFaulty(path, ["id", "taxCategory", "taxRate"])
  );
  if (!isFaulty("zone", "period", "vehicles", "usage", "indexes")) {
    faults.attempt(() => linesOf(charges, layOutFacts(priceCase)), []);
    return;
  }
  // An event that was left out may be the one that explains another; but what an event lacks, it lacks.
  for (const charge of charges) {
    if (charge.kind === "usage") readEvents(charge, { priceCase, counted: new Set() }, faults);
  }
}

function readCurrency(reader: Reader): CurrencyCode {
  const { value } = reader;
  if (typeof value === "string" && isCurrencyCode(value)) return value;
  if (!reader.isAbsent) reader.fault("an active ISO 4217 code with minor units, such as USD");
  return "USD";
}

function readZone(reader: Reader): string {
  const zone = reader.text();
  if (isTimeZone(zone)) return zone;
  if (zone !== "") reader.fault('the name of a time zone, such as "America/Chicago"');
  return "UTC";
}

function readPeriod(reader: Reader, zone: string): BillingPeriod {
  const member = reader.members(["start", "end"]);
  const start = member("start").date(), end = member("end").date();
  const isRead = typeof member("start").value === "string" && typeof member("end").value === "string";
  if (isRead && Temporal.PlainDate.compare(start, end) >= 0) {
    member("end").fault(`a date after the start, ${start}; the period's last day is the day before it`);
  }
  return { start, end, zone };
}

function checkCategories({ charges, commitment }: PriceCase, faults: Faults): void {
  const used = charges.map(({ tax, path }) => ({ category: tax.category, path }));
  if (commitment?.tax) used.push({ category: commitment.tax.category, path: commitment.path });
  checkOutOfScope(used, faults);
}

/** An index that a price names must be there and have a value in force before the period ends. */
function checkIndexes({ charges, indexes, period }: PriceCase, faults: Faults): void {
  for (const { price } of charges) {
    if (price.model !== "indexed" || price.index === "") continue;
    const values = indexes.get(price.index);
    if (values === undefined) {
      const names = listNames(indexes.keys()) || "none is given";
      faults.add(price.path, price.index, `the name of one of "indexes": ${names}`, "is an unknown index");
    } else if (!values.some(({ from }) => Temporal.PlainDate.compare(from, period.end) < 0)) {
      const allowed = `a value in force in the period (${showDays(period.start, period.end)})`;
      faults.add(memberPath("$.indexes", price.index), undefined, allowed, "has no value in force");
    }
  }
}
