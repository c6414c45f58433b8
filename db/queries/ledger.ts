/** The ledger: accounts of each billing entity, transactions that balance, and their entries. Only ever added to. */
import type { TenantDb } from "../tenant.ts";
import { sql } from "kysely";

export interface NewLedgerAccount {
  code: string;
  name: string;
  kind: "asset" | "liability" | "equity" | "revenue" | "expense";
}

export interface NewLedgerTransaction {
  id: string;
  billingEntityId: string;
  kind: string;
  invoiceId: string | null;
  paymentId: string | null;
  creditNoteId?: string | null;
  walletExpiryId?: string | null;
  writeOffId?: string | null;
  postedOn: Temporal.PlainDate;
  description: string;
  /** Minor units; a debit is positive, a credit negative. The account is named by its code. */
  entries: { accountCode: string; customerId: string | null; amount: bigint; currency: string }[];
}

/** Opens the accounts that the entity does not have yet. */
export async function insertLedgerAccounts(
  db: TenantDb,
  billingEntityId: string,
  accounts: readonly NewLedgerAccount[],
): Promise<void> {
  await db.query.insertInto("ledger_account")
    .values(accounts.map((account) => ({
      tenant_id: db.tenantId,
      billing_entity_id: billingEntityId,
      ...account,
    })))
    .onConflict((conflict) => conflict.columns(["tenant_id", "billing_entity_id", "code"]).doNothing())
    .execute();
}

/**
 * Posts transactions with their entries. An account that the entity does not have makes the statement fail, since its
 * entry would have no account; a transaction that does not balance per currency fails at the commit.
 */
export async function insertLedgerTransactions(
  db: TenantDb,
  transactions: readonly NewLedgerTransaction[],
): Promise<void> {
  const entries = transactions.flatMap(({ id, billingEntityId, entries }) =>
    entries.map((entry, index) => ({ ...entry, id, billingEntityId, position: index + 1 }))
  );
  await db.sql`
    with posted as (
      insert into ledger_transaction
        (tenant_id, id, billing_entity_id, kind, invoice_id, payment_id, credit_note_id,
          wallet_expiry_id, write_off_id, posted_on, description)
      select ${db.tenantId}::uuid, item.* from unnest(
        ${transactions.map(({ id }) => id)}::uuid[],
        ${transactions.map(({ billingEntityId }) => billingEntityId)}::uuid[],
        ${transactions.map(({ kind }) => kind)}::text[],
        ${transactions.map(({ invoiceId }) => invoiceId)}::uuid[],
        ${transactions.map(({ paymentId }) => paymentId)}::uuid[],
        ${transactions.map(({ creditNoteId }) => creditNoteId ?? null)}::uuid[],
        ${transactions.map(({ walletExpiryId }) => walletExpiryId ?? null)}::uuid[],
        ${transactions.map(({ writeOffId }) => writeOffId ?? null)}::uuid[],
        ${transactions.map(({ postedOn }) => postedOn.toString())}::text[]::date[],
        ${transactions.map(({ description }) => description)}::text[]) as item
    )
    insert into ledger_entry
      (tenant_id, ledger_transaction_id, position, ledger_account_id, customer_id, amount, currency)
    select ${db.tenantId}::uuid, entry.id, entry.position, account.id, entry.customer_id, entry.amount, entry.currency
    from unnest(
      ${entries.map(({ id }) => id)}::uuid[],
      ${entries.map(({ billingEntityId }) => billingEntityId)}::uuid[],
      ${entries.map(({ position }) => position)}::int[],
      ${entries.map(({ accountCode }) => accountCode)}::text[],
      ${entries.map(({ customerId }) => customerId)}::uuid[],
      ${entries.map(({ amount }) => amount)}::bigint[],
      ${entries.map(({ currency }) => currency)}::text[]
    ) as entry(id, billing_entity_id, position, code, customer_id, amount, currency)
    left join ledger_account account on account.tenant_id = ${db.tenantId}
      and account.billing_entity_id = entry.billing_entity_id and account.code = entry.code`;
}

export interface TrialBalanceRow {
  entityId: string;
  entityName: string;
  code: string;
  name: string;
  kind: NewLedgerAccount["kind"];
  currency: string;
  /** Minor units. */
  debits: bigint;
  credits: bigint;
}

/** What every account was debited and credited up to and with a date, by entity, account and currency; of one entity if named. */
export async function listTrialBalance(
  db: TenantDb,
  until: Temporal.PlainDate,
  entityId: string | null = null,
): Promise<TrialBalanceRow[]> {
  return await db.sql<TrialBalanceRow[]>`
    select entity.id as "entityId", entity.name as "entityName", account.code, account.name, account.kind,
      entry.currency,
      coalesce(sum(entry.amount) filter (where entry.amount > 0), 0)::bigint as debits,
      coalesce(-sum(entry.amount) filter (where entry.amount < 0), 0)::bigint as credits
    from ledger_entry entry
    join ledger_transaction posted
      on posted.tenant_id = entry.tenant_id and posted.id = entry.ledger_transaction_id
    join ledger_account account
      on account.tenant_id = entry.tenant_id and account.id = entry.ledger_account_id
    join billing_entity entity
      on entity.tenant_id = account.tenant_id and entity.id = account.billing_entity_id
    where entry.tenant_id = ${db.tenantId} and posted.posted_on <= ${until}
      and (${entityId}::uuid is null or entity.id = ${entityId}::uuid)
    group by entity.id, entity.name, account.code, account.name, account.kind, entry.currency
    order by entity.name, entity.id, account.code, entry.currency`;
}

export interface CustomerBalanceRow {
  customerId: string;
  currency: string;
  /** Minor units that the customer owes. */
  amount: bigint;
}

/** What customers owe by the ledger: of one, or of all who owe or are owed something. */
export async function listCustomerBalances(
  db: TenantDb,
  receivableCode: string,
  customerId?: string,
): Promise<CustomerBalanceRow[]> {
  return await db.query.selectFrom("ledger_entry as entry")
    .innerJoin("ledger_account as account", (join) =>
      join.onRef("account.tenant_id", "=", "entry.tenant_id")
        .onRef("account.id", "=", "entry.ledger_account_id"))
    .select([
      sql<string>`entry.customer_id`.as("customerId"),
      "entry.currency",
      sql<bigint>`sum(entry.amount)::bigint`.as("amount"),
    ])
    .where("entry.tenant_id", "=", db.tenantId).where("account.tenant_id", "=", db.tenantId)
    .where("account.code", "=", receivableCode)
    .where("entry.customer_id", "is not", null)
    .$if(customerId !== undefined, (query) => query.where("entry.customer_id", "=", customerId!))
    .groupBy(["entry.customer_id", "entry.currency"])
    .having(sql<bigint>`sum(entry.amount)`, "<>", 0n)
    .orderBy("entry.customer_id").orderBy("entry.currency")
    .execute();
}
