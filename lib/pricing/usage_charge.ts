/** Usage charges: a meter's quantity, or each of its events, priced by the charge's model. */
import { maximumOf, minimumOf, Rational, toWeights } from "../core/decimal.ts";
import { parseInstant, weekdayOf } from "../core/local_time.ts";
import { allocate, money, moneyToDecimal } from "../core/money.ts";
import type { UsageCharge } from "./charge.ts";
import type { Facts } from "./facts.ts";
import { showForce } from "./in_force.ts";
import { type Line, makeLine } from "./line.ts";
import {
  contractScope,
  countedEvents,
  gatherEvents,
  isAdditive,
  type Measured,
  type MeteredEvent,
  quantityOf,
  type Scope,
  showMeasured,
} from "./measure.ts";
import { priceActiveVehicle } from "./models/active_vehicle.ts";
import { type BestRatePrice, type Hire, priceBestRate } from "./models/best_rate.ts";
import { priceIndexed } from "./models/indexed.ts";
import { pricePassThrough } from "./models/pass_through.ts";
import { pricePercentage } from "./models/percentage.ts";
import { allowanceOf, type PooledPrice, pricePooled } from "./models/pooled.ts";
import type { Price } from "./models/price_model.ts";
import type { Priced } from "./models/priced.ts";
import { priceQuantity } from "./models/quantity_price.ts";
import { priceTimeOfUse } from "./models/time_of_use.ts";
import { Faults, memberPath } from "./price_case_error.ts";
import { decimalField, instantField, type UsageEvent } from "./usage.ts";
import { showNumber, trueMinus } from "./words.ts";

/** One line for the contract, or one for each vehicle that was there. Throws a `PriceCaseError` for unfit events. */
export function usageLines(charge: UsageCharge, facts: Facts): Line[] {
  const faults = new Faults();
  const measured = readEvents(charge, facts, faults);
  faults.throwIfAny();
  if (charge.per === "contract") return usageLine(charge, measured, contractScope(facts), facts);
  const lines = facts.vehicles.flatMap((vehicle) => {
    const scope: Scope = { vehicles: [vehicle], hasUnassigned: false, meanOver: "stay" };
    return faults.attempt(() => usageLine(charge, measured, scope, facts), []);
  });
  faults.throwIfAny();
  return lines;
}

/** The events of a charge's meter. Notes a fault for each that lacks what the meter or the price needs. */
export function readEvents(
  charge: UsageCharge,
  facts: Pick<Facts, "priceCase" | "counted">,
  faults: Faults,
): Measured {
  const measured = gatherEvents(charge, facts, faults);
  checkFields(charge, measured, faults);
  return measured;
}

/** Every event of the meter must have the fields that the price reads, also one that lies outside the period. */
function checkFields({ price }: UsageCharge, { byVehicle, needs }: Measured, faults: Faults): void {
  if (price.model !== "percentage" && price.model !== "pass_through" && price.model !== "best_rate") return;
  for (const { event } of [...byVehicle.values()].flat()) {
    if (price.model !== "best_rate") {
      decimalField(event, price.field, needs, faults);
      continue;
    }
    const before = faults.count;
    const start = instantField(event, price.startField, needs, faults);
    const end = instantField(event, price.endField, needs, faults);
    if (faults.count === before && end < start) {
      const path = memberPath(event.path, price.endField);
      faults.add(path, event.fields[price.endField], `an instant not before ${price.startField}`);
    }
  }
}

