/** Closing a month of an entity's books, and re-opening the last one that was closed. */
import { findBillingEntity } from "../../../db/queries/billing_entity.ts";
import {
  findClosedThrough,
  findPostedSpan,
  insertPeriodChange,
  lockBooks,
  setClosedThrough,
} from "../../../db/queries/accounting_period.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import { actorKey } from "../../core/actor.ts";
import { defineCommand } from "../../core/command.ts";
import { milepostError, refuseField } from "../../core/errors.ts";
import { isId } from "../../core/ids.ts";
import { readText } from "../../core/input.ts";
import { localDate } from "../../core/period.ts";
import { lastDayOf, listBlockers } from "./blockers.ts";
import { monthText, nextToClose, parseMonth } from "./month.ts";
import { nameMonth } from "./steps.ts";

export type PeriodInput = {
  billingEntityId: string;
  /** "2024-01". */
  month: string;
};

export type PeriodResult = { billingEntityId: string; month: string; closedThrough: string };

const longestReason = 500;

/**
 * Closes a month: nothing is posted in it any more. Throws `NotFound`, `InvalidInput` (the month), `IllegalTransition` if it is
 * closed, and `PeriodBlocked` with a field for each thing that stands in the way.
 */
export const closePeriod = defineCommand<PeriodInput, PeriodResult>({
  name: "accounting_period.close",
  capability: "ledger.close",
  confirmed: true,
  subject: ({ billingEntityId }) => ({ type: "billing_entity", id: billingEntityId }),
  async run({ db, actor, now, emit }, input) {
    const { entity, month } = await lockPeriod(db, input);
    const [closed, posted] = await Promise.all([
      findClosedThrough(db, entity.id),
      findPostedSpan(db, entity.id),
    ]);
    const next = nextToClose(closed, posted?.first);
    if (!next) {
      refuseField("month", input.month, `Nothing is posted in the books of ${entity.name} yet.`);
    }
    if (Temporal.PlainDate.compare(month, next) < 0) {
      throw milepostError("IllegalTransition", {
        message: `${nameMonth(month)} is ${closed ? "closed already" : "before the first posting"}.`,
      });
    }
    const today = localDate(now, entity.zone);
    const blockers = await listBlockers(db, { entityId: entity.id, month, next, today });
    if (blockers.length > 0) {
      throw milepostError("PeriodBlocked", {
        message: `${nameMonth(month)} cannot be closed yet. ${blockers[0].sentence}`,
        fields: blockers.map(({ kind, sentence, about }) => ({ field: kind, value: about, rule: sentence })),
      });
    }
    const closedThrough = lastDayOf(month);
    await setClosedThrough(db, entity.id, closedThrough);
    const change = { entityId: entity.id, month, actor: actorKey(actor), at: now };
    await insertPeriodChange(db, { ...change, kind: "closed", reason: "" });
    const result = resultOf(entity.id, month, closedThrough);
    emit("accounting_period.closed", entity.id, result);
    return result;
  },
});

/**
 * Re-opens the last closed month, so that one can post in it again. Throws `NotFound`, `InvalidInput` (the month, the reason),
 * and `IllegalTransition` if another month is the last closed one.
 */
export const reopenPeriod = defineCommand<PeriodInput & { reason: string }, PeriodResult>({
  name: "accounting_period.reopen",
  capability: "ledger.close",
  confirmed: true,
  subject: ({ billingEntityId }) => ({ type: "billing_entity", id: billingEntityId }),
  async run({ db, actor, now, emit }, input) {
    const reason = readText("reason", input.reason, "A payment of the month came to light", longestReason);
    const { entity, month } = await lockPeriod(db, input);
    const closed = await findClosedThrough(db, entity.id);
    if (!closed || !closed.equals(lastDayOf(month))) {
      throw milepostError("IllegalTransition", { message: whyNotReopened(month, closed) });
    }
    const closedThrough = month.subtract({ days: 1 });
    await setClosedThrough(db, entity.id, closedThrough);
    const change = { entityId: entity.id, month, actor: actorKey(actor), at: now };
    await insertPeriodChange(db, { ...change, kind: "reopened", reason });
    const result = resultOf(entity.id, month, closedThrough);
    emit("accounting_period.reopened", entity.id, result);
    return result;
  },
});

function whyNotReopened(month: Temporal.PlainDate, closed: Temporal.PlainDate | undefined): string {
  if (!closed || Temporal.PlainDate.compare(closed, month) < 0) return `${nameMonth(month)} is not closed.`;
  return `Only the last closed month can be re-opened. That is ${nameMonth(closed)}.`;
}

async function lockPeriod(db: TenantDb, { billingEntityId, month: text }: PeriodInput) {
  const month = parseMonth(text) ??
    refuseField("month", text, "Use a month as year and month.", "2026-01");
  const entity = isId(billingEntityId) ? await findBillingEntity(db, billingEntityId) : undefined;
  if (!entity) throw milepostError("NotFound", { message: "There is no billing entity with this id." });
  await lockBooks(db, entity.id);
  return { entity, month };
}

function resultOf(
  billingEntityId: string,
  month: Temporal.PlainDate,
  closedThrough: Temporal.PlainDate,
): PeriodResult {
  return { billingEntityId, month: monthText(month), closedThrough: closedThrough.toString() };
}
