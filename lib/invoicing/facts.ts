/** Loads what the bills of contracts for their periods are derived from, as of one cut-off. */
import {
  type ChargeFacts,
  type ContractFacts,
  findFactsSnapshot,
  listChargeFacts,
  listOpeningFacts,
  listStayFacts,
  listUsageFacts,
  type StayFacts,
  type UsageFact,
  type UsageScope,
} from "../../db/queries/billing_facts.ts";
import { listValuesInForce, type ValueInForce } from "../../db/queries/price_index.ts";
import { listTermFacts } from "../../db/queries/contract_term.ts";
import { listGrantsUsed } from "../../db/queries/wallet_grant.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { listPlanFacts, type PlanFacts } from "../../db/queries/rate_plan.ts";
import { type VersionInForce, versionsInForce } from "../contracts/steps.ts";
import { periodOn } from "../core/billing_cycle.ts";
import { startOfDay } from "../core/period.ts";
import { loadTaxFacts } from "./taxed_charges.ts";
import { chargesInForce, type VersionedPeriod } from "./charges_in_force.ts";
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

/** One contract, locked by the caller, and the period to bill. */
export interface BilledPeriod {
  contract: ContractFacts;
  period: Period;
}

/** Reads the facts of each, as of an earlier cut-off if one is given, in the same few statements however many they are. */
export async function loadFacts(
  db: TenantDb,
  billed: readonly BilledPeriod[],
  cutOff?: string,
): Promise<CutFacts[]> {
  const versionsOf = billed.map(({ contract, period }) => versionsInForce(contract, period));
  const nextOf = billed.map(nextPeriod);
  const allVersions = [...versionsOf, ...nextOf.map(({ versions }) => versions)];
  const chargesByVersion = await listChargeFacts(db, allVersions.flat().map(({ versionId }) => versionId));
  const spans = billed.map(({ contract: { contractId }, period }) => ({ contractId, ...period }));
  const stayed = spans.map((span, place) => ({
    ...span,
    end: lastEnd(span, nextOf[place], chargesByVersion),
  }));
  const [snapshot, plans, staysOfAll, termsOfAll, grantedOfAll] = await Promise.all([
    cutOff ?? findFactsSnapshot(db),
    loadPlans(db, billed, allVersions),
    listStayFacts(db, stayed),
    listTermFacts(
      db,
      billed.map(({ contract: { contractId, customer, plan }, period }) => {
        return { contractId, customerId: customer.id, currency: plan.currency, ...period };
      }),
    ),
    listGrantsUsed(db, spans),
  ]);
  const found = billed.map(({ contract, period }, place) => {
    const versions = versionsOf[place];
    const isFirst = Temporal.PlainDate.compare(period.start, contract.startDate) <= 0;
    const charges = chargesInForce(
      { ...period, versions },
      nextOf[place],
      isFirst,
      chargesByVersion,
      plans,
    );
    const plansOf = versions.map(({ versionId }) => plans.get(versionId)!);
    const meters = charges.flatMap(({ meter }) => meter === null ? [] : [meter as Meter]);
    const stays = staysOfAll[place];
    const scope = usageScope(contract, period, meters, stays);
    return {
      contract,
      plans: plansOf,
      charges,
      meters,
      stays,
      scope,
      terms: termsOfAll[place],
      granted: grantedOfAll[place],
    };
  });
  const metered = found.filter(({ meters }) => meters.length > 0);
  const byRules = found.filter(({ charges }) => charges.some(({ taxSupply }) => taxSupply !== null));
  const [openings, usage, indexes, taxFacts] = await Promise.all([
    Promise.all(metered.map(({ scope, meters }) => loadOpening(db, scope, meters, snapshot))),
    metered.length === 0 ? [] : listUsageFacts(db, metered.map(({ scope }) => scope), snapshot),
    loadIndexes(db, found.flatMap(({ charges }) => charges), billed),
    loadTaxFacts(db, byRules.map(({ contract }) => contract)),
  ]);
  const usageOf = new Map(metered.map((one, place) => [one, [...openings[place], ...usage[place]]]));
  return found.map((one, place) => {
    const { plans, charges, stays, terms, granted } = one;
    const tax = byRules.includes(one) ? taxFacts.get(one.contract.contractId)! : null;
    return {
      // none holds in a period that an earlier end has left empty
      contract: { ...one.contract, plan: plans.at(-1) ?? one.contract.plan },
      plans,
      charges,
      stays,
      terms,
      granted,
      usage: usageOf.get(one) ?? [],
      indexes: indexesOf(charges, indexes),
      snapshot,
      tax: tax && { draftedOn: billed[place].period.end.toString(), ...tax },
    };
  });
}

