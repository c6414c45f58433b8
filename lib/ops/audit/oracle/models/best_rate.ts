/** The oracle's best rate: for each hire every cover is tried, and the cheapest is due. */
import { decimalText, fieldText, listOf, OracleCannotTell, type OracleEvent } from "../facts.ts";
import { compare, type Fraction, plus, read, smaller, sum, times, whole } from "../fraction.ts";

type UnitPrices = Partial<Record<"hour" | "day" | "week" | "month", Fraction>>;

export function bestRate(
  price: Readonly<Record<string, unknown>>,
  events: readonly OracleEvent[],
): Fraction {
  const prices: UnitPrices = Object.fromEntries(
    listOf(price, "units").map((unit) => [decimalText(unit, "per"), read(decimalText(unit, "price"))]),
  );
  return sum(events.map((event) => {
    const from = instantOf(event, decimalText(price, "startField"));
    const until = instantOf(event, decimalText(price, "endField"));
    let hours = 0;
    while (Temporal.Instant.compare(from.add({ hours }), until) < 0) hours += 1; // a started hour is an hour
    return cheapest(prices, hours);
  }));
}

function instantOf(event: OracleEvent, field: string): Temporal.Instant {
  const text = fieldText(event, field);
  if (typeof text !== "string") throw new OracleCannotTell(`The event ${event.id} has no ${field}.`);
  return Temporal.Instant.from(text);
}

/**
 * Tries every count of every unit. Left out are only covers that hold a whole multiple of two lengths twice over, such as
 * 7 days beside a week: whichever of the two is dearer can be swapped for the other without paying more.
 */
function cheapest({ month, week, day, hour }: UnitPrices, hours: number): Fraction {
  const cost = (unit: Fraction | undefined, count: number) => times(unit ?? whole(0), whole(count));
  const most = (unit: Fraction | undefined, length: number, left: number) =>
    unit === undefined ? 0 : Math.max(0, Math.ceil(left / length));
  let best: Fraction | null = null;
  const offer = (found: Fraction) => best = best === null ? found : smaller(best, found);
  for (let months = 0; months <= most(month, 720, hours); months++) {
    const afterMonths = hours - months * 720;
    for (let weeks = 0; weeks <= most(week, 168, afterMonths); weeks++) {
      if (months >= 7 && weeks >= 30) break;
      const afterWeeks = afterMonths - weeks * 168;
      const longer = plus(cost(month, months), cost(week, weeks));
      if (best !== null && compare(longer, best) > 0n) break; // more weeks only cost more
      for (let days = 0; days <= most(day, 24, afterWeeks); days++) {
        if (days >= 7 && weeks > 0 || days >= 30 && months > 0) break;
        const left = Math.max(0, afterWeeks - days * 24);
        if (left > 0 && hour === undefined) continue;
        offer(plus(plus(longer, cost(day, days)), cost(hour, left)));
      }
    }
  }
  if (best === null) throw new OracleCannotTell("No unit of the best rate covers the hire.");
  return best;
}
