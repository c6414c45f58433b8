/** Loads what one contract's bill for one period is derived from, as of one cut-off. */
import {
  type ContractFacts,
  findFactsSnapshot,
  listChargeFacts,
  listOpeningFacts,
  listStayFacts,
  listUsageFacts,
  type UsageFact,
  type UsageScope,
} from "../../db/queries/billing_facts.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { startOfDay } from "../core/period.ts";
import type { BillingFacts, Period } from "./price_case.ts";

export interface CutFacts extends BillingFacts {
  /** The pg_snapshot up to which the usage was read; reading it again through it gives the same. */
  readonly snapshot: string;
}

/** Aggregates that start from the last value before the period. */
const needsOpening = new Set(["last_minus_first", "time_weighted"]);
/** Says that an odometer was set to another value; every odometer meter reads it. */
const resetEvent = "odometer_reset";

interface Meter {
  event: string;
  aggregate: string;
  field?: string;
  where?: Record<string, unknown>;
}

/** Reads the facts of a period, those of an earlier cut-off if one is given; `contract` is locked by the caller. */
export async function loadFacts(
  db: TenantDb,
  contract: ContractFacts,
  period: Period,
  cutOff?: string,
): Promise<CutFacts> {
  const [snapshot, charges, stays] = await Promise.all([
    cutOff ?? findFactsSnapshot(db),
    listChargeFacts(db, contract.contractId),
    listStayFacts(db, contract.contractId, period),
  ]);
  const meters = charges.flatMap(({ meter }) => meter === null ? [] : [meter as Meter]);
  if (meters.length === 0) return { contract, charges, stays, usage: [], snapshot };
  const scope = usageScope(
    contract,
    period,
    meters,
    [...new Set(stays.map((stay) => stay.vehicleId))],
    snapshot,
  );
  const [opening, usage] = await Promise.all([loadOpening(db, scope, meters), listUsageFacts(db, scope)]);
  return { contract, charges, stays, usage: [...opening, ...usage], snapshot };
}

function usageScope(
  { contractId, startDate, endDate, entity: { zone } }: ContractFacts,
  period: Period,
  meters: readonly Meter[],
  vehicleIds: readonly string[],
  snapshot: string,
): UsageScope {
  const { compare } = Temporal.PlainDate;
  const first = compare(startDate, period.start) > 0 ? startDate : period.start;
  const end = endDate !== null && compare(endDate, period.end) < 0 ? endDate : period.end;
  const events = new Set(meters.map((meter) => meter.event));
  if (meters.some((meter) => meter.aggregate === "last_minus_first")) events.add(resetEvent);
  return {
    contractId,
    vehicleIds,
    events: [...events],
    from: startOfDay(first, zone),
    to: startOfDay(end, zone),
    snapshot,
  };
}

/** What meters that run on showed last before the period, and the resets of odometers until then; each event once. */
async function loadOpening(
  db: TenantDb,
  scope: UsageScope,
  meters: readonly Meter[],
): Promise<UsageFact[]> {
  const running = meters.filter((meter) => needsOpening.has(meter.aggregate));
  if (running.length === 0) return [];
  const earlier = {
    ...scope,
    events: [resetEvent],
    from: Temporal.Instant.fromEpochMilliseconds(0),
    to: scope.from,
  };
  const found = await Promise.all([
    ...running.map(({ event, field, where }) =>
      listOpeningFacts(db, scope, { event, field: field ?? "", where: where ?? {} })
    ),
    ...(scope.events.includes(resetEvent) ? [listUsageFacts(db, earlier)] : []),
  ]);
  const once = new Map(found.flat().map((fact) => [`${fact.source}/${fact.eventId}`, fact]));
  return [...once.values()].sort(byTime);
}

function byTime(left: UsageFact, right: UsageFact): number {
  return Temporal.Instant.compare(left.at, right.at) || compareText(left.source, right.source) ||
    compareText(left.eventId, right.eventId);
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
