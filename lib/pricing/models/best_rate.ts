/** Best rate: each hire pays the cheapest cover of its length by whole hours, days, weeks and months. */
import { Rational, sumRationals } from "../../core/decimal.ts";
import { NOT_NEGATIVE, type Reader } from "../reader.ts";
import { countOf, showNumber, type ShowPrice, showSum } from "../words.ts";
import type { Priced } from "./priced.ts";

export type RateUnitName = "hour" | "day" | "week" | "month";

/** A day is 24 h, a week 7 days, a month 30 days; the longest first, because ties go to the longer unit. */
const UNIT_HOURS: Record<RateUnitName, number> = { month: 720, week: 168, day: 24, hour: 1 };
const UNIT_NAMES = Object.keys(UNIT_HOURS) as RateUnitName[];
const NANOSECONDS_PER_HOUR = 3_600_000_000_000n;

/**
 * No cover needs more hours than this in units other than the one that is cheapest per hour: any unit whose count reaches
 * the least common multiple of the two lengths can be swapped for the cheapest one without a loss. The multiples are at
 * most 5,040 h (week and month), 720 h (day) and 720 h (hour).
 */
const OTHER_HOURS_MAX = 5040 + 720 + 720;

export interface RateUnit {
  readonly per: RateUnitName;
  readonly price: Rational;
}

export interface BestRatePrice {
  readonly model: "best_rate";
  readonly startField: string;
  readonly endField: string;
  /** The longest unit first. */
  readonly units: readonly RateUnit[];
}

export interface Hire {
  readonly id: string;
  /** From start to end, never negative. */
  readonly nanoseconds: bigint;
}

export function readBestRate(reader: Reader): BestRatePrice {
  const member = reader.members(["model", "startField", "endField", "units"]);
  const list = member("units");
  if (Array.isArray(list.value) && list.value.length === 0) list.fault("at least one unit", "is empty");
  const units: RateUnit[] = [];
  for (const item of list.items()) {
    const unit = item.members(["per", "price"]);
    const per = unit("per").choice(UNIT_NAMES);
    if (unit("per").value === per && units.some((other) => other.per === per)) {
      unit("per").fault("each unit once", "is given twice");
    }
    units.push({ per, price: unit("price").decimal(NOT_NEGATIVE) });
  }
  units.sort((left, right) => UNIT_HOURS[right.per] - UNIT_HOURS[left.per]);
  return {
    model: "best_rate",
    startField: member("startField").text(),
    endField: member("endField").text(),
    units,
  };
}

/** How many of each unit, the longest first. */
export type Cover = readonly { readonly per: RateUnitName; readonly count: number }[];

/**
 * Finds cheapest covers for one price. Kept between hires: what is best for a length answers for all shorter ones too.
 * Ties go to the cover with more of the longest unit, then of the next.
 */
export class BestCovers {
  readonly #units: readonly RateUnit[];
  /** Prices as integers on a common scale. */
  readonly #prices: readonly bigint[];
  readonly #cheapestPerHour: number;
  /** For each length in hours: the least price, and the index of the longest unit that some cheapest cover has. */
  readonly #leastPrice: bigint[] = [0n];
  readonly #firstUnit: number[] = [-1];

  constructor(units: readonly RateUnit[]) {
    this.#units = units;
    const scale = units.reduce((product, { price }) => product * price.denominator, 1n);
    this.#prices = units.map(({ price }) => price.numerator * (scale / price.denominator));
    let cheapest = 0;
    units.forEach(({ per }, index) => {
      const here = this.#prices[index] * BigInt(UNIT_HOURS[units[cheapest].per]);
      if (here < this.#prices[cheapest] * BigInt(UNIT_HOURS[per])) cheapest = index;
    });
    this.#cheapestPerHour = cheapest;
  }

  /** The cheapest cover of a length; nothing for a length of zero. */
  coverOf(nanoseconds: bigint): Cover {
    const counts = this.#units.map(() => 0);
    // Every unit is a whole number of hours, so a started hour needs the same cover as a full one.
    let hours = (nanoseconds + NANOSECONDS_PER_HOUR - 1n) / NANOSECONDS_PER_HOUR;
    const cheapestHours = BigInt(UNIT_HOURS[this.#units[this.#cheapestPerHour].per]);
    if (hours > OTHER_HOURS_MAX) {
      const certain = (hours - BigInt(OTHER_HOURS_MAX) + cheapestHours - 1n) / cheapestHours;
      counts[this.#cheapestPerHour] += Number(certain);
      hours -= certain * cheapestHours;
    }
    let left = Number(hours);
    this.#extendTo(left);
    while (left > 0) {
      const unit = this.#firstUnit[left];
      counts[unit] += 1;
      left -= UNIT_HOURS[this.#units[unit].per];
    }
    return this.#units.map(({ per }, index) => ({ per, count: counts[index] })).filter(({ count }) =>
      count > 0
    );
  }

  #extendTo(hours: number): void {
    for (let length = this.#leastPrice.length; length <= hours; length++) {
      let least: bigint | null = null;
      let first = -1;
      this.#units.forEach(({ per }, index) => {
        const rest = Math.max(0, length - UNIT_HOURS[per]);
        const price = this.#prices[index] + this.#leastPrice[rest];
        if (least === null || price < least) [least, first] = [price, index];
      });
      this.#leastPrice.push(least!);
      this.#firstUnit.push(first);
    }
  }
}

/** The sum over the hires, in the order of time. */
export function priceBestRate(price: BestRatePrice, hires: readonly Hire[], show: ShowPrice): Priced | null {
  if (hires.length === 0) return null;
  const covers = new BestCovers(price.units);
  const priceOf = new Map(price.units.map((unit) => [unit.per, unit.price]));
  const amounts: Rational[] = [];
  const steps = hires.map(({ id, nanoseconds }) => {
    const cover = covers.coverOf(nanoseconds);
    const parts = cover.map(({ per, count }) => priceOf.get(per)!.multiply(Rational.of(BigInt(count))));
    const amount = sumRationals(parts);
    amounts.push(amount);
    const terms = cover.map(({ per, count }) => `${countOf(count, per)} × ${show(priceOf.get(per)!)}`);
    const hours = Rational.of(nanoseconds, NANOSECONDS_PER_HOUR);
    const length = hours.equals(Rational.one) ? "1 hour" : `${showNumber(hours)} hours`;
    return `${id}: ${length}, cheapest as ${terms.join(" + ") || "nothing"} = ${show(amount)}`;
  });
  return { amount: sumRationals(amounts), unitPrice: null, steps, sum: showSum(amounts.map(show)) };
}
