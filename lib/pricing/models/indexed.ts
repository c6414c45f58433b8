/** Indexed: a unit price that moves in steps with a published value, such as a fuel price, from a base. */
import { maximumOf, minimumOf, Rational, sumRationals } from "../../core/decimal.ts";
import { dateOfEpochDay, epochDayOf } from "../../core/local_time.ts";
import { lastBegun } from "../in_order.ts";
import { PriceCaseError, priceCaseFault } from "../price_case_error.ts";
import { POSITIVE, type Reader } from "../reader.ts";
import { showDate, showNumber, type ShowPrice, showSum } from "../words.ts";
import type { Priced } from "./priced.ts";

export interface IndexedPrice {
  readonly model: "indexed";
  readonly base: Rational;
  /** The name of the index. */
  readonly index: string;
  readonly baseIndex: Rational;
  readonly step: Rational;
  /** What the price changes by for each whole step. */
  readonly change: Rational;
  readonly floor: Rational | null;
  readonly ceiling: Rational | null;
  /** Where the name of the index stands in the price case, for errors. */
  readonly path: string;
}

/** A value of an index, in force from a local date until the next one. */
export interface IndexValue {
  readonly from: Temporal.PlainDate;
  /** `from` in days since 1970. */
  readonly epochDay: number;
  readonly value: Rational;
}

/** A quantity used on a local date. */
export interface DatedQuantity {
  readonly epochDay: number;
  readonly quantity: Rational;
}

/** Reads the values of one index, each with the local date from which it is in force. */
export function readIndexValues(reader: Reader): IndexValue[] {
  const values: IndexValue[] = [];
  for (const item of reader.items()) {
    const member = item.members(["from", "value"]);
    const from = member("from").date(), epochDay = epochDayOf(from), before = values.at(-1);
    if (before !== undefined && epochDay <= before.epochDay) {
      member("from").fault(`a date after ${before.from}, that of the value before`, "is out of order");
    }
    values.push({ from, epochDay, value: member("value").decimal() });
  }
  return values;
}

export function readIndexed(reader: Reader): IndexedPrice {
  const member = reader.members(["model", "base", "index", "baseIndex", "step", "change"], [
    "floor",
    "ceiling",
  ]);
  const floor = member("floor").optionalDecimal(), ceiling = member("ceiling").optionalDecimal();
  if (floor && ceiling && floor.compare(ceiling) > 0) {
    member("floor").fault(`at most the ceiling, ${ceiling.toDecimal()}`, "is above the ceiling");
  }
  return {
    model: "indexed",
    base: member("base").decimal(),
    index: member("index").text(),
    baseIndex: member("baseIndex").decimal(),
    step: member("step").decimal(POSITIVE),
    change: member("change").decimal(),
    floor,
    ceiling,
    path: member("index").path,
  };
}

/** base + ⌊(value − baseIndex) ÷ step⌋ × change, kept between floor and ceiling; downwards too. */
export function indexedUnitPrice(price: IndexedPrice, value: Rational): Rational {
  const steps = value.subtract(price.baseIndex).divide(price.step).floor();
  const moved = price.base.add(price.change.multiply(Rational.of(steps)));
  const raised = price.floor ? maximumOf(moved, price.floor) : moved;
  return price.ceiling ? minimumOf(raised, price.ceiling) : raised;
}

/** The last value that starts on or before a day; `values` rise by date. Null if none has started. */
export function valueInForce(values: readonly IndexValue[], epochDay: number): IndexValue | null {
  return lastBegun(values, epochDay, (value) => value.epochDay);
}

/** Each quantity × the unit price of its day. Throws a `PriceCaseError` if the index has no value for a day. */
export function priceIndexed(
  price: IndexedPrice,
  values: readonly IndexValue[],
  uses: readonly DatedQuantity[],
  show: ShowPrice,
): Priced | null {
  if (uses.length === 0) return null;
  const quantities = new Map<IndexValue, Rational[]>();
  for (const { epochDay, quantity } of uses) {
    const value = valueInForce(values, epochDay);
    if (value === null) {
      const allowed = `an index with a value in force on ${
        showDate(dateOfEpochDay(epochDay))
      }, a day with usage`;
      throw new PriceCaseError([priceCaseFault(price.path, price.index, allowed, "has no value in force")]);
    }
    const group = quantities.get(value);
    if (group) group.push(quantity);
    else quantities.set(value, [quantity]);
  }
  const groups = [...quantities].sort(([left], [right]) => left.epochDay - right.epochDay)
    .map(([value, parts]) => {
      const quantity = sumRationals(parts), unit = indexedUnitPrice(price, value.value);
      return { value, quantity, unit, amount: quantity.multiply(unit) };
    });
  const steps = groups.flatMap(({ value, quantity, unit, amount }) => [
    showUnitPrice(price, value, unit, show),
    `${showNumber(quantity)} × ${show(unit)} = ${show(amount)}`,
  ]);
  const [first] = groups;
  const isOnePrice = groups.every(({ unit }) => unit.equals(first.unit));
  return {
    amount: sumRationals(groups.map(({ amount }) => amount)),
    unitPrice: isOnePrice ? first.unit : null,
    steps: groups.length === 1 ? steps.slice(0, 1) : steps,
    sum: groups.length === 1
      ? `${showNumber(first.quantity)} × ${show(first.unit)}`
      : showSum(groups.map(({ amount }) => show(amount))),
  };
}

function showUnitPrice(
  price: IndexedPrice,
  { from, value }: IndexValue,
  unit: Rational,
  show: ShowPrice,
): string {
  const formula = `${show(price.base)} + ⌊(${showNumber(value)} − ${showNumber(price.baseIndex)}) ÷ ${
    showNumber(price.step)
  }⌋ × ${show(price.change)}`;
  const open = indexedUnitPrice({ ...price, floor: null, ceiling: null }, value);
  const bound = unit.equals(open)
    ? ""
    : unit.compare(open) > 0
    ? ", raised to the floor"
    : ", cut to the ceiling";
  return `${price.index} ${showNumber(value)} from ${showDate(from)}: ${formula}${bound} = ${show(unit)}`;
}
