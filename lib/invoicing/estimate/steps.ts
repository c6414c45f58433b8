/** What a period comes to as things stand, over or not, billed or not: for showing what a change of a contract does to it. */
import { lockContractFacts } from "../../../db/queries/billing_facts.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import { isMilepostError } from "../../core/errors.ts";
import { periodOn } from "../../core/billing_cycle.ts";
import { contractOverlaps } from "../billing_period.ts";
import { loadFacts } from "../facts.ts";
import type { Period } from "../price_case.ts";
import { priced, refusalOr } from "../steps.ts";

/** Amounts in minor units. */
export interface Estimate {
  period: Period;
  currency: string;
  /** The lines of each charge together, by its name, then what is beside them, in the order of the bill. */
  charges: { name: string; amount: bigint }[];
  /** What is added to the charges; zero where they include it. */
  taxOnTop: bigint;
  total: bigint;
}

/**
 * The period of a contract that holds a day, as it would be billed now, with the one before it where that has something of it in
 * advance; or the sentence that says why it cannot be.
 */
export async function estimatePeriod(
  db: TenantDb,
  contractId: string,
  date: Temporal.PlainDate,
  billsAhead: boolean,
): Promise<Estimate | string> {
  const contract = (await lockContractFacts(db, [contractId])).get(contractId)!;
  const billed = { ...contract, zone: contract.entity.zone };
  const last = periodOn(billed, date);
  const before = periodOn(billed, last.start.subtract({ days: 1 }));
  const periods = [...(billsAhead ? [before] : []), last].filter((period) =>
    contractOverlaps(period, billed)
  );
  const estimate: Estimate = {
    period: { start: periods.at(0)?.start ?? last.start, end: last.end },
    currency: contract.plan.currency,
    charges: [],
    taxOnTop: 0n,
    total: 0n,
  };
  const sums = new Map<string, bigint>();
  const factsOf = await loadFacts(db, periods.map((period) => ({ contract, period })));
  for (const [place, facts] of factsOf.entries()) {
    const invoice = refusalOr(() => priced(contract, periods[place], facts));
    if (isMilepostError(invoice)) return invoice.message;
    const names = new Map(facts.charges.map(({ id, name }) => [id, name]));
    for (const { chargeId, description, amount } of invoice.lines) {
      const name = chargeId === null ? description : names.get(chargeId)!;
      sums.set(name, (sums.get(name) ?? 0n) + amount);
    }
    estimate.taxOnTop += invoice.total - invoice.subtotal;
    estimate.total += invoice.total;
  }
  return { ...estimate, charges: [...sums].map(([name, amount]) => ({ name, amount })) };
}
