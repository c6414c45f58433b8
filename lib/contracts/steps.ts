/** What the bill of a contract asks about its amendments: which plan versions hold on which days of a period. */
import type { Amendment } from "../../db/queries/contract_amendment.ts";
import {
  type AgreedVersion,
  pausesOf,
  sharedDays,
  type Span,
  versionSpans,
  withoutPauses,
} from "./timeline.ts";

/** A contract with what was agreed about it. */
export interface AmendedContract {
  startDate: Temporal.PlainDate;
  /** The day after the last one, or null while it is open. */
  endDate: Temporal.PlainDate | null;
  plan: AgreedVersion;
  /** In the order in which they were agreed. */
  amendments: readonly Amendment[];
}

/** A plan version in a period. */
export interface VersionInForce extends AgreedVersion {
  /** Its days in the period, while the contract runs, in the order of time. */
  agreed: Span[];
  /** The same without those on which the contract is paused. */
  inForce: Span[];
  /** The first day on which the contract was on this plan, in whatever version. */
  planSince: Temporal.PlainDate;
}

/** The versions that have a day in `[start, end)`, by their first one. */
export function versionsInForce(
  { startDate, endDate, plan, amendments }: AmendedContract,
  { start, end }: { start: Temporal.PlainDate; end: Temporal.PlainDate },
): VersionInForce[] {
  const { compare } = Temporal.PlainDate;
  const spans = versionSpans(plan, amendments);
  const pauses = pausesOf(amendments);
  const running = sharedDays({ from: start, to: end }, { from: startDate, to: endDate });
  const found = new Map<string, VersionInForce>();
  for (const { versionId, planId, ...span } of spans) {
    const agreed = running.flatMap((days) => sharedDays(days, span));
    if (agreed.length === 0) continue;
    const first = spans.find((other) => other.planId === planId)!.from;
    const planSince = first === null || compare(first, startDate) < 0 ? startDate : first;
    const known = found.get(versionId) ?? { versionId, planId, agreed: [], inForce: [], planSince };
    known.agreed.push(...agreed);
    known.inForce.push(...withoutPauses(agreed, pauses));
    found.set(versionId, known);
  }
  return [...found.values()];
}

/** The contract as if it had been on one version from its first day; its pauses and its end stay. */
export function asIfOn<Contract extends AmendedContract, Plan extends AgreedVersion>(
  contract: Contract,
  plan: Plan,
): Contract & { plan: Plan } {
  return { ...contract, plan, amendments: contract.amendments.filter(({ kind }) => kind !== "plan") };
}
