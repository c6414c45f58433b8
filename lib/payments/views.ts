/** Payments as people read them: the list by cursor, one payment with what it settled, and what a customer owes. */
import { type Customer, findCustomer } from "../../db/queries/customer.ts";
import { listBillingEntities } from "../../db/queries/billing_entity.ts";
import {
  type AccountRecord,
  type AllocationRecord,
  findPaymentRecord,
  type InvoicePaymentRecord,
  listAccounts,
  listAllocations,
  listInvoicePayments,
  type PaymentRecord,
} from "../../db/queries/payment_detail.ts";
import {
  countPayments,
  type ListedPayment,
  listPayments as listRows,
  type PaymentCursor,
  type PaymentFilter,
  type PaymentStatus,
} from "../../db/queries/payment_list.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { milepostError } from "../core/errors.ts";
import { isId } from "../core/ids.ts";

/** Rows on a page. */
export const rowsPerPage = 25;
/** Counting further would cost more than anyone reads from it. */
const countedMost = 1000;

/** A number of rows, counted up to a thousand. */
export interface Count {
  count: number;
  /** There are more than `count`. */
  andMore: boolean;
}

export interface PaymentPage {
  payments: ListedPayment[];
  found: Count;
  /** For the rows before and after, where there are any. */
  previous?: { before: string };
  next?: { after: string };
}

/** A page of the list, newest first. */
export async function listPayments(
  db: TenantDb,
  filter: PaymentFilter,
  cursor?: PaymentCursor,
): Promise<PaymentPage> {
  const [rows, found] = await Promise.all([
    listRows(db, filter, rowsPerPage, cursor),
    countUpTo(db, filter),
  ]);
  const newer = cursor !== undefined && "before" in cursor;
  const hasMore = rows.length > rowsPerPage;
  const payments = rows.slice(0, rowsPerPage);
  if (newer) payments.reverse();
  const hasPrevious = newer ? hasMore : cursor !== undefined;
  const hasNext = newer || hasMore;
  return {
    payments,
    found,
    ...(hasPrevious && payments.length > 0 ? { previous: { before: payments[0].id } } : {}),
    ...(hasNext && payments.length > 0 ? { next: { after: payments.at(-1)!.id } } : {}),
  };
}

/** How many payments each view holds. */
export async function countByStatus(
  db: TenantDb,
  statuses: readonly PaymentStatus[],
): Promise<Map<PaymentStatus, Count>> {
  const counts = await Promise.all(statuses.map((status) => countUpTo(db, { status })));
  return new Map(statuses.map((status, index) => [status, counts[index]]));
}

async function countUpTo(db: TenantDb, filter: PaymentFilter): Promise<Count> {
  const count = await countPayments(db, filter, countedMost + 1);
  return { count: Math.min(count, countedMost), andMore: count > countedMost };
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
