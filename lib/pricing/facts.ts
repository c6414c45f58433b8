/** The facts of a price case, laid out once before anything is priced: the period, who was there when, and which usage counts. */
import { minorUnits } from "../core/currency.ts";
import { dateOfEpochDay, epochDayOf } from "../core/local_time.ts";
import { type BillingPeriod, clipToPeriod } from "../core/period.ts";
import { isIn, partOfPeriod } from "./in_force.ts";
import { matches } from "./meter.ts";
import type { PriceCase } from "./price_case.ts";
import type { UsageEvent } from "./usage.ts";
import { type Stay, stayOn, type Vehicle } from "./vehicles.ts";
import { showDate, type ShowPrice, showPriceWith } from "./words.ts";

/** Some days of the period in one piece, `[start, end)`. */
export interface PartOfPeriod {
  readonly start: Temporal.PlainDate;
  readonly end: Temporal.PlainDate;
  /** Days since 1970. */
  readonly startDay: number;
  readonly endDay: number;
  /** Nanoseconds since 1970. */
  readonly startAt: bigint;
  readonly endAt: bigint;
}

/** The part of a stay that lies in the period and, for a charge, in the days on which it is in force. */
export interface StayInPeriod extends PartOfPeriod {
  readonly stay: Stay;
}

/** A vehicle that was on the contract in the period. */
export interface PresentVehicle {
  readonly id: string;
  readonly stays: readonly StayInPeriod[];
  /** Days of these stays. */
  readonly days: number;
  /** Nanoseconds on the contract in the period, whichever charge asks. */
  readonly duration: bigint;
}

export interface Facts {
  readonly priceCase: PriceCase;
  readonly period: BillingPeriod;
  readonly startDay: number;
  readonly endDay: number;
  readonly startAt: bigint;
  readonly endAt: bigint;
  /** The period or, for a charge, the parts of it in which it is in force, in the order of time. */
  readonly parts: readonly PartOfPeriod[];
  /** In the order of the case; only those with at least a day in the parts. */
  readonly vehicles: readonly PresentVehicle[];
  /** The usage in the parts, of vehicles while they were on the contract or of the contract itself. */
  readonly counted: ReadonlySet<UsageEvent>;
  readonly ignored: readonly { readonly usage: string; readonly reason: string }[];
  readonly show: ShowPrice;
}

/** Lays out the facts of a case. */
export function layOutFacts(priceCase: PriceCase): Facts {
  const { period } = priceCase;
  const whole = partOfPeriod(period, period.zone);
  const { startDay, endDay } = whole;
  const forceOf = usageForce(priceCase);
  const vehicleOf = new Map(priceCase.vehicles.map((vehicle) => [vehicle.id, vehicle]));
  const counted = new Set<UsageEvent>();
  const ignored: { usage: string; reason: string }[] = [];
  for (const event of priceCase.usage) {
    if (event.epochDay < startDay || event.epochDay >= endDay) continue;
    const { vehicle } = event;
    const ignore = (reason: string) =>
      ignored.push({ usage: event.id, reason: `${reason} on ${showDate(dateOfEpochDay(event.epochDay))}` });
    if (vehicle !== null && stayOn(vehicleOf.get(vehicle)!, event.epochDay) === null) {
      ignore(`${vehicle} was not on the contract`);
      continue;
    }
    counted.add(event);
    if (forceOf(event) === "not in force") ignore("no charge for it was in force");
  }
  return {
    priceCase,
    period,
    ...whole,
    parts: [whole],
    vehicles: priceCase.vehicles.flatMap((vehicle) => presence(vehicle, period)),
    counted,
    ignored,
    show: showPriceWith(minorUnits(priceCase.currency)),
  };
}

/** The facts of another period of the same contract, for a charge that is billed in this one; usage is none of them. */
export function factsOfPeriod(facts: Facts, { start, end }: Pick<BillingPeriod, "start" | "end">): Facts {
  const { zone } = facts.period;
  const period = { start, end, zone };
  const whole = partOfPeriod(period, zone);
  return {
    ...facts,
    period,
    ...whole,
    parts: [whole],
    vehicles: facts.priceCase.vehicles.flatMap((vehicle) => presence(vehicle, period)),
  };
}

function presence(vehicle: Vehicle, period: BillingPeriod): PresentVehicle[] {
  const stays = vehicle.stays.flatMap((stay): StayInPeriod[] => {
    const part = clipToPeriod(stay, period);
    if (part === null) return [];
    return [{ stay, ...partOfPeriod(part, period.zone) }];
  });
  const days = stays.reduce((sum, { startDay, endDay }) => sum + endDay - startDay, 0);
  const duration = stays.reduce((sum, { startAt, endAt }) => sum + endAt - startAt, 0n);
  return stays.length === 0 ? [] : [{ id: vehicle.id, stays, days, duration }];
}

/** Tells the usage that charges are there for, but none that is in force on its day. */
function usageForce({ charges }: PriceCase): (event: UsageEvent) => "not in force" | null {
  const metered = charges.filter((charge) => charge.kind === "usage");
  if (metered.every(({ during }) => during === null)) return () => null;
  const spansOf = new Map(metered.map(({ id, during }) => [
    id,
    during?.map(({ from, to }) => ({ startDay: epochDayOf(from), endDay: epochDayOf(to) })) ?? null,
  ]));
  return (event) => {
    const spans = metered.filter(({ meter }) => matches(meter, event)).map(({ id }) => spansOf.get(id)!);
    if (spans.length === 0) return null;
    return spans.some((each) => each === null || isIn(each, event.epochDay)) ? null : "not in force";
  };
}
