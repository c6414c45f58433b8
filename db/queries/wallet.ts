/** Wallet money: what customers paid ahead or were granted, what invoices used of it, and what expired. */
import { sql } from "kysely";
import type { TenantDb } from "../tenant.ts";
import type { CustomerAccount } from "./invoice_settlement.ts";
import type { LockedPayment } from "./payment.ts";

export type WalletKind = "paid" | "advance" | "granted";

/** Minor units throughout. */
export interface NewWalletCredit extends CustomerAccount {
  kind: WalletKind;
  name: string;
  amount: bigint;
  priority: number;
  /** The first day on which it cannot be used, or null. */
  expiresOn: Temporal.PlainDate | null;
  /** That brought it, unless it is granted. */
  paymentId: string | null;
}

export async function insertWalletCredit(
  db: TenantDb,
  credit: NewWalletCredit,
  by: { actor: string; at: Temporal.Instant },
): Promise<string> {
  const { id } = await db.query.insertInto("wallet_credit").values({
    tenant_id: db.tenantId,
    billing_entity_id: credit.billingEntityId,
    customer_id: credit.customerId,
    kind: credit.kind,
    name: credit.name,
    currency: credit.currency,
    amount: credit.amount,
    priority: credit.priority,
    expires_on: credit.expiresOn,
    payment_id: credit.paymentId,
    remaining: credit.kind === "granted" ? credit.amount : null,
    created_by: by.actor,
    created_at: by.at,
  }).returning("id").executeTakeFirstOrThrow();
  return id;
}

/** A payment of a wallet, locked. */
export interface WalletPayment
  extends Pick<LockedPayment, "id" | "customerId" | "billingEntityId" | "credit" | "currency" | "method"> {
  walletCreditId: string;
  priority: number;
  expiresOn: Temporal.PlainDate | null;
}

function walletPayments(db: TenantDb) {
  return db.query.selectFrom("payment")
    .innerJoin(
      "wallet_credit as wallet",
      (join) =>
        join.onRef("wallet.tenant_id", "=", "payment.tenant_id").onRef(
          "wallet.payment_id",
          "=",
          "payment.id",
        ),
    )
    .select([
      "payment.id",
      "payment.customer_id as customerId",
      "payment.billing_entity_id as billingEntityId",
      "payment.credit",
      "payment.currency",
      "payment.method",
      "wallet.id as walletCreditId",
      "wallet.priority",
      "wallet.expires_on as expiresOn",
    ])
    .where("payment.tenant_id", "=", db.tenantId).where("wallet.tenant_id", "=", db.tenantId)
    .where("payment.credit", ">", 0n)
    .orderBy("payment.id").forNoKeyUpdate("payment");
}

/** Locks what customers have left of paid money at one entity and can use on a day, in the order of the payments. */
export async function lockUsablePayments(
  db: TenantDb,
  billingEntityId: string,
  customerIds: readonly string[],
  day: Temporal.PlainDate,
): Promise<WalletPayment[]> {
  return await walletPayments(db).where("wallet.billing_entity_id", "=", billingEntityId)
    .where("wallet.customer_id", "=", sql<string>`any(${[...new Set(customerIds)]}::uuid[])`)
    .where(({ eb, or }) => or([eb("wallet.expires_on", "is", null), eb("wallet.expires_on", ">", day)]))
    .execute();
}

/** Locks the payment of one credit that has something left. */
export async function lockWalletPayment(
  db: TenantDb,
  walletCreditId: string,
): Promise<WalletPayment | undefined> {
  return await walletPayments(db).where("wallet.id", "=", walletCreditId).executeTakeFirst();
}

/** A credit, locked. */
export interface LockedCredit extends CustomerAccount {
  id: string;
  kind: WalletKind;
  name: string;
  expiresOn: Temporal.PlainDate | null;
  /** Of granted money. */
  remaining: bigint | null;
  /** The entity's time zone. */
  zone: string;
}

export async function lockWalletCredit(db: TenantDb, id: string): Promise<LockedCredit | undefined> {
  return await db.query.selectFrom("wallet_credit as wallet")
    .innerJoin(
      "billing_entity as entity",
      (join) =>
        join.onRef("entity.tenant_id", "=", "wallet.tenant_id")
          .onRef("entity.id", "=", "wallet.billing_entity_id"),
    )
    .select([
      "wallet.id",
      "wallet.kind",
      "wallet.name",
      "wallet.customer_id as customerId",
      "wallet.billing_entity_id as billingEntityId",
      "wallet.currency",
      "wallet.expires_on as expiresOn",
      "wallet.remaining",
      "entity.zone",
    ])
    .where("wallet.tenant_id", "=", db.tenantId).where("entity.tenant_id", "=", db.tenantId)
    .where("wallet.id", "=", id).forNoKeyUpdate("wallet").executeTakeFirst();
}

export async function insertWalletExpiry(
  db: TenantDb,
  expiry: {
    walletCreditId: string;
    amount: bigint;
    expiredOn: Temporal.PlainDate;
    recordedAt: Temporal.Instant;
  },
): Promise<string> {
  const { id } = await db.query.insertInto("wallet_expiry").values({
    tenant_id: db.tenantId,
    wallet_credit_id: expiry.walletCreditId,
    amount: expiry.amount,
    expired_on: expiry.expiredOn,
    recorded_at: expiry.recordedAt,
  }).returning("id").executeTakeFirstOrThrow();
  return id;
}

