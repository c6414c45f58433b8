/** What a customer was billed and paid, as the ledger has it: the balance before a day, and every entry of a span. */
import { sql } from "kysely";
import type { TenantDb } from "../tenant.ts";

/** One entry of the customer's receivable. */
export interface StatementEntry {
  entityId: string;
  currency: string;
  postedOn: Temporal.PlainDate;
  kind: string;
  description: string;
  invoiceId: string | null;
  paymentId: string | null;
  creditNoteId: string | null;
  /** Minor units: what the customer owes more, or less when below zero. */
  amount: bigint;
}

export interface OpeningBalance {
  entityId: string;
  currency: string;
  /** Minor units that the customer owed. */
  amount: bigint;
}

function receivable(db: TenantDb, receivableCode: string, customerId: string) {
  return db.query.selectFrom("ledger_entry as entry")
    .innerJoin("ledger_account as account", (join) =>
      join.onRef("account.tenant_id", "=", "entry.tenant_id")
        .onRef("account.id", "=", "entry.ledger_account_id"))
    .innerJoin(
      "ledger_transaction as posted",
      (join) =>
        join.onRef("posted.tenant_id", "=", "entry.tenant_id")
          .onRef("posted.id", "=", "entry.ledger_transaction_id"),
    )
    .where("entry.tenant_id", "=", db.tenantId).where("account.tenant_id", "=", db.tenantId)
    .where("posted.tenant_id", "=", db.tenantId)
    .where("entry.customer_id", "=", customerId).where("account.code", "=", receivableCode);
}

/** What the customer owed when the day began, by entity and currency. */
export async function listOpeningBalances(
  db: TenantDb,
  receivableCode: string,
  customerId: string,
  day: Temporal.PlainDate,
): Promise<OpeningBalance[]> {
  return await receivable(db, receivableCode, customerId)
    .select([
      "account.billing_entity_id as entityId",
      "entry.currency",
      sql<bigint>`sum(entry.amount)::bigint`.as("amount"),
    ])
    .where("posted.posted_on", "<", day)
    .groupBy(["account.billing_entity_id", "entry.currency"])
    .execute();
}

/** The entries from one day to another, both included, in the order of their days; at most `limit`. */
export async function listStatementEntries(
  db: TenantDb,
  receivableCode: string,
  customerId: string,
  days: { from: Temporal.PlainDate; to: Temporal.PlainDate },
  limit: number,
): Promise<StatementEntry[]> {
  return await receivable(db, receivableCode, customerId)
    .select([
      "account.billing_entity_id as entityId",
      "entry.currency",
      "posted.posted_on as postedOn",
      "posted.kind",
      "posted.description",
      "posted.invoice_id as invoiceId",
      "posted.payment_id as paymentId",
      "posted.credit_note_id as creditNoteId",
      "entry.amount",
    ])
    .where("posted.posted_on", ">=", days.from).where("posted.posted_on", "<=", days.to)
    .orderBy("posted.posted_on").orderBy("posted.id").orderBy("entry.position")
    .limit(limit)
    .execute();
}

/** An entity as the head of a letter names it. */
export interface StatementEntity {
  id: string;
  name: string;
  addressLines: string[];
  country: string;
  language: string;
}

/** By name. */
export async function listStatementEntities(
  db: TenantDb,
  entityIds: readonly string[],
): Promise<StatementEntity[]> {
  if (entityIds.length === 0) return [];
  return await db.query.selectFrom("billing_entity")
    .select([
      "id",
      "name",
      "address_lines as addressLines",
      "country",
      "language",
    ])
    .where("tenant_id", "=", db.tenantId).where("id", "in", [...entityIds])
    .orderBy("name").orderBy("id")
    .execute();
}
