/** The facts of a price case, laid out once before anything is priced: the period, who was there when, and which usage counts. */
import { minorUnits } from "../core/currency.ts";
import { dateOfEpochDay, epochDayOf } from "../core/local_time.ts";
import { type BillingPeriod, clipToPeriod, periodInstants, startOfDay } from "../core/period.ts";
import type { PriceCase } from "./price_case.ts";
import type { UsageEvent } from "./usage.ts";
import { type Stay, stayOn, type Vehicle } from "./vehicles.ts";
import { showDate, type ShowPrice, showPriceWith } from "./words.ts";

/** The part of a stay that lies in the period. */
export interface StayInPeriod {
  readonly stay: Stay;
  readonly start: Temporal.PlainDate;
  readonly end: Temporal.PlainDate;
  readonly days: number;
  /** Nanoseconds since 1970. */
  readonly startAt: bigint;
  readonly endAt: bigint;
}

/** A vehicle that was on the contract in the period. */
export interface PresentVehicle {
  readonly id: string;
  readonly stays: readonly StayInPeriod[];
  /** Days on the contract in the period. */
  readonly days: number;
}

export interface Facts {
  readonly priceCase: PriceCase;
  readonly period: BillingPeriod;
  readonly startDay: number;
  readonly endDay: number;
  readonly startAt: bigint;
  readonly endAt: bigint;
  /** In the order of the case; only those with at least a day in the period. */
  readonly vehicles: readonly PresentVehicle[];
  /** The usage in the period, of vehicles while they were on the contract or of the contract itself. */
  readonly counted: ReadonlySet<UsageEvent>;
  readonly ignored: readonly { readonly usage: string; readonly reason: string }[];
  readonly show: ShowPrice;
}

/** Lays out the facts of a case. */
export function layOutFacts(priceCase: PriceCase): Facts {
  const { period } = priceCase;
  const { start, end } = periodInstants(period);
  const startDay = epochDayOf(period.start), endDay = epochDayOf(period.end);
  const vehicleOf = new Map(priceCase.vehicles.map((vehicle) => [vehicle.id, vehicle]));
  const counted = new Set<UsageEvent>();
  const ignored: { usage: string; reason: string }[] = [];
  for (const event of priceCase.usage) {
    if (event.epochDay < startDay || event.epochDay >= endDay) continue;
    const { vehicle } = event;
    if (vehicle === null || stayOn(vehicleOf.get(vehicle)!, event.epochDay) !== null) counted.add(event);
    else {
      const day = showDate(dateOfEpochDay(event.epochDay));
      ignored.push({ usage: event.id, reason: `${vehicle} was not on the contract on ${day}` });
    }
  }
  return {
    priceCase,
    period,
    startDay,
    endDay,
    startAt: start.epochNanoseconds,
    endAt: end.epochNanoseconds,
    vehicles: priceCase.vehicles.flatMap((vehicle) => presence(vehicle, period)),
    counted,
    ignored,
    show: showPriceWith(minorUnits(priceCase.currency)),
  };
}

function presence(vehicle: Vehicle, period: BillingPeriod): PresentVehicle[] {
  const stays = vehicle.stays.flatMap((stay): StayInPeriod[] => {
    const part = clipToPeriod(stay, period);
    if (part === null) return [];
    return [{
      stay,
      ...part,
      days: epochDayOf(part.end) - epochDayOf(part.start),
      startAt: startOfDay(part.start, period.zone).epochNanoseconds,
      endAt: startOfDay(part.end, period.zone).epochNanoseconds,
    }];
  });
  const days = stays.reduce((sum, stay) => sum + stay.days, 0);
  return stays.length === 0 ? [] : [{ id: vehicle.id, stays, days }];
}
