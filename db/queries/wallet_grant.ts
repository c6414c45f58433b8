/** Granted wallet money: locked while bills are derived, held for the preview of a run, and used by drafts. */
import type { TenantDb } from "../tenant.ts";
import type { CustomerAccount } from "./invoice_settlement.ts";

/** What one period has of one credit; minor units. */
export interface GrantUse {
  walletCreditId: string;
  name: string;
  amount: bigint;
}

/** The period of a contract. */
export interface GrantPeriod {
  contractId: string;
  start: Temporal.PlainDate;
}

/** For each period what its invoices used, in the order of use. */
export async function listGrantsUsed(db: TenantDb, periods: readonly GrantPeriod[]): Promise<GrantUse[][]> {
  if (periods.length === 0) return [];
  const rows = await db.sql<(GrantUse & { place: number })[]>`
    select asked.place::int as place, wallet.id as "walletCreditId", wallet.name, sum(used.amount)::bigint as amount
    from unnest(${periods.map(({ contractId }) => contractId)}::uuid[],
      ${periods.map(({ start }) => start.toString())}::text[]::date[])
      with ordinality as asked(contract_id, period_start, place)
    join invoice on invoice.tenant_id = ${db.tenantId}::uuid and invoice.contract_id = asked.contract_id
      and invoice.period_start = asked.period_start
    join wallet_use used on used.tenant_id = invoice.tenant_id and used.invoice_id = invoice.id
    join wallet_credit wallet on wallet.tenant_id = used.tenant_id and wallet.id = used.wallet_credit_id
    group by asked.place, wallet.tenant_id, wallet.id
    order by asked.place, wallet.priority, wallet.expires_on nulls last, wallet.id`;
  const found = Map.groupBy(rows, ({ place }) => place);
  return periods.map((_, index) =>
    (found.get(index + 1) ?? []).map(({ walletCreditId, name, amount }) => ({ walletCreditId, name, amount }))
  );
}

/** A credit with granted money left, locked. */
export interface GrantedCredit extends CustomerAccount {
  id: string;
  name: string;
  priority: number;
  expiresOn: Temporal.PlainDate | null;
  remaining: bigint;
}

/** Locks what customers have left of granted money, in the order of the ids. */
export async function lockGrantedCredits(
  db: TenantDb,
  customerIds: readonly string[],
): Promise<GrantedCredit[]> {
  return await db.sql<GrantedCredit[]>`
    select id, name, customer_id as "customerId", billing_entity_id as "billingEntityId", currency, priority,
      expires_on as "expiresOn", remaining
    from wallet_credit
    where tenant_id = ${db.tenantId}::uuid and customer_id = any(${[...new Set(customerIds)]}::uuid[])
      and remaining > 0
    order by id for no key update`;
}

/** What the preview of an open run counts on. */
export interface GrantHold {
  walletCreditId: string;
  contractId: string;
  periodStart: Temporal.PlainDate;
  amount: bigint;
}

/** The holds of open runs on these credits; the credits are locked, so that no hold comes or goes meanwhile. */
export async function listHolds(db: TenantDb, walletCreditIds: readonly string[]): Promise<GrantHold[]> {
  if (walletCreditIds.length === 0) return [];
  return await db.sql<GrantHold[]>`
    select hold.wallet_credit_id as "walletCreditId", hold.contract_id as "contractId",
      hold.period_start as "periodStart", hold.amount
    from wallet_hold hold
    join invoice_run run on run.tenant_id = hold.tenant_id and run.id = hold.invoice_run_id
    where hold.tenant_id = ${db.tenantId}::uuid and hold.wallet_credit_id = any(${[
    ...walletCreditIds,
  ]}::uuid[])
      and run.state in ('previewing', 'awaiting_approval', 'issuing')`;
}

export async function insertHolds(db: TenantDb, runId: string, holds: readonly GrantHold[]): Promise<void> {
  if (holds.length === 0) return;
  await db.query.insertInto("wallet_hold").values(holds.map((hold) => ({
    tenant_id: db.tenantId,
    invoice_run_id: runId,
    contract_id: hold.contractId,
    period_start: hold.periodStart,
    wallet_credit_id: hold.walletCreditId,
    amount: hold.amount,
  }))).execute();
}

/** Writes what drafts use of locked credits, lowers what is left of them, and lets the holds of their periods go. */
export async function insertGrantUses(
  db: TenantDb,
  uses: readonly (GrantUse & { invoiceId: string } & GrantPeriod)[],
  at: Temporal.Instant,
): Promise<void> {
  if (uses.length === 0) return;
  const creditIds = uses.map(({ walletCreditId }) => walletCreditId);
  await db.query.insertInto("wallet_use").values(uses.map(({ walletCreditId, invoiceId, amount }) => ({
    tenant_id: db.tenantId,
    wallet_credit_id: walletCreditId,
    invoice_id: invoiceId,
    amount,
    used_at: at,
  }))).execute();
  await db.sql`
    update wallet_credit set remaining = remaining - used.amount
    from (select id, sum(amount)::bigint as amount
      from unnest(${creditIds}::uuid[], ${uses.map(({ amount }) => amount)}::bigint[]) as each(id, amount)
      group by id) as used
    where wallet_credit.tenant_id = ${db.tenantId}::uuid and wallet_credit.id = used.id`;
  await db.sql`
    delete from wallet_hold using unnest(${uses.map(({ contractId }) => contractId)}::uuid[],
      ${uses.map(({ start }) => start.toString())}::text[]::date[]) as billed(contract_id, period_start)
    where wallet_hold.tenant_id = ${db.tenantId}::uuid and wallet_hold.contract_id = billed.contract_id
      and wallet_hold.period_start = billed.period_start`;
}

/** Lowers what is left of a locked credit. */
export async function lowerRemaining(db: TenantDb, walletCreditId: string, amount: bigint): Promise<void> {
  await db.query.updateTable("wallet_credit")
    .set(({ eb }) => ({ remaining: eb("remaining", "-", amount) }))
    .where("tenant_id", "=", db.tenantId).where("id", "=", walletCreditId).execute();
}

/** What is left of a locked credit, holds included. */
export async function findRemaining(db: TenantDb, walletCreditId: string): Promise<bigint> {
  const { remaining } = await db.query.selectFrom("wallet_credit").select("remaining")
    .where("tenant_id", "=", db.tenantId).where("id", "=", walletCreditId).executeTakeFirstOrThrow();
  return remaining ?? 0n;
}
