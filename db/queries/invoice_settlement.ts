/** Invoices that payments settle: locked while their open amount and state change. */
import type { InvoiceState } from "../schema.ts";
import type { TenantDb } from "../tenant.ts";

/** Minor units. */
export interface SettledInvoice {
  id: string;
  number: string | null;
  customerId: string;
  billingEntityId: string;
  currency: string;
  state: InvoiceState;
  dueDate: Temporal.PlainDate | null;
  total: bigint;
  openAmount: bigint;
  creditedAmount: bigint;
  writtenOffAmount: bigint;
}

/** Every writer locks in this order, so that no two wait for each other. */
function lockedInOrder(db: TenantDb) {
  return db.query.selectFrom("invoice")
    .select([
      "id",
      "number",
      "customer_id as customerId",
      "billing_entity_id as billingEntityId",
      "currency",
      "state",
      "due_date as dueDate",
      "total",
      "open_amount as openAmount",
      "credited_amount as creditedAmount",
      "written_off_amount as writtenOffAmount",
    ])
    .where("tenant_id", "=", db.tenantId)
    .orderBy("due_date").orderBy("id")
    .forNoKeyUpdate();
}

/** These invoices, oldest due first; ids that are not there are left out. */
export async function lockInvoicesToSettle(
  db: TenantDb,
  invoiceIds: readonly string[],
): Promise<SettledInvoice[]> {
  if (invoiceIds.length === 0) return [];
  return await lockedInOrder(db).where("id", "in", [...invoiceIds]).execute();
}

/** What a customer owes: which entity billed it, and in which currency. */
export interface CustomerAccount {
  customerId: string;
  billingEntityId: string;
  currency: string;
}

/** Every invoice of the account on which something is open, oldest due first. */
export async function lockOpenInvoices(
  db: TenantDb,
  { customerId, billingEntityId, currency }: CustomerAccount,
): Promise<SettledInvoice[]> {
  return await lockedInOrder(db)
    .where("customer_id", "=", customerId).where("billing_entity_id", "=", billingEntityId)
    .where("currency", "=", currency).where("state", "in", ["issued", "partially_paid"])
    .execute();
}

/** What is open, credited and given up of a locked invoice, and the state that follows from it. */
export async function setInvoiceOpen(
  db: TenantDb,
  invoiceId: string,
  { state, openAmount, creditedAmount, writtenOffAmount }: {
    state: InvoiceState;
    openAmount: bigint;
    creditedAmount: bigint;
    writtenOffAmount: bigint;
  },
): Promise<void> {
  await db.query.updateTable("invoice")
    .set({
      state,
      open_amount: openAmount,
      credited_amount: creditedAmount,
      written_off_amount: writtenOffAmount,
    })
    .where("tenant_id", "=", db.tenantId).where("id", "=", invoiceId)
    .execute();
}
