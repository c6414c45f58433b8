/** The oracle's time of use: each event is looked for in the bands of its day and of the day before. */
import { decimalText, listOf, type OracleEvent } from "../facts.ts";
import { type Fraction, read, sum, times } from "../fraction.ts";

const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** `amounts` says how much each event is. */
export function timeOfUse(
  price: Readonly<Record<string, unknown>>,
  events: readonly OracleEvent[],
  amounts: readonly Fraction[],
): Fraction {
  const bands = listOf(price, "bands");
  const otherwise = price.otherwise as Readonly<Record<string, unknown>>;
  return sum(events.map((event, index) => {
    const band = bands.find((each) => holds(each, event)) ?? otherwise;
    return times(amounts[index], read(decimalText(band, "unit")));
  }));
}

/** By the clock on the wall: a band that passes midnight belongs to the day it starts on. */
function holds(band: Readonly<Record<string, unknown>>, { date, time }: OracleEvent): boolean {
  const days = Array.isArray(band.days) ? band.days : weekdays;
  const moment = date.toPlainDateTime(time);
  return [date, date.subtract({ days: 1 })].some((day) => {
    if (!days.includes(weekdays[day.dayOfWeek - 1])) return false;
    const from = clock(day, decimalText(band, "from"));
    let to = clock(day, decimalText(band, "to"));
    if (Temporal.PlainDateTime.compare(to, from) <= 0) to = to.add({ days: 1 });
    return Temporal.PlainDateTime.compare(from, moment) <= 0 &&
      Temporal.PlainDateTime.compare(moment, to) < 0;
  });
}

function clock(day: Temporal.PlainDate, text: string): Temporal.PlainDateTime {
  return text === "24:00" ? day.add({ days: 1 }).toPlainDateTime() : day.toPlainDateTime(text);
}
