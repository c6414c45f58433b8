/** One-time charges: due in the period that holds their date. */
import { Rational } from "../core/decimal.ts";
import { epochDayOf } from "../core/local_time.ts";
import type { OneTimeCharge } from "./charge.ts";
import type { Facts } from "./facts.ts";
import { isIn } from "./in_force.ts";
import { type Line, makeLine } from "./line.ts";
import { priceQuantity } from "./models/quantity_price.ts";
import { showDate } from "./words.ts";

/** One line for the contract, or one for each vehicle on it that day; none if the charge is not in force then. */
export function oneTimeLines(charge: OneTimeCharge, facts: Facts): Line[] {
  const day = epochDayOf(charge.on);
  if (!isIn(facts.parts, day)) return [];
  const head = [`Once, on ${showDate(charge.on)}`];
  const lineFor = (vehicle: string | null) =>
    makeLine(
      facts,
      charge,
      vehicle,
      Rational.one,
      priceQuantity(charge.price, Rational.one, facts.show),
      head,
    );
  if (charge.per === "contract") return lineFor(null);
  return facts.vehicles
    .filter(({ stays }) => stays.some(({ stay }) => stay.fromDay <= day && day < stay.toDay))
    .flatMap(({ id }) => lineFor(id));
}
