/** What a meter measured: its events in the period, their values, and the quantity they come to. */
import { maximumOf, Rational, sumRationals } from "../core/decimal.ts";
import type { UsageCharge } from "./charge.ts";
import type { Facts, PartOfPeriod, PresentVehicle } from "./facts.ts";
import { matches, type Meter } from "./meter.ts";
import { distanceRun, type Reading, type Reset } from "./odometer.ts";
import { Faults, listNames, memberPath } from "./price_case_error.ts";
import { levelIntegral } from "./time_weighted.ts";
import { compareEvents, decimalField, fieldOf, ODOMETER_RESET, type UsageEvent } from "./usage.ts";
import { countOf, showNumber } from "./words.ts";

/** An event of the meter. */
export interface MeteredEvent {
  readonly event: UsageEvent;
  /** The number in the meter's field; one for a count. Meaningless for `unique`, which compares texts. */
  readonly value: Rational;
  /** Whether it lies where the charge is in force; the others may still be opening values. */
  readonly isCounted: boolean;
}

/** All events of a charge's meter. */
export interface Measured {
  readonly meter: Meter;
  /** Who needs the fields of the events, for errors. */
  readonly needs: string;
  /** Each list is in the order of time. */
  readonly byVehicle: ReadonlyMap<string | null, readonly MeteredEvent[]>;
  readonly resets: ReadonlyMap<string | null, readonly MarkedEvent[]>;
}

/** An event and what it says about an odometer. */
interface MarkedEvent {
  readonly event: UsageEvent;
  readonly mark: Reading | Reset;
}

/** Gathers the events of a charge's meter and reads their values. Notes a fault for each that lacks what is needed. */
export function gatherEvents(
  charge: UsageCharge,
  facts: Pick<Facts, "priceCase" | "counted">,
  faults: Faults,
): Measured {
  const { meter, price } = charge;
  const needs = `the meter of "${charge.id}"`;
  const needsVehicle = charge.per === "vehicle" || price.model === "active_vehicle";
  const events: MeteredEvent[] = [];
  for (const event of facts.priceCase.usage) {
    if (!matches(meter, event)) continue;
    if (needsVehicle && event.vehicle === null) {
      faults.add(
        memberPath(event.path, "vehicle"),
        undefined,
        `a vehicle; the charge "${charge.id}" is per vehicle`,
      );
    }
    events.push({ event, value: valueOf(meter, event, needs, faults), isCounted: facts.counted.has(event) });
  }
  const byVehicle = Map.groupBy(events, ({ event }) => event.vehicle);
  const resets = meter.aggregate === "last_minus_first" ? readResets(meter, facts, faults) : [];
  return { meter, needs, byVehicle, resets: Map.groupBy(resets, ({ event }) => event.vehicle) };
}

function valueOf(meter: Meter, event: UsageEvent, needs: string, faults: Faults): Rational {
  if (meter.aggregate === "count" || meter.field === null) return Rational.one;
  if (meter.aggregate !== "unique") return decimalField(event, meter.field, needs, faults);
  if (fieldOf(event, meter.field) === undefined) {
    faults.add(memberPath(event.path, meter.field), undefined, `a value; ${needs} needs it`);
  }
  return Rational.one;
}

/**
 * The resets that a meter must know. A reset may name the `field` it is about, such as `engine_hours`; where two fields are
 * read like an odometer it must, because a reset of one would silently add to the other.
 */
function readResets(meter: Meter, facts: Pick<Facts, "priceCase">, faults: Faults): MarkedEvent[] {
  const { charges, usage } = facts.priceCase;
  const odometers = new Set(
    charges.flatMap((charge) =>
      charge.kind === "usage" && charge.meter.aggregate === "last_minus_first" ? charge.meter.field ?? [] : []
    ),
  );
  const needs = `an ${ODOMETER_RESET} event`;
  return usage.filter(({ event }) => event === ODOMETER_RESET).flatMap((event): MarkedEvent[] => {
    const field = fieldOf(event, "field");
    if (field === undefined && odometers.size > 1) {
      const allowed = `one of ${listNames(odometers)}; the case reads several fields as odometers`;
      faults.add(memberPath(event.path, "field"), undefined, allowed);
    }
    if (field !== undefined && field !== meter.field) return [];
    if (event.vehicle === null) {
      faults.add(memberPath(event.path, "vehicle"), undefined, "the vehicle whose odometer was reset");
    }
    const from = decimalField(event, "from", needs, faults), to = decimalField(event, "to", needs, faults);
    return [{ event, mark: { kind: "reset", from, to, path: memberPath(event.path, "from") } }];
  });
}

/** Who is measured together. */
export interface Scope {
  readonly vehicles: readonly PresentVehicle[];
  /** Whether usage that names no vehicle belongs to it. */
  readonly hasUnassigned: boolean;
  /** What a mean level is taken over: the vehicle's stay when it is priced alone, else the period. */
  readonly meanOver: "period" | "stay";
}

/** The whole contract. */
export function contractScope({ vehicles }: Facts): Scope {
  return { vehicles, hasUnassigned: true, meanOver: "period" };
}

