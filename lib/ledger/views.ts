/** What the ledger says: the trial balance, and what customers owe. */
import {
  type CustomerBalanceRow,
  listCustomerBalances as listBalances,
  listTrialBalance,
  type TrialBalanceRow,
} from "../../db/queries/ledger.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { accounts } from "./posting_rules.ts";

export interface TrialBalance {
  rows: TrialBalanceRow[];
  /** Per currency; debits and credits are equal in a ledger that balances. */
  sums: { currency: string; debits: bigint; credits: bigint }[];
  balanced: boolean;
}

/** Debits and credits of every account up to and with a date. */
export async function trialBalance(db: TenantDb, until: Temporal.PlainDate): Promise<TrialBalance> {
  const rows = await listTrialBalance(db, until);
  const byCurrency = new Map<string, { debits: bigint; credits: bigint }>();
  for (const { currency, debits, credits } of rows) {
    const sum = byCurrency.get(currency) ?? { debits: 0n, credits: 0n };
    byCurrency.set(currency, { debits: sum.debits + debits, credits: sum.credits + credits });
  }
  const sums = [...byCurrency].map(([currency, sum]) => ({ currency, ...sum }));
  return { rows, sums, balanced: sums.every(({ debits, credits }) => debits === credits) };
}

/** What customers owe, per currency in minor units; of one customer if named. */
export async function customerBalances(db: TenantDb, customerId?: string): Promise<CustomerBalanceRow[]> {
  return await listBalances(db, accounts.receivable.code, customerId);
}
