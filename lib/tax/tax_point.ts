/** On which day the tax of a charge falls due, and how its days are parted where a change of the tax lies between them. */
import { profileOf } from "./countries.ts";
import { decideTax, type TaxDecision } from "./decide.ts";
import type { TaxFacts, TaxSupply } from "../core/tax_facts.ts";

/** ISO dates, `[from, to)`. */
export interface DaySpan {
  from: string;
  to: string;
}

/** A charge whose tax is asked for. */
export interface TaxedCharge {
  supply: TaxSupply;
  /** The days that it is for; a single one for what falls due once. */
  days: readonly DaySpan[];
  /** Whether what its parts come to is what the whole comes to: a part of the tiers of a price would be another price. */
  isDivisible: boolean;
}

/** Some days of a charge that are taxed alike. */
export interface TaxPart extends TaxDecision {
  /** Null for all of them. */
  days: DaySpan[] | null;
  /** Null where the day of the invoice counts. */
  taxPoint: string | null;
}

/** Throws as `decideTax`. */
export function taxParts({ supply, days, isDivisible }: TaxedCharge, facts: TaxFacts): TaxPart[] {
  const { taxPoint: basis } = profileOf(facts.seller.country);
  if (basis === "invoice" || basis === "payment" || days.length === 0) {
    return [{ ...decideTax(supply, facts, facts.draftedOn), days: null, taxPoint: null }];
  }
  const last = dayBefore(days.at(-1)!.to);
  if (basis === "period_end" || !isDivisible) {
    return [{ ...decideTax(supply, facts, last), days: null, taxPoint: last }];
  }
  const parts: (TaxPart & { days: DaySpan[] })[] = [];
  for (const day of days.flatMap(daysOf)) {
    const decision = decideTax(supply, facts, day);
    const part = parts.at(-1);
    const next = dayAfter(day);
    if (part === undefined || !isAlike(part, decision)) {
      parts.push({ ...decision, days: [{ from: day, to: next }], taxPoint: day });
    } else {
      part.taxPoint = day;
      const span = part.days.at(-1)!;
      if (span.to === day) span.to = next;
      else part.days.push({ from: day, to: next });
    }
  }
  return parts.length === 1 ? [{ ...parts[0], days: null }] : parts;
}

function isAlike(left: TaxDecision, right: TaxDecision): boolean {
  return left.category === right.category && left.percent === right.percent &&
    left.country === right.country && left.reasonCode === right.reasonCode;
}

function daysOf({ from, to }: DaySpan): string[] {
  const days: string[] = [];
  for (let day = from; day < to; day = dayAfter(day)) days.push(day);
  return days;
}

function dayAfter(day: string): string {
  return Temporal.PlainDate.from(day).add({ days: 1 }).toString();
}

function dayBefore(day: string): string {
  return Temporal.PlainDate.from(day).subtract({ days: 1 }).toString();
}
