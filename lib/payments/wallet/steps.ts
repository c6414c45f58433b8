/** What commands of other areas do with wallets, on their own transaction: pay invoices from them as they are issued. */
import {
  type GrantHold,
  type GrantUse,
  insertGrantUses,
  insertHolds,
} from "../../../db/queries/wallet_grant.ts";
import { lockUsablePayments, type WalletPayment } from "../../../db/queries/wallet.ts";
import { setPaymentCredit } from "../../../db/queries/payment.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import type { CommandContext } from "../../core/command.ts";
import { lockIssuedInvoices, type OpenInvoice } from "../../invoicing/settlement/steps.ts";
import { settleWith } from "../settling.ts";
import { type GrantAsk, Grants } from "./grants.ts";
import { compareUse } from "./order.ts";

export { type GrantAsk, type GrantHold, Grants, type GrantUse };

/** Keeps granted money for the previewed items of a run, until they are drafted or the run ends. */
export async function holdGrants(db: TenantDb, runId: string, holds: readonly GrantHold[]): Promise<void> {
  await insertHolds(db, runId, holds);
}

/** Uses granted money for drafts that were just stored; the credits were locked when it was offered. */
export async function useGrants(
  { db, now }: Pick<CommandContext, "db" | "now">,
  uses: readonly (GrantUse & { invoiceId: string; contractId: string; start: Temporal.PlainDate })[],
): Promise<void> {
  await insertGrantUses(db, uses, now);
}

/** Locks what the customers have left of paid money at an entity and can use on a day. */
export async function lockWallets(
  db: TenantDb,
  billingEntityId: string,
  customerIds: readonly string[],
  day: Temporal.PlainDate,
): Promise<WalletPayment[]> {
  return await lockUsablePayments(db, billingEntityId, customerIds, day);
}

/**
 * Pays invoices that were just issued from locked wallets, in the order given: the smaller priority first, then what
 * expires first. Payments are locked before their invoices, as everywhere.
 */
export async function payFromWallets(
  context: Pick<CommandContext, "db" | "actor" | "now" | "emit">,
  invoiceIds: readonly string[],
  wallets: readonly WalletPayment[],
): Promise<void> {
  const payments = wallets.map((wallet) => ({ ...wallet })).sort(compareUse);
  const customers = new Set(payments.map(({ customerId }) => customerId));
  const locked = await lockIssuedInvoices(context.db, invoiceIds);
  const invoices = new Map(locked.map((invoice) => [invoice.id, invoice]));
  for (const id of invoiceIds) {
    let invoice = invoices.get(id)!;
    if (!customers.has(invoice.customerId)) continue;
    for (const payment of payments) {
      const amount = smaller(payment.credit, invoice.openAmount);
      if (amount === 0n || !isFor(payment, invoice)) continue;
      payment.credit -= amount;
      await setPaymentCredit(context.db, payment.id, payment.credit);
      const [{ state }] = await settleWith(context, payment, [{ invoice, amount }]);
      invoice = { ...invoice, openAmount: invoice.openAmount - amount, state };
    }
  }
}

function isFor(payment: WalletPayment, { customerId, currency, billingEntityId }: OpenInvoice): boolean {
  return payment.customerId === customerId && payment.currency === currency &&
    payment.billingEntityId === billingEntityId;
}

function smaller(left: bigint, right: bigint): bigint {
  return left < right ? left : right;
}
