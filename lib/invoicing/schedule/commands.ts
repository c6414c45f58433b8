/** The run schedule of a billing entity: set by a person, and kept by jobs that prepare one month at a time, in order. */
import { findBillingEntity } from "../../../db/queries/billing_entity.ts";
import { findCountingInvoiceRun } from "../../../db/queries/invoice_run.ts";
import {
  insertRunSchedule,
  lockRunSchedule,
  type RunSchedule,
  setRunSchedule as updateRunSchedule,
  setRunScheduleMonth,
} from "../../../db/queries/run_schedule.ts";
import { actorKey } from "../../core/actor.ts";
import { type CommandContext, defineCommand } from "../../core/command.ts";
import { milepostError, refuseField } from "../../core/errors.ts";
import { isId } from "../../core/ids.ts";
import { readAll, readInteger } from "../../core/input.ts";
import { beginRun } from "../run/begin_run.ts";
import { openRunStates } from "../run/states.ts";
import { dueAt, firstMonthDueAfter, jobDueAt, scheduledRunJobKind } from "./due.ts";

export interface RunScheduleInput {
  billingEntityId: string;
  isOn: boolean;
  /** 1 to 31; 31 is the last day of a shorter month. */
  dayOfMonth: number;
  /** `06:00`, in the zone of the entity. */
  time: string;
}

/**
 * Sets when the runs of an entity are prepared. One that goes on begins with the first month whose time is still to come;
 * one that was on keeps its place, so a month that is late is not lost by a change of the day. No month comes twice.
 * Throws `NotFound`, `InvalidInput`.
 */
export const setRunSchedule = defineCommand<RunScheduleInput, { billingEntityId: string }>({
  name: "invoice_run.set_schedule",
  capability: "entities.write",
  subject: ({ billingEntityId }) => ({ type: "billing_entity", id: billingEntityId }),
  async run({ db, actor, now }, { billingEntityId, isOn, dayOfMonth, time }) {
    const entity = isId(billingEntityId) ? await findBillingEntity(db, billingEntityId) : undefined;
    if (!entity) {
      throw milepostError("NotFound", {
        message: "There is no such billing entity. Find it in the list of them.",
        fields: [{ field: "billingEntityId", value: billingEntityId }],
      });
    }
    const runTime = readAll({
      dayOfMonth: () => readInteger("dayOfMonth", dayOfMonth, 1, 31),
      minuteOfDay: () => readTime(time),
    });
    const first = firstMonthDueAfter(runTime, now, entity.zone);
    const set = { billingEntityId, isOn, ...runTime, setBy: actorKey(actor), setAt: now };
    if (await insertRunSchedule(db, { ...set, nextMonth: isOn ? first : null })) return { billingEntityId };
    const before = (await lockRunSchedule(db, billingEntityId))!;
    await updateRunSchedule(db, { ...set, nextMonth: nextMonthOf(before, isOn, first) });
    return { billingEntityId };
  },
});

function readTime(time: string): number {
  const match = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(time.trim());
  if (match) return 60 * Number(match[1]) + Number(match[2]);
  return refuseField("time", time, "Use hours and minutes, from 00:00 to 23:59.", "06:00");
}

function nextMonthOf(before: RunSchedule, isOn: boolean, first: Temporal.PlainDate) {
  if (!isOn || before.nextMonth === null) return isOn ? first : before.nextMonth;
  return before.isOn || Temporal.PlainDate.compare(before.nextMonth, first) > 0 ? before.nextMonth : first;
}

export interface ScheduledRunInput {
  billingEntityId: string;
  /** `2024-01`, the month that the job was made for. */
  month: string;
}

/** `not_due`: the schedule was changed or is past this month. */
export interface ScheduledRunResult {
  outcome: NonNullable<RunSchedule["last"]>["outcome"] | "not_due";
  runId: string | null;
}

/**
 * Prepares the run of a month for the person who set the schedule, and moves the schedule on; if the month after is due as
 * well, its job follows. A month that has a run already, or nothing to bill, is passed over and says so.
 */
export const prepareScheduledRun = defineCommand<
  ScheduledRunInput,
  { [Name in keyof ScheduledRunResult]: ScheduledRunResult[Name] }
>({
  name: scheduledRunJobKind,
  capability: "invoices.draft",
  subject: ({ billingEntityId }, { runId }) =>
    runId === null ? { type: "billing_entity", id: billingEntityId } : { type: "invoice_run", id: runId },
  detail: (input, result) => ({ ...input, ...result }),
  async run(context, { billingEntityId, month }) {
    const { db, now, enqueue } = context;
    const schedule = await lockRunSchedule(db, billingEntityId);
    const entity = await findBillingEntity(db, billingEntityId);
    const start = schedule?.nextMonth;
    if (!schedule?.isOn || !entity || !start || start.toString().slice(0, 7) !== month) return notDue;
    const due = dueAt(schedule, start, entity.zone);
    if (Temporal.Instant.compare(due, now) > 0) return notDue;
    const end = start.add({ months: 1 });
    const result = await prepareMonth(context, schedule, { start, end }, due);
    await setRunScheduleMonth(db, billingEntityId, end, { ...result, month: start, at: now });
    const next = jobDueAt({ ...schedule, nextMonth: end, zone: entity.zone }, now);
    if (next) await enqueue(scheduledRunJobKind, next.payload, { uniqueKey: next.uniqueKey });
    return result;
  },
});

const notDue = { outcome: "not_due", runId: null } as const;

async function prepareMonth(
  context: CommandContext,
  { billingEntityId, setBy }: RunSchedule,
  period: { start: Temporal.PlainDate; end: Temporal.PlainDate },
  due: Temporal.Instant,
) {
  const there = await findCountingInvoiceRun(context.db, billingEntityId, period.start);
  if (there) {
    const outcome = openRunStates.includes(there.state) ? "run_open" as const : "run_done" as const;
    return { outcome, runId: there.id };
  }
  const begun = await beginRun(context, {
    billingEntityId,
    period,
    preparedBy: setBy,
    scheduledFor: due,
  });
  return begun
    ? { outcome: "prepared" as const, runId: begun.runId }
    : { outcome: "nothing_to_bill" as const, runId: null };
}
