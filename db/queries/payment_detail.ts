/** One payment as it is shown, the payments of an invoice, and what a customer owes each entity. */
import { sql } from "kysely";
import type { InvoiceState, PaymentMethod, PaymentState } from "../schema.ts";
import type { TenantDb } from "../tenant.ts";
import { userIdOf } from "./acting_user.ts";

/** Minor units throughout. */
export interface PaymentRecord {
  id: string;
  customerId: string;
  customerName: string;
  entityName: string;
  /** The entity's time zone. */
  zone: string;
  amount: bigint;
  currency: string;
  receivedOn: Temporal.PlainDate;
  method: PaymentMethod;
  reference: string | null;
  state: PaymentState;
  /** What no invoice took. */
  credit: bigint;
  recordedBy: string;
  /** Of the person, if a person of this tenant did it. */
  recordedByName: string | null;
  recordedAt: Temporal.Instant;
  reversal: {
    reason: string;
    reversedBy: string;
    reversedByName: string | null;
    reversedAt: Temporal.Instant;
  } | null;
}

export interface AllocationRecord {
  invoiceId: string;
  invoiceNumber: string;
  dueDate: Temporal.PlainDate;
  invoiceState: InvoiceState;
  /** Below zero where it takes an earlier one back. */
  amount: bigint;
  at: Temporal.Instant;
}

export interface InvoicePaymentRecord {
  paymentId: string;
  receivedOn: Temporal.PlainDate;
  method: PaymentMethod;
  reference: string | null;
  state: PaymentState;
  /** What this invoice got of it; of a reversed one, what it had. */
  amount: bigint;
  /** Whether it was in the customer's wallet. */
  isWallet: boolean;
}

export async function findPaymentRecord(db: TenantDb, paymentId: string): Promise<PaymentRecord | undefined> {
  const row = await db.query.selectFrom("payment")
    .innerJoin("customer", (join) =>
      join.onRef("customer.tenant_id", "=", "payment.tenant_id")
        .onRef("customer.id", "=", "payment.customer_id"))
    .innerJoin("billing_entity as entity", (join) =>
      join.onRef("entity.tenant_id", "=", "payment.tenant_id")
        .onRef("entity.id", "=", "payment.billing_entity_id"))
    .leftJoin(
      "payment_reversal as reversal",
      (join) =>
        join.onRef("reversal.tenant_id", "=", "payment.tenant_id")
          .onRef("reversal.payment_id", "=", "payment.id"),
    )
    .leftJoin("user as recorder", (join) => join.on("recorder.id", "=", userIdOf("payment.recorded_by")))
    .leftJoin("user as reverser", (join) => join.on("reverser.id", "=", userIdOf("reversal.reversed_by")))
    .select([
      "payment.id",
      "payment.customer_id as customerId",
      "customer.name as customerName",
      "entity.name as entityName",
      "entity.zone",
      "payment.amount",
      "payment.currency",
      "payment.received_on as receivedOn",
      "payment.method",
      "payment.reference",
      "payment.state",
      "payment.credit",
      "payment.recorded_by as recordedBy",
      "recorder.name as recordedByName",
      "payment.recorded_at as recordedAt",
      "reversal.reason",
      "reversal.reversed_by as reversedBy",
      "reverser.name as reversedByName",
      "reversal.reversed_at as reversedAt",
    ])
    .where("payment.tenant_id", "=", db.tenantId).where("payment.id", "=", paymentId)
    .executeTakeFirst();
  if (!row) return undefined;
  const { reason, reversedBy, reversedByName, reversedAt, ...payment } = row;
  const reversal = reason !== null && reversedBy !== null && reversedAt !== null
    ? { reason, reversedBy, reversedByName, reversedAt }
    : null;
  return { ...payment, reversal };
}

/** Every allocation of a payment in the order in which they were made, those that take back among them. */
export async function listAllocations(db: TenantDb, paymentId: string): Promise<AllocationRecord[]> {
  const rows = await db.query.selectFrom("payment_allocation as allocation")
    .innerJoin("invoice", (join) =>
      join.onRef("invoice.tenant_id", "=", "allocation.tenant_id")
        .onRef("invoice.id", "=", "allocation.invoice_id"))
    .select([
      "allocation.invoice_id as invoiceId",
      "invoice.number",
      "invoice.due_date as dueDate",
      "invoice.state as invoiceState",
      "allocation.amount",
      "allocation.allocated_at as at",
    ])
    .where("allocation.tenant_id", "=", db.tenantId).where("invoice.tenant_id", "=", db.tenantId)
    .where("allocation.payment_id", "=", paymentId)
    .orderBy("allocation.allocated_at").orderBy("allocation.reverses_id", (order) => order.asc().nullsFirst())
    .orderBy("invoice.due_date").orderBy("allocation.id")
    .execute();
  return rows.map(({ number, dueDate, ...row }) => ({ ...row, invoiceNumber: number!, dueDate: dueDate! }));
}

