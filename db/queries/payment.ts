/** Payments as commands write them: the payment, its allocations to invoices, and its reversal. */
import type { PaymentMethod, PaymentState } from "../schema.ts";
import type { TenantDb } from "../tenant.ts";

/** Minor units throughout. */
export interface NewPayment {
  id: string;
  billingEntityId: string;
  customerId: string;
  amount: bigint;
  /** What no invoice takes. */
  credit: bigint;
  currency: string;
  receivedOn: Temporal.PlainDate;
  method: PaymentMethod;
  reference: string | null;
  recordedBy: string;
  recordedAt: Temporal.Instant;
}

export async function insertPayment(db: TenantDb, payment: NewPayment): Promise<void> {
  await db.query.insertInto("payment").values({
    tenant_id: db.tenantId,
    id: payment.id,
    billing_entity_id: payment.billingEntityId,
    customer_id: payment.customerId,
    amount: payment.amount,
    currency: payment.currency,
    received_on: payment.receivedOn,
    method: payment.method,
    reference: payment.reference,
    credit: payment.credit,
    recorded_by: payment.recordedBy,
    recorded_at: payment.recordedAt,
  }).execute();
}

export interface NewAllocation {
  id: string;
  invoiceId: string;
  /** Below zero where it takes another one back. */
  amount: bigint;
  reversesId: string | null;
}

export async function insertAllocations(
  db: TenantDb,
  paymentId: string,
  allocations: readonly NewAllocation[],
  by: { actor: string; at: Temporal.Instant },
): Promise<void> {
  if (allocations.length === 0) return;
  await db.query.insertInto("payment_allocation").values(allocations.map((allocation) => ({
    tenant_id: db.tenantId,
    id: allocation.id,
    payment_id: paymentId,
    invoice_id: allocation.invoiceId,
    amount: allocation.amount,
    reverses_id: allocation.reversesId,
    allocated_by: by.actor,
    allocated_at: by.at,
  }))).execute();
}

/** A payment whose allocations are about to change. */
export interface LockedPayment {
  id: string;
  billingEntityId: string;
  /** The entity's time zone. */
  zone: string;
  customerId: string;
  amount: bigint;
  /** What no invoice took. */
  credit: bigint;
  currency: string;
  receivedOn: Temporal.PlainDate;
  method: PaymentMethod;
  reference: string | null;
  state: PaymentState;
}

/** Locks a payment until the transaction ends; whoever locks it locks its invoices afterwards. */
export async function lockPayment(db: TenantDb, paymentId: string): Promise<LockedPayment | undefined> {
  return await db.query.selectFrom("payment")
    .innerJoin("billing_entity as entity", (join) =>
      join.onRef("entity.tenant_id", "=", "payment.tenant_id")
        .onRef("entity.id", "=", "payment.billing_entity_id"))
    .select([
      "payment.id",
      "payment.billing_entity_id as billingEntityId",
      "entity.zone",
      "payment.customer_id as customerId",
      "payment.amount",
      "payment.credit",
      "payment.currency",
      "payment.received_on as receivedOn",
      "payment.method",
      "payment.reference",
      "payment.state",
    ])
    .where("payment.tenant_id", "=", db.tenantId).where("payment.id", "=", paymentId)
    .forNoKeyUpdate("payment")
    .executeTakeFirst();
}

/** What is left of a locked payment once invoices took more of it. */
export async function setPaymentCredit(db: TenantDb, paymentId: string, credit: bigint): Promise<void> {
  await db.query.updateTable("payment").set({ credit })
    .where("tenant_id", "=", db.tenantId).where("id", "=", paymentId)
    .execute();
}

export interface StandingAllocation {
  id: string;
  invoiceId: string;
  amount: bigint;
}

/** The allocations of a payment that nothing took back. */
export async function listStandingAllocations(
  db: TenantDb,
  paymentId: string,
): Promise<StandingAllocation[]> {
  return await db.query.selectFrom("payment_allocation as allocation")
    .select(["allocation.id", "allocation.invoice_id as invoiceId", "allocation.amount"])
    .where("allocation.tenant_id", "=", db.tenantId).where("allocation.payment_id", "=", paymentId)
    .where("allocation.reverses_id", "is", null)
    .where(({ not, exists, selectFrom }) =>
      not(exists(
        selectFrom("payment_allocation as reversal").select("reversal.id")
          .whereRef("reversal.tenant_id", "=", "allocation.tenant_id")
          .whereRef("reversal.reverses_id", "=", "allocation.id"),
      ))
    )
    .orderBy("allocation.id")
    .execute();
}

/** Locks the payments that settle these invoices, in the order of their ids, until the transaction ends. */
export async function lockPaymentsOfInvoices(db: TenantDb, invoiceIds: readonly string[]): Promise<void> {
  await db.sql`
    select from payment
    where tenant_id = ${db.tenantId} and id in (select payment_id from payment_allocation
      where tenant_id = ${db.tenantId} and invoice_id = any(${[...invoiceIds]}::uuid[]))
    order by id for no key update`;
}

/** The allocations to an invoice that nothing took back, the latest first. */
export async function listStandingAllocationsOfInvoice(
  db: TenantDb,
  invoiceId: string,
): Promise<{ id: string; paymentId: string; amount: bigint }[]> {
  return await db.sql<{ id: string; paymentId: string; amount: bigint }[]>`
    select allocation.id, allocation.payment_id as "paymentId", allocation.amount
    from payment_allocation allocation
    where allocation.tenant_id = ${db.tenantId} and allocation.invoice_id = ${invoiceId}
      and allocation.reverses_id is null
      and not exists (select from payment_allocation reversal
        where reversal.tenant_id = allocation.tenant_id and reversal.reverses_id = allocation.id)
    order by allocation.id desc`;
}

/** Adds to what no invoice takes of a payment. */
export async function raisePaymentCredit(db: TenantDb, paymentId: string, by: bigint): Promise<void> {
  await db.query.updateTable("payment").set(({ eb }) => ({ credit: eb("credit", "+", by) }))
    .where("tenant_id", "=", db.tenantId).where("id", "=", paymentId)
    .execute();
}

export interface NewReversal {
  paymentId: string;
  reason: string;
  reversedOn: Temporal.PlainDate;
  reversedBy: string;
  reversedAt: Temporal.Instant;
}

/** Marks a locked payment as taken back, with who, when and why. */
export async function insertReversal(db: TenantDb, reversal: NewReversal): Promise<void> {
  await Promise.all([
    db.query.insertInto("payment_reversal").values({
      tenant_id: db.tenantId,
      payment_id: reversal.paymentId,
      reason: reversal.reason,
      reversed_on: reversal.reversedOn,
      reversed_by: reversal.reversedBy,
      reversed_at: reversal.reversedAt,
    }).execute(),
    db.query.updateTable("payment").set({ state: "reversed", credit: 0n })
      .where("tenant_id", "=", db.tenantId).where("id", "=", reversal.paymentId)
      .execute(),
  ]);
}

/** The time zone of a billing entity. */
export async function findEntityZone(db: TenantDb, billingEntityId: string): Promise<string | undefined> {
  const row = await db.query.selectFrom("billing_entity").select("zone")
    .where("tenant_id", "=", db.tenantId).where("id", "=", billingEntityId)
    .executeTakeFirst();
  return row?.zone;
}
