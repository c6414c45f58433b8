/** The oracle's pool: each vehicle brings a part of its allowance for each day that it is there, and the rest is priced once. */
import { decimalText, isInForce, onContract, type OracleCharge, type OracleFacts } from "../facts.ts";
import { divided, type Fraction, larger, minus, plus, read, whole, zero } from "../fraction.ts";
import { daysOf, vehiclesIn } from "../proration.ts";

/** What was used above the pool of a vehicle, or of all of them; never less than nothing. */
export function abovePool(
  price: Readonly<Record<string, unknown>>,
  used: Fraction,
  facts: OracleFacts,
  charge: OracleCharge,
  vehicle: string | null,
): Fraction {
  const included = read(decimalText(price, "includedPerVehicle"));
  const days = daysOf(facts);
  let vehicleDays = 0;
  for (const day of days.filter((each) => isInForce(charge, each))) {
    for (const one of vehicle === null ? vehiclesIn(facts, charge) : [vehicle]) {
      if (facts.vehicles.some((stay) => stay.id === one && onContract(stay, day))) vehicleDays += 1;
    }
  }
  const perDay = divided(included, whole(days.length));
  let pool = zero;
  for (let count = 0; count < vehicleDays; count++) pool = plus(pool, perDay);
  return larger(minus(used, pool), zero);
}
