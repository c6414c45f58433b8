/** Which billed periods may have to be billed otherwise: those of which a fact came after their cut-off. */
import {
  type BilledPeriodFacts,
  type LateFact,
  listBilledPeriods,
  listCutOffBounds,
  listLateAgreements,
  listLateCredits,
  listLateIndexValues,
  listLateUsage,
} from "../../../db/queries/changed_period.ts";
import { periodOn } from "../../core/billing_cycle.ts";
import type { TenantDb } from "../../../db/tenant.ts";

/**
 * The billed periods of an entity that end by `until` and of which something may have changed: usage, agreements, index values, a
 * credit note by hand that is to be billed again. Facts are found by their transactions, so a period of which none came costs
 * nothing; some that are found come to the same.
 */
export async function findChangedPeriods(
  db: TenantDb,
  billingEntityId: string,
  until: Temporal.PlainDate,
): Promise<BilledPeriodFacts[]> {
  const bounds = await listCutOffBounds(db, billingEntityId, until);
  if (bounds.length === 0) return [];
  const firstXid = bounds.map((bound) => bound.firstXid).reduce((left, right) =>
    BigInt(left) < BigInt(right) ? left : right
  );
  const late = (await Promise.all([
    listLateUsage(db, bounds),
    listLateAgreements(db, firstXid),
    listLateIndexValues(db, billingEntityId, firstXid),
    listLateCredits(db, firstXid),
  ])).flat();
  if (late.length === 0) return [];
  const byContract = Map.groupBy(late, ({ contractId }) => contractId);
  const billed = await listBilledPeriods(db, billingEntityId, [...byContract.keys()], until);
  return billed.filter((period) => {
    const isSeen = snapshotReader(period.factsSnapshot);
    return byContract.get(period.contractId)!.some((fact) => mayChange(period, fact) && !isSeen(fact.xid));
  });
}

function mayChange(
  { periodStart, periodEnd, startAt, endAt, looksBack, billsAhead, ...cycle }: BilledPeriodFacts,
  fact: LateFact,
): boolean {
  if (fact.at !== null) {
    const isAfterStart = Temporal.Instant.compare(fact.at, startAt) >= 0;
    return Temporal.Instant.compare(fact.at, endAt) < 0 && (looksBack || isAfterStart);
  }
  if (fact.from !== null) {
    const end = billsAhead ? periodOn(cycle, periodEnd).end : periodEnd;
    return Temporal.PlainDate.compare(fact.from, end) < 0;
  }
  return fact.periodStart!.equals(periodStart);
}

/** Says which transactions a pg_snapshot sees, `xmin:xmax:xip,…` (Postgres manual, 9.27): all below xmin, none from xmax on, and of the rest those not under way. */
export function snapshotReader(snapshot: string): (xid: string) => boolean {
  const [xmin, xmax, underWay] = snapshot.split(":");
  const [first, end] = [BigInt(xmin), BigInt(xmax)];
  const running = new Set(underWay === "" ? [] : underWay.split(","));
  return (xid) => BigInt(xid) < first || BigInt(xid) < end && !running.has(xid);
}