function usageLine(charge: UsageCharge, measured: Measured, scope: Scope, facts: Facts): Line[] {
  const counted = countedEvents(measured, scope);
  const used = quantityOf(measured, scope, facts);
  const free = minimumOf(charge.freeUnits, maximumOf(used, Rational.zero));
  const measuredQuantity = used.subtract(free);
  const head = [
    ...showForce(facts, charge.during),
    showMeasured(measured, counted.length, used),
    ...(free.isZero
      ? []
      : [`Free units: ${showNumber(used)} − ${showNumber(free)} = ${showNumber(measuredQuantity)}`]),
  ];
  const vehicle = scope.hasUnassigned ? null : scope.vehicles[0].id;
  const { price } = charge;
  const line = (quantity: Rational, priced: Priced | null) =>
    makeLine(facts, charge, vehicle, quantity, priced, head);
  switch (price.model) {
    case "flat":
      // Nothing happened, nothing is billed; else the amount is due once, however much it was.
      return counted.length === 0 ? [] : line(Rational.one, priceQuantity(price, Rational.one, facts.show));
    case "active_vehicle": {
      const active = new Set(counted.map(({ event }) => event.vehicle)).size;
      return line(Rational.of(BigInt(active)), priceActiveVehicle(price, active, facts.show));
    }
    case "pooled":
      return pooledLine(price, measured, scope, facts, line, measuredQuantity);
    default:
      return line(measuredQuantity, priceUsage(price, counted, measuredQuantity, facts));
  }
}

function priceUsage(
  price: Exclude<Price, { model: "flat" | "active_vehicle" | "pooled" }>,
  counted: readonly MeteredEvent[],
  quantity: Rational,
  { show, priceCase }: Facts,
): Priced | null {
  switch (price.model) {
    case "percentage":
      return pricePercentage(price, counted.map(({ event }) => moneyOf(event, price.field)), show);
    case "pass_through":
      return pricePassThrough(price, counted.map(({ event }) => moneyOf(event, price.field)), show);
    case "best_rate":
      return priceBestRate(price, counted.map(({ event }) => hireOf(event, price)), show);
    case "time_of_use": {
      const uses = counted.map(({ event, value }) => {
        return { weekday: weekdayOf(event.epochDay), secondOfDay: event.secondOfDay, quantity: value };
      });
      return priceTimeOfUse(price, uses, show);
    }
    case "indexed": {
      const uses = counted.map(({ event, value }) => ({ epochDay: event.epochDay, quantity: value }));
      return priceIndexed(price, priceCase.indexes.get(price.index)!, uses, show);
    }
    default:
      return priceQuantity(price, quantity, show);
  }
}

function moneyOf(event: UsageEvent, field: string): Rational {
  return Rational.parse(event.fields[field] as string);
}

function hireOf(event: UsageEvent, { startField, endField }: BestRatePrice): Hire {
  const start = parseInstant(event.fields[startField] as string)!;
  const end = parseInstant(event.fields[endField] as string)!;
  return { id: event.id, nanoseconds: end - start };
}

/** The line of a pool, whose trace also says who used more than its own allowance and what its part of the amount is. */
function pooledLine(
  price: PooledPrice,
  measured: Measured,
  scope: Scope,
  facts: Facts,
  line: (quantity: Rational, priced: Priced | null) => Line[],
  quantity: Rational,
): Line[] {
  const periodDays = facts.endDay - facts.startDay;
  const members = scope.vehicles.map(({ id, days }) => ({ vehicle: id, days }));
  const lines = line(quantity, pricePooled(price, quantity, members, periodDays, facts.show));
  if (!scope.hasUnassigned || !isAdditive(measured.meter)) return lines;
  const { currency } = facts.priceCase;
  return lines.map((pooled) => {
    const users = [
      ...scope.vehicles.map((vehicle) => ({
        name: vehicle.id,
        own: allowanceOf(price, vehicle.days, periodDays),
        used: quantityOf(measured, { ...scope, vehicles: [vehicle], hasUnassigned: false }, facts),
      })),
      {
        name: "Without a vehicle",
        own: Rational.zero,
        used: quantityOf(measured, { ...scope, vehicles: [] }, facts),
      },
    ];
    const above = users.map((user) => ({ ...user, excess: user.used.subtract(user.own) }))
      .filter(({ excess }) => excess.isPositive);
    if (above.length === 0) return pooled;
    const parts = allocate(pooled.amount, toWeights(above.map(({ excess }) => excess)));
    const shares = above.map(({ name, own, used, excess }, index) => {
      const part = trueMinus(moneyToDecimal(money(parts[index], currency)));
      return `${name}: ${showNumber(used)} − ${showNumber(own)} = ${showNumber(excess)} above its own, ` +
        `its part is ${part}`;
    });
    return { ...pooled, trace: [...pooled.trace, ...shares] };
  });
}
