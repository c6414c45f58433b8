/** Exchange rates as people read them: the newest of every pair, with its age. */
import { findOldestDays, listNewestRates, type StoredExchangeRate } from "../../db/queries/exchange_rate.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { type Cursor, type CursorPage, cutPage } from "../core/cursor_page.ts";
import { ageInDays, oldestDaysAtFirst, sourceNames } from "./conversion.ts";

export { sourceNames };

const pairsPerPage = 40;

export interface ListedRate extends StoredExchangeRate {
  ageDays: number;
  /** Older than a bill may use. */
  isTooOld: boolean;
}

export interface RateList {
  page: CursorPage<ListedRate>;
  /** How many days old a rate may be. */
  oldestDays: number;
}

/** The newest rate of every pair, by pair, with its age on a day. */
export async function listRates(
  db: TenantDb,
  now: Temporal.Instant,
  cursor?: Cursor,
): Promise<RateList> {
  const today = now.toZonedDateTimeISO("UTC").toPlainDate();
  const [rates, oldestDays] = await Promise.all([
    listNewestRates(db, pairsPerPage, cursor),
    oldestRateDays(db, now),
  ]);
  const listed = rates.map((rate) => {
    const ageDays = Math.max(0, ageInDays([rate], today));
    return { ...rate, ageDays, isTooOld: ageDays > oldestDays };
  });
  return { page: cutPage(listed, pairsPerPage, cursor, ({ base, quote }) => `${base}/${quote}`), oldestDays };
}

/** How many days old a rate may be, as it was decided by an instant. */
export async function oldestRateDays(db: TenantDb, at: Temporal.Instant): Promise<number> {
  return await findOldestDays(db, at) ?? oldestDaysAtFirst;
}
