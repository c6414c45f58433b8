/** The oracle: an invoice derived a second time from its facts, slowly and plainly, to be held against what was issued. */
import { adjust, type Adjustment, type Chargeable, minor } from "./adjust.ts";
import { type Fraction, larger, minus, nearest, plus, read, whole, zero } from "./fraction.ts";
import { isInForce, OracleCannotTell, type OracleCharge, type OracleFacts } from "./facts.ts";
import { amountOf, eventsOf, quantityOf } from "./meters.ts";
import { activeVehicle } from "./models/active_vehicle.ts";
import { bestRate } from "./models/best_rate.ts";
import { flat } from "./models/flat.ts";
import { graduated } from "./models/graduated.ts";
import { indexed } from "./models/indexed.ts";
import { packages } from "./models/package.ts";
import { passThrough } from "./models/pass_through.ts";
import { percentage } from "./models/percentage.ts";
import { perUnit } from "./models/per_unit.ts";
import { abovePool } from "./models/pooled.ts";
import { stairstep } from "./models/stairstep.ts";
import { timeOfUse } from "./models/time_of_use.ts";
import { volume } from "./models/volume.ts";
import { isAfter } from "./odometer.ts";
import { daysOf, shareOf, vehiclesIn } from "./proration.ts";

/** All amounts in minor units. */
export interface DerivedLine {
  charge: string;
  vehicle: string | null;
  amount: bigint;
}

export interface DerivedTax {
  category: string;
  percent: string;
  base: bigint;
  amount: bigint;
}

export interface DerivedInvoice {
  /** Only lines that come to something. */
  lines: DerivedLine[];
  /** True-up, then discounts, each by tax rate. */
  adjustments: Adjustment[];
  taxes: DerivedTax[];
  total: bigint;
  creditApplied: bigint;
}

/** `earlier` is what the document bills of other periods, which is taxed with the rest. Throws `OracleCannotTell` for a model or an aggregate that it does not know, and for facts that contradict each other. */
export function derive(given: OracleFacts, earlier: readonly Chargeable[] = []): DerivedInvoice {
  const facts = { ...given, events: given.events.toSorted((left, right) => isAfter(left, right) ? 1 : -1) };
  const lines = facts.charges.flatMap((charge) => linesOf(facts, charge)).filter(({ amount }) =>
    amount !== 0n
  );
  const adjusted = adjust(facts, lines.map((line) => chargeableOf(facts, line)));
  const { adjustments } = adjusted;
  const left = [...adjusted.left, ...earlier];
  const taxes = taxesOf(facts, left);
  const net = left.reduce((total, line) => total + line.amount, 0n);
  const onTop = facts.taxInclusive ? 0n : taxes.reduce((total, tax) => total + tax.amount, 0n);
  const total = net + onTop;
  return { lines, adjustments, taxes, total, creditApplied: creditFor(facts, total) };
}

function chargeableOf({ charges }: OracleFacts, { charge, amount }: DerivedLine): Chargeable {
  const { taxCategory, taxPercent } = charges.find(({ id }) => id === charge)!;
  return { charge, category: taxCategory, percent: taxCategory === null ? null : taxPercent ?? "0", amount };
}

function linesOf(given: OracleFacts, charge: OracleCharge): DerivedLine[] {
  const facts = { ...given, ...charge.period };
  if (!daysOf(facts).some((day) => isInForce(charge, day))) return [];
  const vehicles = charge.per === "vehicle" ? vehiclesIn(facts, charge) : [null];
  return vehicles.map((vehicle) => {
    const exact = charge.kind === "usage"
      ? usagePrice(facts, charge, vehicle)
      : charge.kind === "recurring"
      ? recurringPrice(facts, charge, vehicle)
      : oneTimePrice(facts, charge, vehicle);
    const amount = minor(facts, exact);
    return { charge: charge.id, vehicle, amount };
  });
}

