/** The oracle's indexed price: each event pays the unit price that the index makes on its day. */
import {
  decimalText,
  OracleCannotTell,
  type OracleEvent,
  type OracleFacts,
  type OracleIndexValue,
} from "../facts.ts";
import {
  divided,
  down,
  type Fraction,
  larger,
  minus,
  plus,
  read,
  smaller,
  sum,
  times,
  whole,
} from "../fraction.ts";

/** `amounts` says how much each event is. */
export function indexed(
  price: Readonly<Record<string, unknown>>,
  events: readonly OracleEvent[],
  amounts: readonly Fraction[],
  facts: OracleFacts,
): Fraction {
  const values = facts.indexes[decimalText(price, "index")];
  if (values === undefined) throw new OracleCannotTell(`There are no values of ${String(price.index)}.`);
  return sum(events.map(({ date }, index) => times(amounts[index], unitOn(price, values, date))));
}

function unitOn(
  price: Readonly<Record<string, unknown>>,
  values: readonly OracleIndexValue[],
  date: Temporal.PlainDate,
): Fraction {
  let inForce: OracleIndexValue | null = null;
  for (const value of values) {
    if (Temporal.PlainDate.compare(value.from, date) > 0) continue;
    if (inForce === null || Temporal.PlainDate.compare(value.from, inForce.from) > 0) inForce = value;
  }
  if (inForce === null) {
    throw new OracleCannotTell(`No value of ${String(price.index)} is in force on ${date}.`);
  }
  const moved = minus(read(inForce.value), read(decimalText(price, "baseIndex")));
  const steps = whole(down(divided(moved, read(decimalText(price, "step")))));
  let unit = plus(read(decimalText(price, "base")), times(steps, read(decimalText(price, "change"))));
  if (price.floor !== undefined) unit = larger(unit, read(decimalText(price, "floor")));
  if (price.ceiling !== undefined) unit = smaller(unit, read(decimalText(price, "ceiling")));
  return unit;
}