/** What expired of the payment of a wallet, in sum; nothing for another payment. */
export async function findExpiredOfPayment(
  db: TenantDb,
  paymentId: string,
): Promise<{ walletCreditId: string; amount: bigint } | undefined> {
  return await db.query.selectFrom("wallet_expiry as expiry")
    .innerJoin(
      "wallet_credit as wallet",
      (join) =>
        join.onRef("wallet.tenant_id", "=", "expiry.tenant_id").onRef(
          "wallet.id",
          "=",
          "expiry.wallet_credit_id",
        ),
    )
    .select(["wallet.id as walletCreditId", sql<bigint>`sum(expiry.amount)::bigint`.as("amount")])
    .where("expiry.tenant_id", "=", db.tenantId).where("wallet.tenant_id", "=", db.tenantId)
    .where("wallet.payment_id", "=", paymentId).groupBy("wallet.id")
    .having(sql<bigint>`sum(expiry.amount)`, "<>", 0n).executeTakeFirst();
}

/** One credit as its page shows it. */
export interface WalletCredit extends CustomerAccount {
  id: string;
  kind: WalletKind;
  name: string;
  entityName: string;
  amount: bigint;
  /** What invoices can still use. */
  left: bigint;
  priority: number;
  expiresOn: Temporal.PlainDate | null;
  paymentId: string | null;
  /** Whether its payment was taken back. */
  isReversed: boolean;
}

/** What a customer has left: the first to be used first, what is used up last. */
export async function listWalletCredits(
  db: TenantDb,
  customerId: string,
  limit: number,
): Promise<WalletCredit[]> {
  return await db.query.selectFrom("wallet_credit as wallet")
    .innerJoin(
      "billing_entity as entity",
      (join) =>
        join.onRef("entity.tenant_id", "=", "wallet.tenant_id")
          .onRef("entity.id", "=", "wallet.billing_entity_id"),
    )
    .leftJoin(
      "payment",
      (join) =>
        join.onRef("payment.tenant_id", "=", "wallet.tenant_id").onRef(
          "payment.id",
          "=",
          "wallet.payment_id",
        ),
    )
    .select([
      "wallet.id",
      "wallet.kind",
      "wallet.name",
      "wallet.customer_id as customerId",
      "wallet.billing_entity_id as billingEntityId",
      "entity.name as entityName",
      "wallet.currency",
      "wallet.amount",
      sql<bigint>`coalesce(payment.credit, wallet.remaining)`.as("left"),
      "wallet.priority",
      "wallet.expires_on as expiresOn",
      "wallet.payment_id as paymentId",
      sql<boolean>`coalesce(payment.state = 'reversed', false)`.as("isReversed"),
    ])
    .where("wallet.tenant_id", "=", db.tenantId).where("entity.tenant_id", "=", db.tenantId)
    .where("wallet.customer_id", "=", customerId)
    .orderBy(sql`coalesce(payment.credit, wallet.remaining) = 0`)
    .orderBy("wallet.priority").orderBy(({ ref }) => sql`${ref("wallet.expires_on")} nulls last`)
    .orderBy("wallet.id").limit(limit).execute();
}

export interface WalletMovement {
  at: Temporal.Instant;
  /** `added`, `used`, `returned` by a credit note or a reversal, `expired`, `reversed`. */
  what: "added" | "used" | "returned" | "expired" | "reversed";
  name: string;
  currency: string;
  /** Minor units, signed as it changes what is left. */
  amount: bigint;
  invoiceId: string | null;
  /** Null while the invoice is a draft. */
  invoiceNumber: string | null;
}

/** What came into a customer's wallet and went out, newest first. */
export async function listWalletMovements(
  db: TenantDb,
  customerId: string,
  limit: number,
): Promise<WalletMovement[]> {
  return await db.sql<WalletMovement[]>`
    with credits as (
      select * from wallet_credit where tenant_id = ${db.tenantId}::uuid and customer_id = ${customerId}::uuid
    ), moved as (
      select created_at as at, 'added' as what, id as credit_id, amount, null::uuid as invoice_id, id as order_id from credits
      union all
      select a.allocated_at, case when a.amount < 0 then 'returned' else 'used' end, c.id, -a.amount, a.invoice_id, a.id
      from credits c join payment_allocation a on a.tenant_id = c.tenant_id and a.payment_id = c.payment_id
      union all
      select u.used_at, 'used', c.id, -u.amount, u.invoice_id, u.invoice_id
      from credits c join wallet_use u on u.tenant_id = c.tenant_id and u.wallet_credit_id = c.id
      union all
      select e.recorded_at, case when e.amount < 0 then 'returned' else 'expired' end, c.id, -e.amount, null, e.id
      from credits c join wallet_expiry e on e.tenant_id = c.tenant_id and e.wallet_credit_id = c.id
      union all
      select r.reversed_at, 'reversed', c.id, -c.amount, null, r.payment_id
      from credits c join payment_reversal r on r.tenant_id = c.tenant_id and r.payment_id = c.payment_id
    )
    select moved.at, moved.what, c.name, c.currency, moved.amount::bigint as amount,
      moved.invoice_id as "invoiceId", i.number as "invoiceNumber"
    from moved
    join credits c on c.id = moved.credit_id
    left join invoice i on i.tenant_id = c.tenant_id and i.id = moved.invoice_id
    order by moved.at desc, moved.order_id desc, moved.amount limit ${limit}`;
}