/** The period after a billed one, for which some charges may be billed in advance. */
function nextPeriod({ contract, period }: BilledPeriod): VersionedPeriod {
  const next = periodOn(contract, period.end);
  return { ...next, versions: versionsInForce(contract, next) };
}

/** The end of what is billed: vehicles that come in the next period count where something is billed for it already. */
function lastEnd(
  { end }: Period,
  next: VersionedPeriod,
  chargesOf: ReadonlyMap<string, readonly ChargeFacts[]>,
): Temporal.PlainDate {
  const isAhead = next.versions.some(({ versionId }) =>
    chargesOf.get(versionId)!.some(({ timing }) => timing === "advance")
  );
  return isAhead ? next.end : end;
}

/** The plan versions of all, by id. Most contracts are on the one that they name, which is read already. */
async function loadPlans(
  db: TenantDb,
  billed: readonly BilledPeriod[],
  versionsOf: readonly (readonly VersionInForce[])[],
): Promise<Map<string, PlanFacts>> {
  const known = new Map(billed.map(({ contract: { plan } }) => [plan.versionId, plan]));
  const others = versionsOf.flat().map(({ versionId }) => versionId).filter((id) => !known.has(id));
  return new Map([...known, ...await listPlanFacts(db, others)]);
}

/** All values of the indexes that some charge names, up to the end of the last period. */
async function loadIndexes(
  db: TenantDb,
  charges: readonly ChargeFacts[],
  billed: readonly BilledPeriod[],
): Promise<Map<string, ValueInForce[]>> {
  const references = new Set(charges.flatMap(indexNamed));
  if (references.size === 0) return new Map();
  const [end] = billed.map(({ period }) => period.end).sort(Temporal.PlainDate.compare).slice(-1);
  return await listValuesInForce(db, [...references], end);
}

/** An index without any value is there all the same, so that pricing says what is missing. */
function indexesOf(
  charges: readonly ChargeFacts[],
  all: ReadonlyMap<string, ValueInForce[]>,
): Map<string, ValueInForce[]> {
  return new Map(charges.flatMap(indexNamed).map((reference) => [reference, all.get(reference) ?? []]));
}

function indexNamed({ price }: ChargeFacts): string[] {
  const { model, index } = price as { model: string; index?: string };
  return model === "indexed" && index !== undefined ? [index] : [];
}

function usageScope(
  { contractId, startDate, endDate, entity: { zone } }: ContractFacts,
  period: Period,
  meters: readonly Meter[],
  stays: readonly StayFacts[],
): UsageScope {
  const { compare } = Temporal.PlainDate;
  const first = compare(startDate, period.start) > 0 ? startDate : period.start;
  const end = endDate !== null && compare(endDate, period.end) < 0 ? endDate : period.end;
  const events = new Set(meters.map((meter) => meter.event));
  if (meters.some((meter) => meter.aggregate === "last_minus_first")) events.add(resetEvent);
  return {
    contractId,
    vehicleIds: [...new Set(stays.map(({ vehicleId }) => vehicleId))],
    events: [...events],
    from: startOfDay(first, zone),
    to: startOfDay(end, zone),
  };
}

/** What meters that run on showed last before the period, and the resets of odometers until then; each event once. */
async function loadOpening(
  db: TenantDb,
  scope: UsageScope,
  meters: readonly Meter[],
  snapshot: string,
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
      listOpeningFacts(db, scope, { event, field: field ?? "", where: where ?? {} }, snapshot)
    ),
    ...(scope.events.includes(resetEvent)
      ? [listUsageFacts(db, [earlier], snapshot).then(([resets]) => resets)]
      : []),
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
