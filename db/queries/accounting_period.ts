/** How far the books of an entity are closed, what was done to each month, and what stands in the way of closing one. */
import { sql } from "kysely";
import type { TenantDb } from "../tenant.ts";
import { userIdOf } from "./acting_user.ts";

/** Waits until nobody posts to the books of the entity; until the end of the transaction nobody else can. */
export async function lockBooks(db: TenantDb, entityId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(accounting_lock_key(${db.tenantId}::uuid, ${entityId}::uuid))`
    .execute(db.query);
}

/** The last closed day, read while nobody closes or re-opens; undefined where nothing was ever closed. */
export async function findClosedThrough(
  db: TenantDb,
  entityId: string,
  { shared }: { shared: boolean } = { shared: false },
): Promise<Temporal.PlainDate | undefined> {
  if (shared) {
    await sql`select pg_advisory_xact_lock_shared(accounting_lock_key(${db.tenantId}::uuid, ${entityId}::uuid))`
      .execute(db.query);
  }
  const row = await db.query.selectFrom("accounting_lock").select("closed_through")
    .where("tenant_id", "=", db.tenantId).where("billing_entity_id", "=", entityId).executeTakeFirst();
  return row?.closed_through;
}

export async function setClosedThrough(
  db: TenantDb,
  entityId: string,
  day: Temporal.PlainDate,
): Promise<void> {
  await db.query.insertInto("accounting_lock")
    .values({ tenant_id: db.tenantId, billing_entity_id: entityId, closed_through: day })
    .onConflict((conflict) =>
      conflict.columns(["tenant_id", "billing_entity_id"]).doUpdateSet({ closed_through: day })
    ).execute();
}

export interface PeriodChange {
  month: Temporal.PlainDate;
  kind: "closed" | "reopened";
  reason: string;
  actor: string;
  actorName: string | null;
  at: Temporal.Instant;
}

export async function insertPeriodChange(
  db: TenantDb,
  change: Omit<PeriodChange, "actorName"> & { entityId: string },
): Promise<string> {
  const { entityId, ...row } = change;
  const { id } = await db.query.insertInto("accounting_period_change")
    .values({ tenant_id: db.tenantId, billing_entity_id: entityId, ...row })
    .returning("id").executeTakeFirstOrThrow();
  return id;
}

/** What was done to the months of an entity, or to one, the newest first. */
export async function listPeriodChanges(
  db: TenantDb,
  entityId: string,
  month: Temporal.PlainDate | null = null,
): Promise<PeriodChange[]> {
  return await db.query.selectFrom("accounting_period_change as change")
    .leftJoin("user", (join) => join.on("user.id", "=", userIdOf("change.actor")))
    .select([
      "change.month",
      "change.kind",
      "change.reason",
      "change.actor",
      "user.name as actorName",
      "change.at",
    ])
    .where("change.tenant_id", "=", db.tenantId).where("change.billing_entity_id", "=", entityId)
    .$if(month !== null, (query) => query.where("change.month", "=", month!))
    .orderBy("change.id", "desc").limit(500)
    .execute();
}

/** The days of the first and the last posting; nothing if there is none. */
export async function findPostedSpan(
  db: TenantDb,
  entityId: string,
): Promise<{ first: Temporal.PlainDate; last: Temporal.PlainDate } | undefined> {
  const [span] = await db.sql<{ first: Temporal.PlainDate | null; last: Temporal.PlainDate }[]>`
    select min(posted_on) as first, max(posted_on) as last from ledger_transaction
    where tenant_id = ${db.tenantId} and billing_entity_id = ${entityId}`;
  return span?.first ? { first: span.first, last: span.last } : undefined;
}

/** Approved invoices without a number whose period, or the day that they were written where there is none, is over before a day. */
export async function listUnissued(
  db: TenantDb,
  entityId: string,
  before: Temporal.PlainDate,
  limit: number,
): Promise<{ id: string; customerName: string }[]> {
  return await db.sql<{ id: string; customerName: string }[]>`
    select invoice.id, customer.name as "customerName" from invoice
    join customer on customer.tenant_id = invoice.tenant_id and customer.id = invoice.customer_id
    where invoice.tenant_id = ${db.tenantId} and invoice.billing_entity_id = ${entityId}
      and invoice.state = 'approved'
        and coalesce(invoice.period_end, invoice.created_at::date) <= ${before}
    order by customer.name, invoice.id limit ${limit}`;
}

/** Runs over periods that end before a day and that are not finished. */
export async function listUnfinishedRuns(
  db: TenantDb,
  entityId: string,
  before: Temporal.PlainDate,
): Promise<{ id: string; periodEnd: Temporal.PlainDate }[]> {
  return await db.query.selectFrom("invoice_run").select(["id", "period_end as periodEnd"])
    .where("tenant_id", "=", db.tenantId).where("billing_entity_id", "=", entityId)
    .where("finished_at", "is", null).where("period_end", "<=", before)
    .orderBy("period_end").orderBy("id").execute();
}

/** Customers with wallet money of the entity that expired before a day and is not posted. */
export async function listUnpostedExpiries(
  db: TenantDb,
  entityId: string,
  before: Temporal.PlainDate,
): Promise<{ customerId: string; customerName: string }[]> {
  return await db.sql<{ customerId: string; customerName: string }[]>`
    select distinct customer.id as "customerId", customer.name as "customerName" from wallet_credit wallet
    join payment on payment.tenant_id = wallet.tenant_id and payment.id = wallet.payment_id
    join customer on customer.tenant_id = wallet.tenant_id and customer.id = wallet.customer_id
    where wallet.tenant_id = ${db.tenantId} and wallet.billing_entity_id = ${entityId}
      and wallet.expires_on < ${before} and payment.credit > 0
    order by 2, 1 limit 20`;
}