/** Payments that an invoice has something of, or had until they were reversed, newest first. */
export async function listInvoicePayments(db: TenantDb, invoiceId: string): Promise<InvoicePaymentRecord[]> {
  // of a reversed payment, what the reversal itself took back: a credit note may have taken some before
  const amount = sql<bigint>`coalesce(sum(allocation.amount) filter (where payment.state = 'received'),
    -sum(allocation.amount) filter (where allocation.reverses_id is not null
      and allocation.allocated_at = reversal.reversed_at), 0)::bigint`;
  return await db.query.selectFrom("payment_allocation as allocation")
    .innerJoin("payment", (join) =>
      join.onRef("payment.tenant_id", "=", "allocation.tenant_id")
        .onRef("payment.id", "=", "allocation.payment_id"))
    .leftJoin(
      "payment_reversal as reversal",
      (join) =>
        join.onRef("reversal.tenant_id", "=", "payment.tenant_id")
          .onRef("reversal.payment_id", "=", "payment.id"),
    )
    .select([
      "payment.id as paymentId",
      "payment.received_on as receivedOn",
      "payment.method",
      "payment.reference",
      "payment.state",
      amount.as("amount"),
      (from) =>
        from.exists(
          from.selectFrom("wallet_credit as wallet").select("wallet.id")
            .whereRef("wallet.tenant_id", "=", "payment.tenant_id")
            .whereRef("wallet.payment_id", "=", "payment.id"),
        ).$castTo<boolean>().as("isWallet"),
    ])
    .where("allocation.tenant_id", "=", db.tenantId).where("payment.tenant_id", "=", db.tenantId)
    .where("allocation.invoice_id", "=", invoiceId)
    .having(amount, ">", 0n)
    .groupBy([
      "payment.tenant_id",
      "payment.id",
      "payment.received_on",
      "payment.method",
      "payment.reference",
      "payment.state",
    ])
    .orderBy("payment.id", "desc")
    .execute();
}

/** Money that came to an invoice, or left it again. */
export interface InvoiceMoneyRecord {
  at: Temporal.Instant;
  by: string;
  /** Of the person, if a person of this tenant did it. */
  byName: string | null;
  /** Below zero where it left. */
  amount: bigint;
  method: PaymentMethod;
  /** Why the whole payment was taken back, where that took it. */
  reversalReason: string | null;
}

/** Every move of money to an invoice or off it, newest first. */
export async function listInvoiceMoney(db: TenantDb, invoiceId: string): Promise<InvoiceMoneyRecord[]> {
  return await db.query.selectFrom("payment_allocation as allocation")
    .innerJoin("payment", (join) =>
      join.onRef("payment.tenant_id", "=", "allocation.tenant_id")
        .onRef("payment.id", "=", "allocation.payment_id"))
    .leftJoin(
      "payment_reversal as reversal",
      (join) =>
        join.onRef("reversal.tenant_id", "=", "allocation.tenant_id")
          .onRef("reversal.payment_id", "=", "allocation.payment_id")
          .onRef("reversal.reversed_at", "=", "allocation.allocated_at"),
    )
    .leftJoin("user", (join) => join.on("user.id", "=", userIdOf("allocation.allocated_by")))
    .select([
      "allocation.allocated_at as at",
      "allocation.allocated_by as by",
      "user.name as byName",
      "allocation.amount",
      "payment.method",
      "reversal.reason as reversalReason",
    ])
    .where("allocation.tenant_id", "=", db.tenantId).where("payment.tenant_id", "=", db.tenantId)
    .where("allocation.invoice_id", "=", invoiceId)
    .orderBy("allocation.allocated_at", "desc").orderBy("allocation.id", "desc")
    .execute();
}

/** What a customer owes one entity in one currency. */
export interface AccountRecord {
  billingEntityId: string;
  entityName: string;
  /** The entity's time zone. */
  zone: string;
  currency: string;
  /** Sum of what is open on invoices. */
  open: bigint;
  openCount: number;
  /** Sum of what no invoice took of payments. */
  credit: bigint;
}

/** One row per entity and currency in which the customer was ever billed or paid. */
export async function listAccounts(db: TenantDb, customerId: string): Promise<AccountRecord[]> {
  const rows = await db.sql<(Omit<AccountRecord, "openCount"> & { openCount: bigint })[]>`
    with billed as (
      select billing_entity_id, currency, sum(open_amount) filter (where state in ('issued', 'partially_paid')) as open,
        count(*) filter (where state in ('issued', 'partially_paid')) as open_count
      from invoice
      where tenant_id = ${db.tenantId} and customer_id = ${customerId} and number is not null
      group by 1, 2
    ), received as (
      select billing_entity_id, currency, sum(credit) as credit from payment
      where tenant_id = ${db.tenantId} and customer_id = ${customerId} and state = 'received'
      group by 1, 2
    )
    select entity.id as "billingEntityId", entity.name as "entityName", entity.zone, account.currency,
      coalesce(billed.open, 0)::bigint as open, coalesce(billed.open_count, 0) as "openCount",
      coalesce(received.credit, 0)::bigint as credit
    from (select billing_entity_id, currency from billed union select billing_entity_id, currency from received) account
    join billing_entity entity on entity.tenant_id = ${db.tenantId} and entity.id = account.billing_entity_id
    left join billed on billed.billing_entity_id = account.billing_entity_id and billed.currency = account.currency
    left join received on received.billing_entity_id = account.billing_entity_id and received.currency = account.currency
    order by entity.name, entity.id, account.currency`;
  return rows.map((row) => ({ ...row, openCount: Number(row.openCount) }));
}
