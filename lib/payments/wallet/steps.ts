/** What commands of other areas do with wallets, on their own transaction: pay invoices from them as they are issued. */
import { lockUsablePayments, type WalletPayment } from "../../../db/queries/wallet.ts";
import { setPaymentCredit } from "../../../db/queries/payment.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import type { CommandContext } from "../../core/command.ts";
import { lockIssuedInvoices, type OpenInvoice } from "../../invoicing/settlement/steps.ts";
import { settleWith } from "../settling.ts";
import { compareUse } from "./order.ts";

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
