/** The oracle's pool: each vehicle brings a part of its allowance for each day that it is there, and the rest is priced once. */
import { decimalText, onContract, type OracleFacts } from "../facts.ts";
import { divided, type Fraction, larger, minus, plus, read, whole, zero } from "../fraction.ts";

/** What was used above the pool of these vehicles; never less than nothing. */
export function abovePool(
  price: Readonly<Record<string, unknown>>,
  used: Fraction,
  facts: OracleFacts,
  vehicles: readonly string[],
): Fraction {
  const included = read(decimalText(price, "includedPerVehicle"));
  let days = 0, vehicleDays = 0;
  for (let day = facts.start; !day.equals(facts.end); day = day.add({ days: 1 })) {
    days += 1;
    for (const vehicle of vehicles) {
      if (facts.vehicles.some((stay) => stay.id === vehicle && onContract(stay, day))) vehicleDays += 1;
    }
  }
  const perDay = divided(included, whole(days));
  let pool = zero;
  for (let count = 0; count < vehicleDays; count++) pool = plus(pool, perDay);
  return larger(minus(used, pool), zero);
}
