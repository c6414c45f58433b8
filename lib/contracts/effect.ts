/** What an amendment does to the money of the period in which it takes effect: the bill before it beside the bill after it. */
import type { TenantDb } from "../../db/tenant.ts";
import { minorUnits, parseCurrencyCode } from "../core/currency.ts";
import { formatScaled } from "../core/decimal.ts";
import { type Estimate, estimatePeriod } from "../invoicing/estimate/steps.ts";
import { showPeriod } from "./change_rules.ts";
import type { BillableContract } from "./locked_contract.ts";

/** Decimal texts. */
export type Change = { before: string; after: string };

/** Or `problem`, the sentence that says why the period cannot be priced. */
export type Effect =
  | {
    /** "March 2024". */
    period: string;
    /** Then the next run corrects it. */
    isBilled: boolean;
    currency: string;
    charges: (Change & { name: string })[];
    /** Null where the prices include it. */
    tax: Change | null;
    total: Change;
  }
  | { problem: string };

/** Does the work and tells what it changes in the period that holds `date`, with the usage that is there by now. */
export async function withEffect(
  db: TenantDb,
  { contract: { id }, billedUntil, billsAhead }: BillableContract,
  date: Temporal.PlainDate,
  work: () => Promise<void>,
): Promise<Effect> {
  const before = await estimatePeriod(db, id, date, billsAhead);
  await work();
  const after = await estimatePeriod(db, id, date, billsAhead);
  if (typeof after === "string") return { problem: after };
  if (typeof before === "string") return { problem: before };
  const isBilled = billedUntil !== undefined && Temporal.PlainDate.compare(date, billedUntil) < 0;
  return compare(before, after, isBilled);
}

function compare(before: Estimate, after: Estimate, isBilled: boolean): Effect {
  const { currency } = after;
  const decimals = minorUnits(parseCurrencyCode(currency));
  const change = (from: bigint, to: bigint) => {
    return { before: formatScaled(from, decimals), after: formatScaled(to, decimals) };
  };
  const names = new Set([...before.charges, ...after.charges].map(({ name }) => name));
  const amountOf = ({ charges }: Estimate, name: string) =>
    charges.find((charge) => charge.name === name)?.amount ?? 0n;
  return {
    period: showPeriod(after.period),
    isBilled,
    currency,
    charges: [...names].map((name) => ({ name, ...change(amountOf(before, name), amountOf(after, name)) })),
    tax: before.taxOnTop === 0n && after.taxOnTop === 0n ? null : change(before.taxOnTop, after.taxOnTop),
    total: change(before.total, after.total),
  };
}
