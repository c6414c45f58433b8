/** Payments as people read them: the list by cursor, one payment with what it settled, and what a customer owes. */
import { type Customer, findCustomer } from "../../db/queries/customer.ts";
import { listBillingEntities } from "../../db/queries/billing_entity.ts";
import {
  type AccountRecord,
  type AllocationRecord,
  findPaymentRecord,
  type InvoiceMoneyRecord,
  type InvoicePaymentRecord,
  listAccounts,
  listAllocations,
  listInvoiceMoney,
  listInvoicePayments,
  type PaymentRecord,
} from "../../db/queries/payment_detail.ts";
import {
  countPayments,
  type ListedPayment,
  listPayments as listRows,
  type PaymentFilter,
  type PaymentStatus,
} from "../../db/queries/payment_list.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { type Cursor, type CursorPage, cutPage } from "../core/cursor_page.ts";
import { milepostError } from "../core/errors.ts";
import { isId } from "../core/ids.ts";

/** Rows on a page. */
export const rowsPerPage = 25;
/** Counting further would cost more than anyone reads from it. */
export const countedMost = 1000;

export interface PaymentPage extends CursorPage<ListedPayment> {
  /** How many match, counted up to one more than `countedMost`. */
  found: number;
}

/** A page of the list, newest first. */
export async function listPayments(
  db: TenantDb,
  filter: PaymentFilter,
  cursor?: Cursor,
): Promise<PaymentPage> {
  const [rows, found] = await Promise.all([
    listRows(db, filter, rowsPerPage, cursor),
    countPayments(db, filter, countedMost + 1),
  ]);
  return { ...cutPage(rows, rowsPerPage, cursor, ({ id }) => id), found };
}

/** How many payments each view holds, counted up to one more than `countedMost`. */
export async function countByStatus(
  db: TenantDb,
  statuses: readonly PaymentStatus[],
): Promise<Map<PaymentStatus, number>> {
  const counts = await Promise.all(
    statuses.map((status) => countPayments(db, { status }, countedMost + 1)),
  );
  return new Map(statuses.map((status, index) => [status, counts[index]]));
}

export interface PaymentDetail extends PaymentRecord {
  allocations: AllocationRecord[];
}

/** Throws `NotFound`. */
export async function findPayment(db: TenantDb, paymentId: string): Promise<PaymentDetail> {
  const found = isId(paymentId)
    ? await Promise.all([findPaymentRecord(db, paymentId), listAllocations(db, paymentId)])
    : undefined;
  if (!found?.[0]) {
    throw milepostError("NotFound", {
      message: "There is no such payment, or it belongs to another company. Find it in the list of payments.",
      fields: [{ field: "paymentId", value: paymentId }],
    });
  }
  return { ...found[0], allocations: found[1] };
}

/** The payments of an invoice, newest first; the reversed ones among them. */
export async function listPaymentsOfInvoice(
  db: TenantDb,
  invoiceId: string,
): Promise<InvoicePaymentRecord[]> {
  return isId(invoiceId) ? await listInvoicePayments(db, invoiceId) : [];
}

/** Every move of money to an invoice or off it, newest first. */
export async function listMoneyOfInvoice(db: TenantDb, invoiceId: string): Promise<InvoiceMoneyRecord[]> {
  return isId(invoiceId) ? await listInvoiceMoney(db, invoiceId) : [];
}

export interface CustomerAccounts {
  customer: Customer;
  accounts: AccountRecord[];
}

/** What a customer owes and has as credit, by entity and currency. Throws `NotFound`. */
export async function findCustomerAccounts(db: TenantDb, customerId: string): Promise<CustomerAccounts> {
  const customer = isId(customerId) ? await findCustomer(db, customerId) : undefined;
  if (!customer) {
    throw milepostError("NotFound", {
      message:
        "There is no such customer, or it belongs to another company. Find it in the list of customers.",
      fields: [{ field: "customerId", value: customerId }],
    });
  }
  return { customer, accounts: await listAccounts(db, customerId) };
}

/** The accounts that a payment of this customer may be for: those in use, else what each entity would open. */
export async function listPayableAccounts(
  db: TenantDb,
  { accounts }: CustomerAccounts,
): Promise<AccountRecord[]> {
  if (accounts.length > 0) return accounts;
  const entities = await listBillingEntities(db);
  return entities.map(({ id, name, zone, currency }) => ({
    billingEntityId: id,
    entityName: name,
    zone,
    currency,
    open: 0n,
    openCount: 0,
    credit: 0n,
  }));
}
