/** What other areas' commands do to payments, on their own transaction: give back what an invoice no longer takes. */
import {
  insertAllocations,
  listStandingAllocationsOfInvoice,
  lockPaymentsOfInvoices,
  raisePaymentCredit,
} from "../../db/queries/payment.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { actorKey } from "../core/actor.ts";
import { newId } from "../core/clock.ts";
import type { CommandContext } from "../core/command.ts";

/** Locks the payments that settle invoices. Whoever locks payments and invoices locks the payments first. */
export async function lockPaymentsOf(db: TenantDb, invoiceIds: readonly string[]): Promise<void> {
  await lockPaymentsOfInvoices(db, invoiceIds);
}

/**
 * Takes back a part of what payments settled of a locked invoice, the latest first; it is credit of the customer from then
 * on. Throws if payments did not settle that much.
 */
export async function releasePayments(
  { db, actor, now }: Pick<CommandContext, "db" | "actor" | "now">,
  invoiceId: string,
  amount: bigint,
): Promise<void> {
  const by = { actor: actorKey(actor), at: now };
  let rest = amount;
  for (const { id, paymentId, amount: settled } of await listStandingAllocationsOfInvoice(db, invoiceId)) {
    if (rest === 0n) return;
    const part = settled < rest ? settled : rest;
    const rows = [
      { id: newId<"payment allocation">(), invoiceId, amount: -settled, reversesId: id },
      { id: newId<"payment allocation">(), invoiceId, amount: settled - part, reversesId: null },
    ];
    await insertAllocations(db, paymentId, rows.filter((row) => row.amount !== 0n), by);
    await raisePaymentCredit(db, paymentId, part);
    rest -= part;
  }
  if (rest > 0n) throw new Error(`Payments settled ${rest} less of invoice ${invoiceId} than it says.`);
}
