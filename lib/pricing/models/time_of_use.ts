/** Time of use: the wall-clock time at which a use starts decides its unit price. */
import { Rational, sumRationals } from "../../core/decimal.ts";
import type { Reader } from "../reader.ts";
import { showNumber, type ShowPrice, showSum } from "../words.ts";
import type { Priced } from "./priced.ts";

/** In the order of the week; `indexOf` + 1 is the ISO number of a weekday. */
export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

const MINUTES_PER_DAY = 1440;
/** More than any tariff has; each event looks for its own among them. */
const BANDS_MAX = 100;
const MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY;

export interface Band {
  readonly name: string;
  readonly days: readonly Weekday[];
  /** Minutes after 00:00, included. */
  readonly fromMinute: number;
  /** Minutes after 00:00, not included; at or before `fromMinute`, the band ends on the next day. */
  readonly toMinute: number;
  readonly unit: Rational;
}

export interface TimeOfUsePrice {
  readonly model: "time_of_use";
  readonly bands: readonly Band[];
  /** The unit price outside all bands. */
  readonly otherwise: Rational;
}

/** A quantity used from a moment of the week, in wall-clock time. */
export interface TimedQuantity {
  /** 1 for Monday to 7 for Sunday. */
  readonly weekday: number;
  readonly secondOfDay: number;
  readonly quantity: Rational;
}

export function readTimeOfUse(reader: Reader): TimeOfUsePrice {
  const member = reader.members(["model", "bands", "otherwise"]);
  const items = member("bands").items(BANDS_MAX);
  /** The band that holds each minute of the week. */
  const taken: (Band | undefined)[] = [];
  const bands = items.map((item) => {
    const band = readBand(item);
    const minutes = minutesOfWeek(band);
    const other = taken[minutes.find((minute) => taken[minute] !== undefined) ?? -1];
    if (other !== undefined) item.fault("bands that do not overlap", `overlaps the band "${other.name}"`);
    for (const minute of minutes) taken[minute] = band;
    return band;
  });
  return { model: "time_of_use", bands, otherwise: member("otherwise").members(["unit"])("unit").decimal() };
}

function readBand(reader: Reader): Band {
  const member = reader.members(["name", "from", "to", "unit"], ["days"]);
  const days = member("days");
  const names: Weekday[] = [];
  for (const item of days.items()) {
    const day = item.choice(WEEKDAYS);
    if (item.value === day && names.includes(day)) item.fault("each day once", "is given twice");
    names.push(day);
  }
  if (Array.isArray(days.value) && names.length === 0) days.fault("at least one of mon to sun", "is empty");
  const fromMinute = readMinute(member("from"), MINUTES_PER_DAY - 1);
  const toMinute = readMinute(member("to"), MINUTES_PER_DAY);
  if (fromMinute === toMinute) {
    member("to").fault('another time than "from"; a whole day is "00:00" to "24:00"', "is also the start");
  }
  return {
    name: member("name").text(),
    days: days.isAbsent ? WEEKDAYS : names,
    fromMinute,
    toMinute,
    unit: member("unit").decimal(),
  };
}

function readMinute(reader: Reader, greatest: number): number {
  const match = typeof reader.value === "string" ? /^(\d\d):([0-5]\d)$/.exec(reader.value) : null;
  const minute = match ? Number(match[1]) * 60 + Number(match[2]) : Infinity;
  if (minute <= greatest) return minute;
  if (!reader.isAbsent) {
    reader.fault(`a time from "00:00" to "${greatest === MINUTES_PER_DAY ? "24:00" : "23:59"}"`);
  }
  // Different for both ends, so that one fault does not make another.
  return greatest === MINUTES_PER_DAY ? MINUTES_PER_DAY : 0;
}

/** All minutes of the week that a band holds; it belongs to the day it starts on, even past midnight and past Sunday. */
function minutesOfWeek({ days, fromMinute, toMinute }: Band): number[] {
  const length = toMinute - fromMinute + (toMinute <= fromMinute ? MINUTES_PER_DAY : 0);
  return days.flatMap((day) => {
    const start = WEEKDAYS.indexOf(day) * MINUTES_PER_DAY + fromMinute;
    return Array.from({ length }, (_, minute) => (start + minute) % MINUTES_PER_WEEK);
  });
}

/** The band that holds a moment of the week, or null. */
export function bandAt(bands: readonly Band[], weekday: number, secondOfDay: number): Band | null {
  const minute = Math.floor(secondOfDay / 60);
  const today = WEEKDAYS[weekday - 1], yesterday = WEEKDAYS[(weekday + 5) % 7];
  return bands.find(({ days, fromMinute, toMinute }) =>
    fromMinute < toMinute
      ? days.includes(today) && fromMinute <= minute && minute < toMinute
      : days.includes(today) && fromMinute <= minute || days.includes(yesterday) && minute < toMinute
  ) ?? null;
}

/** Each quantity × the unit price of the band it starts in. */
export function priceTimeOfUse(
  price: TimeOfUsePrice,
  uses: readonly TimedQuantity[],
  show: ShowPrice,
): Priced | null {
  if (uses.length === 0) return null;
  const quantities = new Map<Band | null, Rational[]>();
  for (const { weekday, secondOfDay, quantity } of uses) {
    const band = bandAt(price.bands, weekday, secondOfDay);
    const group = quantities.get(band);
    if (group) group.push(quantity);
    else quantities.set(band, [quantity]);
  }
  const order: (Band | null)[] = [...price.bands, null];
  const groups = order.filter((band) => quantities.has(band)).map((band) => {
    const quantity = sumRationals(quantities.get(band)!), unit = band?.unit ?? price.otherwise;
    return { name: band?.name ?? "At other times", quantity, unit, amount: quantity.multiply(unit) };
  });
  const [first] = groups;
  return {
    amount: sumRationals(groups.map(({ amount }) => amount)),
    unitPrice: groups.every(({ unit }) => unit.equals(first.unit)) ? first.unit : null,
    steps: groups.map(({ name, quantity, unit, amount }) =>
      `${name}: ${showNumber(quantity)} × ${show(unit)} = ${show(amount)}`
    ),
    sum: showSum(groups.map(({ amount }) => show(amount))),
  };
}