function usagePrice(facts: OracleFacts, charge: OracleCharge, vehicle: string | null): Fraction {
  const { price } = charge;
  const events = eventsOf(facts, charge, vehicle);
  switch (price.model) {
    case "flat":
      return events.length === 0 ? zero : flat(price, whole(1)); // once, however much it was
    case "pass_through":
      return passThrough(price, events);
    case "percentage":
      return percentage(price, events);
    case "active_vehicle":
      return activeVehicle(price, events);
    case "best_rate":
      return bestRate(price, events);
    case "indexed":
      return indexed(price, events, events.map((event) => amountOf(charge, event)), facts);
    case "time_of_use":
      return timeOfUse(price, events, events.map((event) => amountOf(charge, event)));
  }
  const quantity = withoutFree(charge, quantityOf(facts, charge, vehicle));
  if (price.model !== "pooled") return quantityPrice(charge.id, price, quantity);
  const overage = price.overage as OracleCharge["price"];
  const above = abovePool(price, quantity, facts, charge, vehicle);
  return quantityPrice(charge.id, overage, overage.model === "flat" && above.top > 0n ? whole(1) : above);
}

/** What is left of a quantity once its free units are off; below zero nothing is. */
function withoutFree({ freeUnits }: OracleCharge, quantity: Fraction): Fraction {
  if (freeUnits === undefined || quantity.top <= 0n) return quantity;
  return larger(minus(quantity, read(freeUnits)), zero);
}

function recurringPrice(facts: OracleFacts, charge: OracleCharge, vehicle: string | null): Fraction {
  if (vehicle === null && charge.price.model === "flat") {
    return flat(charge.price, shareOf(facts, null, charge));
  }
  const shares = (vehicle === null ? vehiclesIn(facts, charge) : [vehicle])
    .map((each) => shareOf(facts, each, charge));
  return quantityPrice(charge.id, charge.price, shares.reduce(plus, zero));
}

function oneTimePrice(facts: OracleFacts, charge: OracleCharge, vehicle: string | null): Fraction {
  if (charge.on === undefined) throw new OracleCannotTell(`The one-time charge ${charge.id} has no day.`);
  const day = Temporal.PlainDate.from(charge.on);
  const { compare } = Temporal.PlainDate;
  if (compare(day, facts.start) < 0 || compare(day, facts.end) >= 0 || !isInForce(charge, day)) return zero;
  const there = vehicle === null ||
    facts.vehicles.some(({ id, from, to }) =>
      id === vehicle && compare(from, day) <= 0 && (to === null || compare(day, to) < 0)
    );
  return there ? quantityPrice(charge.id, charge.price, whole(1)) : zero;
}

/** A flat amount counts as often as the quantity says: a share of it, or once. */
function quantityPrice(id: string, price: OracleCharge["price"], quantity: Fraction): Fraction {
  switch (price.model) {
    case "flat":
      return quantity.top === 0n ? zero : flat(price, quantity);
    case "per_unit":
      return perUnit(price, quantity);
    case "graduated":
      return graduated(price, quantity);
    case "volume":
      return volume(price, quantity);
    case "package":
      return packages(price, quantity);
    case "stairstep":
      return stairstep(price, quantity);
  }
  throw new OracleCannotTell(`There is no oracle for the model ${String(price.model)} of ${id}.`);
}

/** Prepaid money pays what there is to pay, and no more. */
function creditFor(facts: OracleFacts, total: bigint): bigint {
  if (facts.credit === null || total <= 0n) return 0n;
  const credit = minor(facts, read(facts.credit));
  return credit < total ? credit : total;
}

/** One tax per category and rate, on the sum of what is left at it, rounded once. */
function taxesOf(facts: OracleFacts, left: readonly Chargeable[]): DerivedTax[] {
  const groups = new Map<string, { category: string; percent: string; sum: bigint }>();
  for (const { category, percent, amount } of left) {
    if (category === null || percent === null) continue;
    const key = `${category} ${percent}`;
    const group = groups.get(key) ?? { category, percent, sum: 0n };
    group.sum += amount;
    groups.set(key, group);
  }
  return [...groups.values()].map(({ category, percent, sum }) => {
    const rate = read(percent);
    const hundred = whole(100);
    const over = facts.taxInclusive ? plus(hundred, rate) : hundred;
    const amount = nearest(
      { top: sum * rate.top * over.bottom, bottom: rate.bottom * over.top },
      facts.rounding,
    );
    return { category, percent, base: facts.taxInclusive ? sum - amount : sum, amount };
  });
}
