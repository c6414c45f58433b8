/** Run schedules: one row for each billing entity that has one, moved on a month at a time under its lock. */
import type { Selectable } from "kysely";
import type { RunScheduleOutcome, RunScheduleTable } from "../schema.ts";
import type { SystemDb } from "../system.ts";
import type { TenantDb } from "../tenant.ts";

export interface RunSchedule {
  billingEntityId: string;
  isOn: boolean;
  dayOfMonth: number;
  minuteOfDay: number;
  setBy: string;
  setAt: Temporal.Instant;
  /** The first day of the month that is prepared next; null while it never was on. */
  nextMonth: Temporal.PlainDate | null;
  /** What became of the month before; `runId` is null when there was nothing to bill. */
  last: {
    month: Temporal.PlainDate;
    outcome: RunScheduleOutcome;
    at: Temporal.Instant;
    runId: string | null;
  } | null;
}

function scheduleOf(row: Selectable<RunScheduleTable>): RunSchedule {
  return {
    billingEntityId: row.billing_entity_id,
    isOn: row.is_on,
    dayOfMonth: row.day_of_month,
    minuteOfDay: row.minute_of_day,
    setBy: row.set_by,
    setAt: row.set_at,
    nextMonth: row.next_month,
    last: row.last_month && {
      month: row.last_month,
      outcome: row.last_outcome!,
      at: row.last_at!,
      runId: row.last_run_id,
    },
  };
}

function schedules(db: TenantDb, billingEntityId: string) {
  return db.query.selectFrom("run_schedule").selectAll()
    .where("tenant_id", "=", db.tenantId).where("billing_entity_id", "=", billingEntityId);
}

export async function findRunSchedule(
  db: TenantDb,
  billingEntityId: string,
): Promise<RunSchedule | undefined> {
  const row = await schedules(db, billingEntityId).executeTakeFirst();
  return row && scheduleOf(row);
}

/** The schedule, which nobody else changes or moves on until the transaction ends. */
export async function lockRunSchedule(
  db: TenantDb,
  billingEntityId: string,
): Promise<RunSchedule | undefined> {
  const row = await schedules(db, billingEntityId).forNoKeyUpdate().executeTakeFirst();
  return row && scheduleOf(row);
}

export type NewRunSchedule = Omit<RunSchedule, "last">;

function columnsOf(schedule: NewRunSchedule) {
  return {
    is_on: schedule.isOn,
    day_of_month: schedule.dayOfMonth,
    minute_of_day: schedule.minuteOfDay,
    set_by: schedule.setBy,
    set_at: schedule.setAt,
    next_month: schedule.nextMonth,
  };
}

/** False when the entity has a schedule already. */
export async function insertRunSchedule(db: TenantDb, schedule: NewRunSchedule): Promise<boolean> {
  const inserted = await db.query.insertInto("run_schedule")
    .values({ tenant_id: db.tenantId, billing_entity_id: schedule.billingEntityId, ...columnsOf(schedule) })
    .onConflict((conflict) => conflict.columns(["tenant_id", "billing_entity_id"]).doNothing())
    .returning("billing_entity_id").executeTakeFirst();
  return inserted !== undefined;
}

/** Changes a locked schedule. */
export async function setRunSchedule(db: TenantDb, schedule: NewRunSchedule): Promise<void> {
  await db.query.updateTable("run_schedule").set(columnsOf(schedule))
    .where("tenant_id", "=", db.tenantId).where("billing_entity_id", "=", schedule.billingEntityId).execute();
}

/** Moves a locked schedule on to its next month, with what became of this one. */
export async function setRunScheduleMonth(
  db: TenantDb,
  billingEntityId: string,
  nextMonth: Temporal.PlainDate,
  last: NonNullable<RunSchedule["last"]>,
): Promise<void> {
  await db.query.updateTable("run_schedule").set({
    next_month: nextMonth,
    last_month: last.month,
    last_outcome: last.outcome,
    last_at: last.at,
    last_run_id: last.runId,
  }).where("tenant_id", "=", db.tenantId).where("billing_entity_id", "=", billingEntityId).execute();
}

/** A schedule that is on, with where its due time is told. */
export interface PendingRunSchedule {
  tenantId: string;
  billingEntityId: string;
  dayOfMonth: number;
  minuteOfDay: number;
  nextMonth: Temporal.PlainDate;
  zone: string;
}

/** The schedules of all tenants that are on and whose month ends before `end`. */
export async function listPendingRunSchedules(
  db: SystemDb,
  end: Temporal.PlainDate,
): Promise<PendingRunSchedule[]> {
  return await db.sql<PendingRunSchedule[]>`
    select schedule.tenant_id as "tenantId", schedule.billing_entity_id as "billingEntityId",
      schedule.day_of_month as "dayOfMonth", schedule.minute_of_day as "minuteOfDay",
      schedule.next_month as "nextMonth", entity.zone
    from run_schedule schedule join billing_entity entity
      on entity.tenant_id = schedule.tenant_id and entity.id = schedule.billing_entity_id
    where schedule.is_on and schedule.next_month <= ${end}::date - interval '1 month'`;
}
