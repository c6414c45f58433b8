/** Recurring charges: what is due for the period, prorated where vehicle or charge were not there for all of it. */
import { Rational, sumRationals } from "../core/decimal.ts";
import { prorationFraction, type ProrationMode, prorationUnits } from "../core/period.ts";
import type { RecurringCharge } from "./charge.ts";
import type { Facts, PartOfPeriod } from "./facts.ts";
import { type Line, makeLine } from "./line.ts";
import type { FlatPrice } from "./models/flat.ts";
import type { PerUnitPrice } from "./models/per_unit.ts";
import type { Priced } from "./models/priced.ts";
import { priceQuantity } from "./models/quantity_price.ts";
import { showDays, showNumber, type ShowPrice, showSum } from "./words.ts";

/** The share of the period that is paid for. */
interface Share {
  readonly fraction: Rational;
  /** The fraction as counted, such as `22/31`; `1` where nothing is prorated. */
  readonly text: string;
  /** How it was counted: `22 of 31 days (10 to 31 January)`. */
  readonly steps: readonly string[];
}

/** One line for the contract, or one for each vehicle that was there. */
export function recurringLines(charge: RecurringCharge, facts: Facts): Line[] {
  if (charge.per === "contract") return contractLine(charge, facts);
  return facts.vehicles.flatMap((vehicle) => {
    const share = shareOf(vehicle.stays, charge.proration, facts);
    return makeLine(
      facts,
      charge,
      vehicle.id,
      share.fraction,
      priceShare(charge, share, facts.show),
      share.steps,
    );
  });
}

/** A flat amount is due once, or for the share of the period in force; every other model prices the sum of the vehicles' shares. */
function contractLine(charge: RecurringCharge, facts: Facts): Line[] {
  const { price } = charge;
  if (price.model === "flat") {
    if (charge.during !== null) {
      const share = shareOf(facts.parts, charge.proration, facts);
      const priced = priceShare(charge, share, facts.show);
      return makeLine(facts, charge, null, share.fraction, priced, share.steps);
    }
    const head = [`Once for the period (${showDays(facts.period.start, facts.period.end)})`];
    return makeLine(facts, charge, null, Rational.one, priceQuantity(price, Rational.one, facts.show), head);
  }
  const shares = facts.vehicles.map((vehicle) => shareOf(vehicle.stays, charge.proration, facts));
  const quantity = sumRationals(shares.map(({ fraction }) => fraction));
  const head = [
    ...facts.vehicles.map(({ id }, index) => `${id}: ${shares[index].steps.join(", ")}`),
    `Vehicles: ${showSum(shares.map(({ text }) => text)) || "0"} = ${showNumber(quantity)}`,
  ];
  return makeLine(facts, charge, null, quantity, priceQuantity(price, quantity, facts.show), head);
}

/** A share of a flat amount, or of a unit's price, is that amount × the share. */
function priceShare({ price }: RecurringCharge, share: Share, show: ShowPrice): Priced | null {
  if (price.model !== "flat" && price.model !== "per_unit") return priceQuantity(price, share.fraction, show);
  const amount = wholeAmount(price);
  return {
    amount: amount.multiply(share.fraction),
    unitPrice: amount,
    steps: [],
    sum: `${show(amount)} × ${share.text}`,
  };
}

function wholeAmount(price: FlatPrice | PerUnitPrice): Rational {
  return price.model === "flat" ? price.amount : price.unit;
}

const UNIT_WORDS = { day: "days", second: "seconds", fixed30: "days of 30-day months" };

/** The share that parts of the period are, at least one. */
function shareOf(
  parts: readonly Pick<PartOfPeriod, "start" | "end">[],
  mode: ProrationMode,
  { period }: Facts,
): Share {
  if (mode === "none") {
    const days = parts.map(({ start, end }) => showDays(start, end)).join(", ");
    return { fraction: Rational.one, text: "1", steps: [`Not prorated (${days})`] };
  }
  const counts = parts.map((part) => ({ part, ...prorationUnits(part, period, mode) }));
  const { whole } = counts[0];
  const units = counts.reduce((sum, count) => sum + count.units, 0n);
  return {
    fraction: sumRationals(parts.map((part) => prorationFraction(part, period, mode))),
    // A period can have no day by 30E/360, and is then all there is.
    text: whole === 0n ? "1" : `${units}/${whole}`,
    steps: counts.map(({ part, units }) =>
      `${units} of ${whole} ${UNIT_WORDS[mode]} (${showDays(part.start, part.end)})`
    ),
  };
}
