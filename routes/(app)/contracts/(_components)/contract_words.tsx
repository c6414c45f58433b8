/** A contract's state and days in the words and shapes that its pages show. */
import { Badge } from "../../../../components/ui/badge.tsx";
import { dateRange, Day, longDate } from "../../../../components/ui/date.tsx";
import { type BillingCycle, cadenceNames } from "../../../../lib/core/billing_cycle.ts";
import { isPausedOn, type Pause } from "../../../../lib/contracts/amendments/views.ts";
import { Missing } from "../../invoices/(_components)/invoice_words.tsx";

export interface ContractDays {
  startDate: Temporal.PlainDate;
  /** The day after the last one. */
  endDate: Temporal.PlainDate | null;
}

/** Whether it runs today, as a shape and a word. */
export function ContractBadge(
  { contract, today, pauses }: {
    contract: ContractDays;
    today: Temporal.PlainDate;
    pauses: readonly Pause[];
  },
) {
  const { compare } = Temporal.PlainDate;
  if (compare(today, contract.startDate) < 0) return <Badge state="draft">Not started</Badge>;
  if (contract.endDate !== null && compare(today, contract.endDate) >= 0) {
    return <Badge state="void">Ended</Badge>;
  }
  return pauses.some((pause) => isPausedOn(pause, today))
    ? <Badge state="draft">Paused</Badge>
    : <Badge state="running">Running</Badge>;
}

/** The last day before an end, or that there is none. */
export function LastDay({ end, thisYear }: { end: Temporal.PlainDate | null; thisYear?: number }) {
  if (end === null) return <Missing>open</Missing>;
  const last = end.subtract({ days: 1 }).toString();
  return thisYear === undefined ? <Day date={last} /> : <Day date={last} short thisYear={thisYear} />;
}

/** "Its last day is 30 June 2024.", or that it has none. */
export function lastDayWords(end: Temporal.PlainDate | null): string {
  if (end === null) return "It has no end.";
  return `Its last day is ${longDate(end.subtract({ days: 1 }).toString())}.`;
}

/** "from 10 to 19 May 2024", "from 10 May 2024 with no end". */
export function pauseDays({ from, to }: Pause): string {
  return to === null
    ? `from ${longDate(from.toString())} with no end`
    : `from ${dateRange(from.toString(), to.toString())}`;
}

/** "Lease with mileage, version 2". */
export function planWords({ plan, version }: { plan: string; version: number }): string {
  return `${plan}, version ${version}`;
}

/** "Every week", "Every month from day 15". */
export function cycleWords({ cadence, anchorDay, anchorDate }: BillingCycle): string {
  const every = capital(cadenceNames[cadence]);
  if (anchorDate === null) return `${every} from day ${anchorDay}`;
  return `${every} as from ${longDate(anchorDate.toString())}`;
}

export function capital(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}

export const contractTrail = [{ label: "Home", href: "/" }, { label: "Contracts", href: "/contracts" }];
