/** Amendments of a contract: another plan from a day on, pauses, renewals and ends. Each is added for good, with its reason. */
import { type LockedContract, setContractEnd, setContractPlanVersion } from "../../../db/queries/contract.ts";
import { type Amendment, listAmendments } from "../../../db/queries/contract_amendment.ts";
import { listStaysBeyond, setStaysEnd } from "../../../db/queries/contract_vehicle.ts";
import { hasAdvanceCharge, isVersionTaxed, listPlanFacts } from "../../../db/queries/rate_plan.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import { periodOn } from "../../core/billing_cycle.ts";
import { defineCommand } from "../../core/command.ts";
import { refuseField } from "../../core/errors.ts";
import { readDate } from "../../core/input.ts";
import { showDate } from "../../pricing/words.ts";
import { addAmendment } from "../add_amendment.ts";
import { requireWithin } from "../change_rules.ts";
import { readEnd, requirePlanFor } from "../contract_input.ts";
import { type Effect, withEffect } from "../effect.ts";
import {
  asBilledAhead,
  type BillableContract,
  loadPlanFacts,
  lockToChange,
  requireFree,
} from "../locked_contract.ts";
import { isPausedOn, pausesOf, versionOn, type VersionSpan, versionSpans } from "../timeline.ts";

export type { Effect } from "../effect.ts";

/** What an amendment changes in the period in which it takes effect. */
export type AmendmentResult = { contractId: string; effect: Effect };

interface AnyAmendment {
  contractId: string;
  /** Why, for whoever reads the contract later. */
  reason: string;
}

const subject = ({ contractId }: AnyAmendment) => ({ type: "contract", id: contractId });

export interface PlanChangeInput extends AnyAmendment {
  ratePlanVersionId: string;
  /** First day on the other version. */
  effectiveDate: string;
}

/** Puts a contract on another plan version from a day on; within a period both are prorated. */
export const changePlan = defineCommand<PlanChangeInput, AmendmentResult>({
  name: "contract.change_plan",
  capability: "contracts.write",
  subject,
  async run(context, { contractId, ratePlanVersionId, effectiveDate, reason }) {
    const { db, emit } = context;
    const locked = await lockToChange(db, contractId);
    const { contract } = locked;
    const date = readDate("effectiveDate", effectiveDate);
    requireWithin("effectiveDate", date, contract);
    requirePlanFor(contract.billingEntityId, ratePlanVersionId, await loadPlanFacts(db, ratePlanVersionId));
    const plans = await listPlanFacts(db, [contract.ratePlanVersionId, ratePlanVersionId]);
    const amendments = await amendmentsOf(db, contractId);
    const spans = versionSpans(plans.get(contract.ratePlanVersionId)!, amendments);
    if (versionOn(spans, date).versionId === ratePlanVersionId) {
      const rule = `On ${showDate(date)} the contract is on this version already. Choose another one.`;
      refuseField("ratePlanVersionId", ratePlanVersionId, rule);
    }
    const isAhead = await hasAdvanceCharge(db, ratePlanVersionId);
    const billed = isAhead ? asBilledAhead(locked) : locked;
    const fromVersionId = versionOn(spans, date.subtract({ days: 1 })).versionId;
    const effect = await withEffect(db, billed, date, async () => {
      await addAmendment(context, {
        contractId,
        kind: "plan",
        effectiveDate: date,
        fromVersionId,
        reason,
        toVersionId: ratePlanVersionId,
      });
      const agreed = versionSpans(
        plans.get(contract.ratePlanVersionId)!,
        await amendmentsOf(db, contractId),
      );
      await requireSameTax(db, contract, agreed, billed);
      await setContractPlanVersion(db, contractId, agreed.at(-1)!.versionId);
    });
    emit("contract.plan_changed", contractId, {
      from: fromVersionId,
      to: ratePlanVersionId,
      date: date.toString(),
    });
    return { contractId, effect };
  },
});

export interface PauseInput extends AnyAmendment {
  /** First day of the pause. */
  fromDate: string;
  /** The day on which it runs on; open if left out. */
  untilDate?: string | null;
}

