/** The run schedule of a billing entity as people read it, with when its next run is due. */
import { findRunSchedule as findRow, type RunSchedule } from "../../../db/queries/run_schedule.ts";
import { listActorNames } from "../../../db/queries/user.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import { dueAt } from "./due.ts";

export type { RunSchedule };

export interface ShownRunSchedule extends RunSchedule {
  /** `06:00`. */
  time: string;
  /** Of the next month; null while it is off. A past one is being caught up. */
  dueAt: Temporal.Instant | null;
  /** The name of who set it, where that is a person who is still there. */
  setByName: string | null;
}

/** The schedule of an entity in this zone; nothing while nobody set one. */
export async function findRunSchedule(
  db: TenantDb,
  entity: { id: string; zone: string },
): Promise<ShownRunSchedule | undefined> {
  const schedule = await findRow(db, entity.id);
  if (!schedule) return undefined;
  const { isOn, minuteOfDay, nextMonth, setBy } = schedule;
  const two = (value: number) => String(value).padStart(2, "0");
  return {
    ...schedule,
    time: `${two(Math.floor(minuteOfDay / 60))}:${two(minuteOfDay % 60)}`,
    dueAt: isOn && nextMonth ? dueAt(schedule, nextMonth, entity.zone) : null,
    setByName: (await listActorNames(db, [setBy])).get(setBy) ?? null,
  };
}
