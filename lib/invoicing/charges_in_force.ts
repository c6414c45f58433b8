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
  /** The period that it is for, where that is not the one of the bill. */
  period: Period | null;
  /** The day on which a one-time charge falls due: the contract's first one on the plan. */
  on: Temporal.PlainDate;
}

/** A period and the versions in force in it. */
export interface VersionedPeriod extends Period {
  versions: readonly VersionInForce[];
}

/**
 * The charges of a period, by version and then in the order of their plan, and those that are billed in advance for the next one.
 * Of the first period of a contract they are all billed, as no earlier bill could have them.
 */
export function chargesInForce(
  period: VersionedPeriod,
  next: VersionedPeriod,
  isFirst: boolean,
  chargesOf: ReadonlyMap<string, readonly ChargeFacts[]>,
  plans: ReadonlyMap<string, PlanFacts>,
): ChargeInForce[] {
  const own = chargesOfPeriod(period, chargesOf, plans).filter(({ timing }) =>
    isFirst || timing === "arrears"
  );
  const ahead = chargesOfPeriod(next, chargesOf, plans).filter(({ timing }) => timing === "advance");
  const { start, end } = next;
  return [
    ...own,
    ...ahead.map((charge) => ({ ...charge, caseId: `${charge.caseId}+next`, period: { start, end } })),
  ];
}

function chargesOfPeriod(
  { versions, ...period }: VersionedPeriod,
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
      period: null,
      on: version.planSince,
    };
  });
}