/** The events of a scope that lie in the period, in the order of time. */
export function countedEvents({ byVehicle }: Measured, { vehicles, hasUnassigned }: Scope): MeteredEvent[] {
  const lists = vehicles.map(({ id }) => byVehicle.get(id) ?? []);
  if (hasUnassigned) lists.push(byVehicle.get(null) ?? []);
  const counted = lists.flat().filter(({ isCounted }) => isCounted);
  return lists.length === 1 ? counted : counted.sort((left, right) => compareEvents(left.event, right.event));
}

/** Whether the quantities of the vehicles add up to that of the contract. */
export function isAdditive({ aggregate }: Meter): boolean {
  return aggregate !== "max" && aggregate !== "unique";
}

/** The quantity of a scope. Throws a `PriceCaseError` for an odometer that falls. */
export function quantityOf(measured: Measured, scope: Scope, facts: Facts): Rational {
  const { meter } = measured;
  const counted = countedEvents(measured, scope);
  switch (meter.aggregate) {
    case "sum":
    case "count":
      return sumRationals(counted.map(({ value }) => value));
    case "max":
      return counted.length === 0
        ? Rational.zero
        : counted.reduce((greatest, { value }) => maximumOf(greatest, value), counted[0].value);
    case "unique":
      return Rational.of(BigInt(new Set(counted.map(({ event }) => fieldOf(event, meter.field!))).size));
    case "last_minus_first":
      return distance(measured, scope, facts);
    case "time_weighted":
      return meanLevel(measured, scope, facts);
  }
}

/** A part of a vehicle's stay in which the charge is in force, or such a part of the period for usage without a vehicle. */
interface Window extends Pick<PartOfPeriod, "startDay" | "endDay" | "startAt" | "endAt"> {
  readonly vehicle: string | null;
  /** The local day from which on an event may be its opening value. */
  readonly fromDay: number;
}

function windowsOf({ vehicles, hasUnassigned }: Scope, facts: Facts): Window[] {
  const windows = vehicles.flatMap(({ id, stays }) =>
    stays.map(({ stay, ...part }): Window => ({ ...part, vehicle: id, fromDay: stay.fromDay }))
  );
  if (!hasUnassigned) return windows;
  return [...windows, ...facts.parts.map((part) => ({ ...part, vehicle: null, fromDay: -Infinity }))];
}

/** The events of a window, with the last one before it as opening value. */
function eventsIn(window: Window, { byVehicle }: Measured): MeteredEvent[] {
  const own = (byVehicle.get(window.vehicle) ?? []).filter(({ event }) => mayRead(event, window));
  const opening = own.findLast(({ event }) => event.epochDay < window.startDay);
  return own.filter((metered) => metered.event.epochDay >= window.startDay || metered === opening);
}

function mayRead(event: UsageEvent, { fromDay, endDay }: Window): boolean {
  return fromDay <= event.epochDay && event.epochDay < endDay;
}

function distance(measured: Measured, scope: Scope, facts: Facts): Rational {
  const faults = new Faults();
  const distances = windowsOf(scope, facts).map((window) => distanceIn(window, measured, faults));
  faults.throwIfAny();
  return sumRationals(distances);
}

function distanceIn(window: Window, measured: Measured, faults: Faults): Rational {
  const readings = eventsIn(window, measured).map(({ event, value }): MarkedEvent => {
    return { event, mark: { kind: "reading", value, path: memberPath(event.path, measured.meter.field!) } };
  });
  const resets = (measured.resets.get(window.vehicle) ?? []).filter(({ event }) => mayRead(event, window));
  const marks = [...readings, ...resets].sort((left, right) => compareEvents(left.event, right.event));
  return distanceRun(marks.map(({ mark }) => mark), faults);
}

function meanLevel(measured: Measured, scope: Scope, facts: Facts): Rational {
  const windows = windowsOf(scope, facts);
  const integrals = windows.map((window) => {
    const levels = eventsIn(window, measured).map(({ event, value }) => ({ at: event.at, value }));
    return levelIntegral(levels, window.startAt, window.endAt);
  });
  // All of the time, also where the charge is in force for a part of it only: the parts add up to the mean of the whole.
  const duration = scope.meanOver === "period"
    ? facts.endAt - facts.startAt
    : scope.vehicles.reduce((sum, vehicle) => sum + vehicle.duration, 0n);
  return duration === 0n ? Rational.zero : sumRationals(integrals).divide(Rational.of(duration));
}

/** What was measured, in words: `Sum of km over 3 trip events: 12.4`. */
export function showMeasured({ meter }: Measured, count: number, quantity: Rational): string {
  const events = countOf(count, `${meter.event} event`), shown = showNumber(quantity);
  switch (meter.aggregate) {
    case "sum":
      return `Sum of ${meter.field} over ${events}: ${shown}`;
    case "count":
      return events;
    case "max":
      return `Greatest ${meter.field} of ${events}: ${shown}`;
    case "unique":
      return `Different values of ${meter.field} in ${events}: ${shown}`;
    case "last_minus_first":
      return `Run of ${meter.field}, last reading minus first: ${shown}`;
    case "time_weighted":
      return `Mean of ${meter.field} by time: ${shown}`;
  }
}
