/** What customers would have paid in a quarter by another plan version, beside what their own plans come to: worked out, never stored. */
import {
  type ContractFacts,
  findFactsSnapshot,
  listContractFacts,
} from "../../../db/queries/billing_facts.ts";
import type { PlanFacts } from "../../../db/queries/rate_plan.ts";
import { listSimulatedContracts, type SimulatedScope } from "../../../db/queries/simulated_contract.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import { asIfOn, versionsInForce } from "../../contracts/steps.ts";
import { isMilepostError, milepostError } from "../../core/errors.ts";
import type { DerivedInvoice } from "../derive.ts";
import { type BilledPeriod, loadFacts } from "../facts.ts";
import type { Period } from "../price_case.ts";
import { periodsEndingIn } from "../run/scope.ts";
import { priced, refusalOr } from "../steps.ts";

/** What is asked: the periods that end in a quarter, of the contracts then on a plan, by another version. */
export interface Simulation {
  quarter: Period;
  /** The contracts on this plan. */
  planId: string;
  /** By which they are priced. */
  version: PlanFacts;
}

/** Amounts before tax, in minor units of the version's currency. */
export interface Comparison {
  present: bigint;
  simulated: bigint;
}

export interface SimulatedPeriod extends Partial<Comparison> {
  contractId: string;
  contract: string;
  period: Period;
  /** Why it has no amounts. */
  problem?: string;
}

export interface SimulatedCustomer extends Comparison {
  customerId: string;
  reference: string;
  name: string;
  /** By contract and then by time. */
  periods: SimulatedPeriod[];
  /** How many of the periods have no amounts; they are in no sum. */
  problemCount: number;
}

export interface SimulatedPage {
  /** Those who have a period in the quarter. */
  customers: SimulatedCustomer[];
  /** The reference after which the next customers begin. */
  next?: string;
}

/** Periods priced at a time, so that the usage of a large customer is never all in memory. */
const periodsAtATime = 25;

/** Simulates the next `limit` customers after a reference, or one alone. Reads, and writes nothing. */
export async function simulateCustomers(
  db: TenantDb,
  simulation: Simulation,
  limit: number,
  from: { after?: string; customerId?: string } = {},
): Promise<SimulatedPage> {
  const { quarter, planId } = simulation;
  const scope: SimulatedScope = { planId, end: quarter.end, customerId: from.customerId };
  const [rows, snapshot] = await Promise.all([
    listSimulatedContracts(db, scope, limit + 1, from.after),
    findFactsSnapshot(db),
  ]);
  const byCustomer = [...Map.groupBy(rows, ({ customerId }) => customerId).values()];
  const shown = byCustomer.slice(0, limit);
  const contracts = await listContractFacts(db, shown.flat().map(({ contractId }) => contractId));
  const customers: SimulatedCustomer[] = [];
  for (const contractsOfOne of shown) {
    const [{ customerId, reference, name }] = contractsOfOne;
    const billed = contractsOfOne.flatMap(({ contractId }) =>
      periodsOn(planId, contracts.get(contractId)!, quarter)
    );
    const periods: SimulatedPeriod[] = [];
    for (let first = 0; first < billed.length; first += periodsAtATime) {
      const some = billed.slice(first, first + periodsAtATime);
      periods.push(...await comparePeriods(db, some, simulation.version, snapshot));
    }
    if (periods.length > 0) customers.push({ customerId, reference, name, periods, ...sumOf(periods) });
  }
  return {
    customers,
    ...(byCustomer.length > limit ? { next: shown.at(-1)![0].reference } : {}),
  };
}

/** The periods of a contract that end in the quarter and have a day on the plan. */
function periodsOn(planId: string, contract: ContractFacts, quarter: Period): BilledPeriod[] {
  return periodsEndingIn({ ...contract, zone: contract.entity.zone }, quarter, new Set())
    .filter((period) => versionsInForce(contract, period).some((version) => version.planId === planId))
    .map((period) => ({ contract, period }));
}

async function comparePeriods(
  db: TenantDb,
  billed: readonly BilledPeriod[],
  version: PlanFacts,
  snapshot: string,
): Promise<SimulatedPeriod[]> {
  const moved = billed.map(({ contract, period }) => ({ contract: asIfOn(contract, version), period }));
  const [present, simulated] = await Promise.all([
    loadFacts(db, billed, snapshot),
    loadFacts(db, moved, snapshot),
  ]);
  return billed.map(({ contract, period }, place) => {
    const compared = refusalOr(() => ({
      present: beforeTax(priced(contract, period, present[place]), version),
      simulated: beforeTax(priced(contract, period, simulated[place]), version),
    }));
    const one = { contractId: contract.contractId, contract: contract.reference, period };
    return isMilepostError(compared) ? { ...one, problem: compared.message } : { ...one, ...compared };
  });
}

/** Plans with and without tax in their prices are compared by what both leave to the business. */
function beforeTax({ currency, total, taxTotal }: DerivedInvoice, version: PlanFacts): bigint {
  if (currency !== version.currency) {
    throw milepostError("InvalidInput", {
      message: `It is billed in ${currency}, and the plan is in ${version.currency}.`,
      fields: [{ field: "currency", value: currency, rule: `Allowed: ${version.currency}.` }],
    });
  }
  return total - taxTotal;
}

function sumOf(periods: readonly SimulatedPeriod[]): Comparison & { problemCount: number } {
  const sum = (part: keyof Comparison) => periods.reduce((all, period) => all + (period[part] ?? 0n), 0n);
  const problemCount = periods.filter(({ problem }) => problem !== undefined).length;
  return { present: sum("present"), simulated: sum("simulated"), problemCount };
}