/** Pauses a contract: nothing of those days is billed. */
export const pauseContract = defineCommand<PauseInput, AmendmentResult>({
  name: "contract.pause",
  capability: "contracts.write",
  subject,
  async run(context, { contractId, fromDate, untilDate, reason }) {
    const { db, emit } = context;
    const locked = await lockToChange(db, contractId);
    const { contract } = locked;
    const from = readDate("fromDate", fromDate);
    requireWithin("fromDate", from, contract);
    const until = readEnd("untilDate", untilDate, from);
    if (until !== null) requireWithin("untilDate", until, contract, { mayBeEnd: true });
    const clash = pausesOf(await amendmentsOf(db, contractId)).find((pause) =>
      isPausedOn(pause, from) || isPausedOn({ from, to: until }, pause.from)
    );
    if (clash) {
      const end = clash.to === null ? "with no end" : `to ${showDate(clash.to.subtract({ days: 1 }))}`;
      const rule = `The contract is paused from ${showDate(clash.from)} ${end} already. Choose other days.`;
      refuseField("fromDate", fromDate, rule);
    }
    const effect = await withEffect(db, locked, from, async () => {
      await addAmendment(context, {
        contractId,
        kind: "pause",
        effectiveDate: from,
        reason,
        untilDate: until,
      });
    });
    emit("contract.paused", contractId, { from: from.toString(), until: until?.toString() ?? null });
    return { contractId, effect };
  },
});

export interface ResumeInput extends AnyAmendment {
  /** The first day on which the contract runs again; the first day of the pause takes the pause back. */
  date: string;
}

/** Lets a paused contract run on. */
export const resumeContract = defineCommand<ResumeInput, AmendmentResult>({
  name: "contract.resume",
  capability: "contracts.write",
  subject,
  async run(context, { contractId, date: text, reason }) {
    const { db, emit } = context;
    const locked = await lockToChange(db, contractId);
    const date = readDate("date", text);
    const pauses = pausesOf(await amendmentsOf(db, contractId));
    if (!pauses.some((pause) => isPausedOn(pause, date))) {
      const days = pauses.map(({ from, to }) =>
        `from ${showDate(from)} ${to === null ? "with no end" : `to ${showDate(to.subtract({ days: 1 }))}`}`
      );
      const rule = days.length === 0
        ? "The contract is not paused."
        : `On ${showDate(date)} the contract is not paused. It is ${days.join(" and ")}.`;
      refuseField("date", text, rule, pauses.at(-1)?.from.toString());
    }
    const effect = await withEffect(db, locked, date, async () => {
      await addAmendment(context, { contractId, kind: "resume", effectiveDate: date, reason });
    });
    emit("contract.resumed", contractId, { date: date.toString() });
    return { contractId, effect };
  },
});

/** `endDate` is the day after the last one; for a renewal it is open if left out. */
export interface RenewInput extends AnyAmendment {
  endDate?: string | null;
}

/** Moves the end of a contract out. Vehicles that were on it to its end stay on. */
export const renewContract = defineCommand<RenewInput, AmendmentResult>({
  name: "contract.renew",
  capability: "contracts.write",
  subject,
  async run(context, { contractId, endDate, reason }) {
    const { db, emit } = context;
    const locked = await lockToChange(db, contractId);
    const { contract } = locked;
    const oldEnd = contract.endDate;
    if (oldEnd === null) {
      return refuseField("endDate", endDate ?? "", "The contract has no end, so it needs no renewal.");
    }
    const end = readEnd("endDate", endDate, oldEnd);
    const stays = (await listStaysBeyond(db, contractId, oldEnd.subtract({ days: 1 })))
      .filter(({ to }) => to?.equals(oldEnd));
    const longer = stays.map(({ vehicleId }) => ({ vehicleId, from: oldEnd, to: end }));
    await requireFree(db, longer, "endDate", stays);
    const effect = await withEffect(db, locked, oldEnd, async () => {
      await setStaysEnd(db, stays.map(({ id }) => id), end);
      await setContractEnd(db, contractId, end);
      await addAmendment(context, {
        contractId,
        kind: "renewal",
        effectiveDate: oldEnd,
        reason,
        untilDate: end,
        endDateBefore: oldEnd,
      });
    });
    emit("contract.renewed", contractId, { endDate: end?.toString() ?? null });
    return { contractId, effect };
  },
});

