/** The words that an invoice is printed with: periods, lines. They are stored when it is drafted, and stay. */
import type { ChargeFacts, StayFacts } from "../../db/queries/billing_facts.ts";
import { months } from "../core/months.ts";
import type { ChargeInForce } from "./charges_in_force.ts";
import type { Period } from "./price_case.ts";

/** "1–31 March 2026"; "15 March – 14 April 2026"; "16 December 2025 – 15 January 2026"; "5 March 2026" for one day. */
export function periodLabel({ start, end }: Period): string {
  const last = end.subtract({ days: 1 });
  const month = (date: Temporal.PlainDate) => months[date.month - 1];
  const whole = (date: Temporal.PlainDate) => `${date.day} ${month(date)} ${date.year}`;
  if (start.equals(last)) return whole(start);
  if (start.year !== last.year) return `${whole(start)} – ${whole(last)}`;
  if (start.month !== last.month) return `${start.day} ${month(start)} – ${whole(last)}`;
  return `${start.day}–${whole(last)}`;
}

/** What a draft is called while it has no number: "Draft for K-7", or "Draft for Rosa Cabs" where it bills no contract. */
export function draftName(
  { contractReference, customerName }: { contractReference: string | null; customerName: string },
): string {
  return `Draft for ${contractReference ?? customerName}`;
}

/** What a line says: the charge, and the plate of its vehicle if it is one vehicle's. */
export function lineDescription(
  charge: Pick<ChargeFacts, "name">,
  vehicle?: Pick<StayFacts, "plate">,
): string {
  return vehicle ? `${charge.name}, ${vehicle.plate}` : charge.name;
}

/** The days a line is for: those of the period on which its charge is in force and, of a recurring one, its vehicle there. */
export function lineDetail(
  charge: Pick<ChargeInForce, "kind" | "during">,
  period: Period,
  stays: readonly { from: string; to: string | null }[],
): string {
  const whole = [{ start: period.start, end: period.end }];
  const inForce = charge.during === null
    ? whole
    : charge.during.map(({ from, to }) => ({ start: from, end: to }));
  const there = charge.kind !== "recurring" || stays.length === 0 ? whole : stays.map(({ from, to }) => ({
    start: Temporal.PlainDate.from(from),
    end: to === null ? period.end : Temporal.PlainDate.from(to),
  }));
  const days = inForce.flatMap((span) =>
    there.map((stay) => ({
      start: latest(latest(stay.start, span.start), period.start),
      end: earliest(earliest(stay.end, span.end), period.end),
    }))
  );
  return days.filter(({ start, end }) => Temporal.PlainDate.compare(start, end) < 0).map(periodLabel).join(
    ", ",
  );
}

function latest(left: Temporal.PlainDate, right: Temporal.PlainDate): Temporal.PlainDate {
  return Temporal.PlainDate.compare(left, right) >= 0 ? left : right;
}

function earliest(left: Temporal.PlainDate, right: Temporal.PlainDate): Temporal.PlainDate {
  return Temporal.PlainDate.compare(left, right) <= 0 ? left : right;
}
