/** The charges of every plan version that a period is billed by, each with the days on which it is in force. */
import type { ChargeFacts } from "../../db/queries/billing_facts.ts";
import type { PlanFacts } from "../../db/queries/rate_plan.ts";
import type { VersionInForce } from "../contracts/steps.ts";
import type { Period } from "./price_case.ts";

/** A charge as the price case has it. */
export interface ChargeInForce extends ChargeFacts {
  /** Its name in the case: its reference, with plan and version where several have it. */
  caseId: string;
  /** `[from, to)` each; null if that is the whole period. */
  during: readonly { from: Temporal.PlainDate; to: Temporal.PlainDate }[] | null;
  /** The day on which a one-time charge falls due: the contract's first one on the plan. */
  on: Temporal.PlainDate;
}

/** The charges of the versions, by version and then in the order of their plan. */
export function chargesInForce(
  period: Period,
  versions: readonly VersionInForce[],
  chargesOf: ReadonlyMap<string, readonly ChargeFacts[]>,
  plans: ReadonlyMap<string, PlanFacts>,
): ChargeInForce[] {
  const all = versions.flatMap((version) =>
    chargesOf.get(version.versionId)!.map((charge) => ({ charge, version }))
  );
  const count = Map.groupBy(all, ({ charge }) => charge.reference);
  return all.map(({ charge, version }) => {
    const { reference, version: number } = plans.get(version.versionId)!;
    // What falls due once falls due in a pause, too: it would else never be billed.
    const days = charge.kind === "one_time" ? version.agreed : version.inForce;
    const isWhole = days.length === 1 && days[0].from.equals(period.start) && days[0].to.equals(period.end);
    return {
      ...charge,
      caseId: count.get(charge.reference)!.length === 1
        ? charge.reference
        : `${charge.reference}@${reference}/${number}`,
      during: isWhole ? null : days,
      on: version.planSince,
    };
  });
}