/** `endDate` is the day after the last one. */
export interface EndContractInput extends AnyAmendment {
  endDate: string;
}

/** Ends a contract, or ends it earlier; vehicles that would stay longer end with it. */
export const endContract = defineCommand<EndContractInput, AmendmentResult>({
  name: "contract.end",
  capability: "contracts.write",
  subject,
  async run(context, { contractId, endDate, reason }) {
    const { db, emit } = context;
    const locked = await lockToChange(db, contractId);
    const { contract } = locked;
    const end = readEnd("endDate", endDate, contract.startDate);
    if (end === null) {
      return refuseField("endDate", endDate, "Choose the day after the last one.", "2024-07-01");
    }
    if (contract.endDate !== null && Temporal.PlainDate.compare(end, contract.endDate) >= 0) {
      const rule = `It ends before ${showDate(contract.endDate)} already. ` +
        "Choose an earlier day, or renew the contract to let it run longer.";
      refuseField("endDate", endDate, rule, contract.endDate.subtract({ days: 1 }).toString());
    }
    const stays = await listStaysBeyond(db, contractId, end);
    const late = stays.find(({ from }) => Temporal.PlainDate.compare(from, end) >= 0);
    if (late) {
      const rule = `Vehicle ${late.vehicle} comes on ${showDate(late.from)}. Choose a day after that.`;
      refuseField("endDate", endDate, rule, late.from.add({ days: 1 }).toString());
    }
    const effect = await withEffect(db, locked, end, async () => {
      await setStaysEnd(db, stays.map(({ id }) => id), end);
      await setContractEnd(db, contractId, end);
      await addAmendment(context, {
        contractId,
        kind: "end",
        effectiveDate: end,
        reason,
        endDateBefore: contract.endDate,
      });
    });
    emit("contract.ended", contractId, { endDate: end.toString() });
    return { contractId, effect };
  },
});

async function amendmentsOf(db: TenantDb, contractId: string): Promise<Amendment[]> {
  return (await listAmendments(db, [contractId])).get(contractId) ?? [];
}

/**
 * One bill has prices with tax or without, so within a period, and in what is billed, a plan follows one of the same kind.
 * Throws `InvalidInput`.
 */
async function requireSameTax(
  db: TenantDb,
  contract: LockedContract,
  spans: readonly VersionSpan[],
  { billedUntil }: BillableContract,
): Promise<void> {
  for (const [index, { versionId, from }] of spans.entries()) {
    if (from === null) continue;
    const period = periodOn(contract, from);
    const isBilled = billedUntil !== undefined && Temporal.PlainDate.compare(from, billedUntil) < 0;
    // What is billed in advance stands on the bill of the period before.
    const isAhead = await hasAdvanceCharge(db, versionId);
    if (period.start.equals(from) && !isBilled && !isAhead) continue;
    const [before, after] = await Promise.all([
      taxWords(db, spans[index - 1].versionId),
      taxWords(db, versionId),
    ]);
    if (before === after) continue;
    const free = isBilled ? billedUntil : period.end;
    const rule =
      `On ${showDate(from)} a plan of ${before} is followed by one of ${after}, and one bill cannot ` +
      (isAhead
        ? "hold both, as the other plan is billed in advance. Choose a plan of the same kind."
        : `hold both. Choose the first day of a period that is not billed, such as ${showDate(free)}.`);
    refuseField("effectiveDate", from.toString(), rule, isAhead ? undefined : free.toString());
  }
}

async function taxWords(db: TenantDb, versionId: string): Promise<string> {
  const [plans, isTaxed] = await Promise.all([
    listPlanFacts(db, [versionId]),
    isVersionTaxed(db, versionId),
  ]);
  if (!isTaxed) return "prices without tax";
  return plans.get(versionId)!.taxInclusive ? "prices with tax in them" : "prices with tax on top";
}
