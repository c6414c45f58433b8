/** The chart of accounts, and the entries of one account with the balance after each. */
import { sql } from "kysely";
import type { TenantDb } from "../tenant.ts";
import type { NewLedgerAccount } from "./ledger.ts";

/** One entity's books in one currency. */
export interface Book {
  entityId: string;
  currency: string;
}

/** The accounts of all entities, each code once. */
export async function listChart(db: TenantDb): Promise<NewLedgerAccount[]> {
  return await db.query.selectFrom("ledger_account")
    .select(["code", "name", "kind"]).distinctOn("code")
    .where("tenant_id", "=", db.tenantId).orderBy("code").execute();
}

export async function findChartAccount(db: TenantDb, code: string): Promise<NewLedgerAccount | undefined> {
  return await db.query.selectFrom("ledger_account").select(["code", "name", "kind"])
    .where("tenant_id", "=", db.tenantId).where("code", "=", code).limit(1).executeTakeFirst();
}

/** The books in which anything is posted. */
export async function listBooks(db: TenantDb): Promise<Book[]> {
  return await db.sql<Book[]>`
    select account.billing_entity_id as "entityId", posted.currency
    from ledger_account account
    cross join lateral (
      select distinct currency from ledger_entry entry
      where entry.tenant_id = account.tenant_id and entry.ledger_account_id = account.id
    ) posted
    where account.tenant_id = ${db.tenantId}
    group by 1, 2 order by 1, 2`;
}

/** The balance of an account when the day began, in minor units; debits are positive. */
export async function findOpeningBalance(
  db: TenantDb,
  { entityId, currency }: Book,
  code: string,
  day: Temporal.PlainDate,
): Promise<bigint> {
  const [{ amount }] = await db.sql<{ amount: bigint }[]>`
    select coalesce(sum(entry.amount), 0)::bigint as amount
    from ledger_entry entry
    join ledger_account account
      on account.tenant_id = entry.tenant_id and account.id = entry.ledger_account_id
    join ledger_transaction posted
      on posted.tenant_id = entry.tenant_id and posted.id = entry.ledger_transaction_id
    where entry.tenant_id = ${db.tenantId} and entry.currency = ${currency} and account.code = ${code}
      and account.billing_entity_id = ${entityId} and posted.posted_on < ${day}`;
  return amount;
}

export interface AccountEntry {
  /** Where it stands in the account. */
  place: string;
  postedOn: Temporal.PlainDate;
  description: string;
  customerId: string | null;
  customerName: string | null;
  invoiceId: string | null;
  paymentId: string | null;
  creditNoteId: string | null;
  walletExpiryId: string | null;
  /** Minor units; a debit is positive. */
  amount: bigint;
  /** Of the entries up to this one, from the first day on. */
  change: bigint;
}

const placeShape = /^\d{4}-\d\d-\d\d_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}_\d{1,6}$/;

/** Whether a text may be the place of an entry. */
export function isEntryPlace(text: string): boolean {
  return placeShape.test(text) && !Number.isNaN(Date.parse(text.slice(0, 10)));
}

/** Entries from one day to another, both included; before a place they come in reverse, the nearest first. */
export async function listAccountEntries(
  db: TenantDb,
  { entityId, currency }: Book,
  code: string,
  days: { from: Temporal.PlainDate; to: Temporal.PlainDate },
  { after, before, limit }: { after?: string; before?: string; limit: number },
): Promise<AccountEntry[]> {
  const cursor = after ?? before;
  const [day, id, position] = cursor === undefined ? [null, null, null] : cursor.split("_");
  const { rows } = await sql<AccountEntry>`
    with entries as (
      select posted.posted_on, posted.id, entry.position, posted.description, entry.customer_id, posted.invoice_id,
        posted.payment_id, posted.credit_note_id, posted.wallet_expiry_id, entry.amount,
        sum(entry.amount) over (order by posted.posted_on, posted.id, entry.position) as change
      from ledger_entry entry
      join ledger_account account
        on account.tenant_id = entry.tenant_id and account.id = entry.ledger_account_id
      join ledger_transaction posted
        on posted.tenant_id = entry.tenant_id and posted.id = entry.ledger_transaction_id
      where entry.tenant_id = ${db.tenantId} and entry.currency = ${currency} and account.code = ${code}
        and account.billing_entity_id = ${entityId}
        and posted.posted_on between ${days.from} and ${days.to}
    )
    select concat_ws('_', entries.posted_on, entries.id, entries.position) as place,
      entries.posted_on as "postedOn", entries.description, entries.customer_id as "customerId",
      customer.name as "customerName", entries.invoice_id as "invoiceId", entries.payment_id as "paymentId",
      entries.credit_note_id as "creditNoteId", entries.wallet_expiry_id as "walletExpiryId", entries.amount,
      entries.change::bigint as change
    from entries
    left join customer on customer.tenant_id = ${db.tenantId} and customer.id = entries.customer_id
    where ${
    cursor === undefined
      ? sql`true`
      : sql`(entries.posted_on, entries.id, entries.position) ${after === undefined ? sql`<` : sql`>`}
        (${day}::text::date, ${id}::text::uuid, ${position}::text::int)`
  }
    order by ${
    before === undefined
      ? sql`entries.posted_on, entries.id, entries.position`
      : sql`entries.posted_on desc, entries.id desc, entries.position desc`
  }
    limit ${limit}`.execute(db.query);
  return rows;
}
