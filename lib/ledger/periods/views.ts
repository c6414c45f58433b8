/** The months of an entity's books: which are closed, what stands in the way of the next, and what was done to each. */
import { findBillingEntity } from "../../../db/queries/billing_entity.ts";
import {
  findClosedThrough,
  findPostedSpan,
  listPeriodChanges,
  type PeriodChange,
} from "../../../db/queries/accounting_period.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import { milepostError } from "../../core/errors.ts";
import { isId } from "../../core/ids.ts";
import { localDate } from "../../core/period.ts";
import { type BillingEntity, listBillingEntities } from "../../tenants/views.ts";
import { type Blocker, listBlockers } from "./blockers.ts";
import { nextToClose, parseMonth } from "./month.ts";

export type { Blocker, PeriodChange };

export interface PeriodRow {
  month: Temporal.PlainDate;
  state: "closed" | "open";
  /** Whether it is the one whose turn it is, or the one that can be re-opened. */
  isNext: boolean;
  isLastClosed: boolean;
}

/** Ten years, as long as books are kept. */
const monthsShownMost = 120;

export interface EntityPeriods {
  entity: Pick<BillingEntity, "id" | "name">;
  /** The newest first; none before anything is posted. */
  months: PeriodRow[];
}

/** The months of every entity, from its first posting, or the last closed month if that is earlier, to today. */
export async function listPeriods(db: TenantDb, now: Temporal.Instant): Promise<EntityPeriods[]> {
  const entities = await listBillingEntities(db);
  return await Promise.all(entities.map(async (entity) => ({
    entity,
    months: await monthsOf(db, entity, now),
  })));
}

async function monthsOf(
  db: TenantDb,
  { id, zone }: Pick<BillingEntity, "id" | "zone">,
  now: Temporal.Instant,
): Promise<PeriodRow[]> {
  const [closed, posted] = await Promise.all([findClosedThrough(db, id), findPostedSpan(db, id)]);
  if (!posted) return [];
  // the first close locked what lies before it too: that month stands in the list, so that it can be re-opened
  const [first] = [posted.first, closed ?? posted.first].map((day) => day.with({ day: 1 }))
    .sort(Temporal.PlainDate.compare);
  const months: PeriodRow[] = [];
  const next = nextToClose(closed, posted.first);
  let month = localDate(now, zone).with({ day: 1 });
  while (months.length < monthsShownMost && Temporal.PlainDate.compare(month, first) >= 0) {
    const isClosed = closed !== undefined && Temporal.PlainDate.compare(month, closed) <= 0;
    months.push({
      month,
      state: isClosed ? "closed" : "open",
      isNext: next?.equals(month) ?? false,
      isLastClosed: closed?.add({ days: 1 }).equals(month.add({ months: 1 })) ?? false,
    });
    month = month.subtract({ months: 1 });
  }
  return months;
}

export interface PeriodDetail extends PeriodRow {
  entity: Pick<BillingEntity, "id" | "name" | "zone">;
  /** For an open month. */
  blockers: Blocker[];
  changes: PeriodChange[];
}

/** One month. Throws `NotFound` for months that are not in the list, or of no entity. */
export async function findPeriod(
  db: TenantDb,
  entityId: string,
  text: string,
  now: Temporal.Instant,
): Promise<PeriodDetail> {
  const month = parseMonth(text);
  const entity = isId(entityId) ? await findBillingEntity(db, entityId) : undefined;
  const row = month && entity &&
    (await monthsOf(db, entity, now)).find((each) => each.month.equals(month));
  if (!row) throw milepostError("NotFound", { message: "There is no such month in these books." });
  const [closed, posted, changes] = await Promise.all([
    findClosedThrough(db, entity.id),
    findPostedSpan(db, entity.id),
    listPeriodChanges(db, entity.id, month),
  ]);
  const next = nextToClose(closed, posted?.first) ?? month;
  const asked = { entityId: entity.id, month, next, today: localDate(now, entity.zone) };
  const blockers = row.state === "closed" ? [] : await listBlockers(db, asked);
  return { ...row, entity, blockers, changes };
}
