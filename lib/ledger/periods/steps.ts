/** Whether a day of an entity's books is open, for whoever posts to them. */
import { findBillingEntity } from "../../../db/queries/billing_entity.ts";
import { findClosedThrough } from "../../../db/queries/accounting_period.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import { months } from "../../core/months.ts";
import { milepostError } from "../../core/errors.ts";

/** "June 2024". */
export function nameMonth({ year, month }: { year: number; month: number }): string {
  return `${months[month - 1]} ${year}`;
}

/** Whether something can be posted on a day; it stays so until the end of the transaction. */
export async function isOpenDay(
  db: TenantDb,
  billingEntityId: string,
  day: Temporal.PlainDate,
): Promise<boolean> {
  const closed = await findClosedThrough(db, billingEntityId, { shared: true });
  return closed === undefined || Temporal.PlainDate.compare(day, closed) > 0;
}

/** Throws `PeriodClosed`, which says which month is closed and from which day on one can post. */
export async function requireOpenDay(
  db: TenantDb,
  billingEntityId: string,
  day: Temporal.PlainDate,
): Promise<void> {
  const closed = await findClosedThrough(db, billingEntityId, { shared: true });
  if (closed === undefined || Temporal.PlainDate.compare(day, closed) > 0) return;
  const entity = await findBillingEntity(db, billingEntityId);
  const next = closed.add({ days: 1 });
  throw milepostError("PeriodClosed", {
    message: `The books of ${entity?.name} for ${nameMonth(day)} are closed. ` +
      `Use a day from ${next.day} ${nameMonth(next)} on, or ask someone who may re-open the month.`,
    fields: [{
      field: "date",
      value: day.toString(),
      rule: "Use a day of an open month.",
      example: next.toString(),
    }],
  });
}
