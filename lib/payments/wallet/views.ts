/** A customer's wallet as its page shows it: what is left, and what moved. */
import {
  listWalletCredits,
  listWalletMovements,
  type WalletCredit,
  type WalletKind,
  type WalletMovement,
} from "../../../db/queries/wallet.ts";
import { listDueExpiries } from "../../../db/queries/wallet_due.ts";
import type { TenantDb } from "../../../db/tenant.ts";

export type { WalletCredit, WalletKind, WalletMovement };

/** The most that a page shows of each; what is left comes first, and the newest movements. */
const shownMost = 50;

export interface Wallet {
  credits: WalletCredit[];
  movements: WalletMovement[];
  /** What is left, by entity and currency; minor units. */
  balances: { entityName: string; currency: string; paid: bigint; granted: bigint }[];
}

export async function findWallet(db: TenantDb, customerId: string): Promise<Wallet> {
  const [credits, movements] = await Promise.all([
    listWalletCredits(db, customerId, shownMost),
    listWalletMovements(db, customerId, shownMost),
  ]);
  const balances = new Map<string, Wallet["balances"][number]>();
  for (const { billingEntityId, entityName, currency, kind, left } of credits) {
    const key = `${billingEntityId} ${currency}`;
    const balance = balances.get(key) ?? { entityName, currency, paid: 0n, granted: 0n };
    balance[kind === "granted" ? "granted" : "paid"] += left;
    balances.set(key, balance);
  }
  return { credits, movements, balances: [...balances.values()] };
}

/** Ids of credits with money left whose last day is before a day. */
export async function listExpired(db: TenantDb, day: Temporal.PlainDate): Promise<string[]> {
  return await listDueExpiries(db, day);
}
