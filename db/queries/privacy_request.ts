/** Requests to erase a customer or a member, and what an erasure needs to know and to change. */
import { sql } from "kysely";
import type { SystemDb } from "../system.ts";
import type { TenantDb } from "../tenant.ts";
import { type BuyerColumns, openBuyer } from "./document_buyer.ts";
import { userIdOf } from "./acting_user.ts";
import { jsonb } from "./json.ts";

export type PrivacyState = "accepted" | "restricted" | "done";

export interface PrivacyRequest {
  id: string;
  subject: "customer" | "member";
  customerId: string | null;
  userId: string | null;
  state: PrivacyState;
  restrictedUntil: Temporal.PlainDate | null;
  requestedBy: string;
  requestedByName: string | null;
  requestedAt: Temporal.Instant;
  finishedAt: Temporal.Instant | null;
}

export interface NewPrivacyRequest {
  subject: "customer" | "member";
  customerId: string | null;
  userId: string | null;
  restrictedUntil: Temporal.PlainDate | null;
  requestedBy: string;
  requestedAt: Temporal.Instant;
}

export async function insertPrivacyRequest(db: TenantDb, request: NewPrivacyRequest): Promise<string> {
  const { id } = await db.query.insertInto("privacy_request").values({
    tenant_id: db.tenantId,
    subject: request.subject,
    customer_id: request.customerId,
    user_id: request.userId,
    restricted_until: request.restrictedUntil,
    requested_by: request.requestedBy,
    requested_at: request.requestedAt,
    finished_at: null,
  }).returning("id").executeTakeFirstOrThrow();
  return id;
}

function requests(db: TenantDb) {
  return db.query.selectFrom("privacy_request")
    .leftJoin("user", (join) => join.on(({ eb, ref }) => eb(ref("user.id"), "=", userIdOf("requested_by"))))
    .select([
      "privacy_request.id",
      "subject",
      "customer_id as customerId",
      "user_id as userId",
      "state",
      "restricted_until as restrictedUntil",
      "requested_by as requestedBy",
      "user.name as requestedByName",
      "requested_at as requestedAt",
      "finished_at as finishedAt",
    ]).where("privacy_request.tenant_id", "=", db.tenantId);
}

/** The newest first, older than one of them. */
export async function listPrivacyRequests(
  db: TenantDb,
  limit: number,
  after?: string,
): Promise<PrivacyRequest[]> {
  const query = requests(db).orderBy("privacy_request.id", "desc").limit(limit);
  return await (after === undefined ? query : query.where("privacy_request.id", "<", after)).execute();
}

export async function findPrivacyRequest(db: TenantDb, id: string): Promise<PrivacyRequest | undefined> {
  return await requests(db).where("privacy_request.id", "=", id).executeTakeFirst();
}

/** What still binds a customer to the business, each as a count. */
export interface CustomerTies {
  /** Contracts that have not ended. */
  contracts: bigint;
  /** Invoices that are drafts or not settled. */
  invoices: bigint;
  /** Payments and wallet money with something left. */
  credits: bigint;
  /** Messages on their way. */
  messages: bigint;
}

export async function countCustomerTies(
  db: TenantDb,
  customerId: string,
  today: Temporal.PlainDate,
): Promise<CustomerTies> {
  const [ties] = await db.sql<CustomerTies[]>`
    select
      (select count(*) from contract where tenant_id = ${db.tenantId} and customer_id = ${customerId}
        and (end_date is null or end_date > ${today})) as contracts,
      (select count(*) from invoice where tenant_id = ${db.tenantId} and customer_id = ${customerId}
        and (state in ('draft', 'approved') or open_amount <> 0)) as invoices,
      (select count(*) from payment where tenant_id = ${db.tenantId} and customer_id = ${customerId} and credit <> 0)
        + (select count(*) from wallet_credit where tenant_id = ${db.tenantId} and customer_id = ${customerId}
          and remaining <> 0) as credits,
      (select count(*) from message where tenant_id = ${db.tenantId} and customer_id = ${customerId}
        and state in ('queued', 'sending')) as messages`;
  return { ...ties };
}

export interface IssuedDocument {
  type: "invoice" | "credit_note";
  number: string;
  issued: Temporal.PlainDate;
  /** Of the entity that issued it. */
  country: string;
  /** As it was printed: name, address and the like. */
  buyer: unknown;
}

/** What was issued to a customer, newest first. */
export async function listIssuedDocuments(db: TenantDb, customerId: string): Promise<IssuedDocument[]> {
  const rows = await db.sql<(IssuedDocument & BuyerColumns & { id: string })[]>`
    select 'invoice' as type, invoice.id, invoice.number, invoice.issue_date as issued, entity.country,
      document.buyer, document.buyer_encrypted as "buyerEncrypted"
    from invoice join billing_entity entity
      on entity.tenant_id = invoice.tenant_id and entity.id = invoice.billing_entity_id
    join invoice_document document
      on document.tenant_id = invoice.tenant_id and document.invoice_id = invoice.id
    where invoice.tenant_id = ${db.tenantId} and invoice.customer_id = ${customerId} and invoice.number is not null
    union all
    select 'credit_note', note.id, note.number, note.issue_date, entity.country,
      document.buyer, document.buyer_encrypted
    from credit_note note join billing_entity entity
      on entity.tenant_id = note.tenant_id and entity.id = note.billing_entity_id
    join credit_note_document document
      on document.tenant_id = note.tenant_id and document.credit_note_id = note.id
    where note.tenant_id = ${db.tenantId} and note.customer_id = ${customerId} and note.number is not null
    order by issued desc, number desc`;
  return await Promise.all(rows.map(async ({ id, buyer, buyerEncrypted, ...row }) => ({
    ...row,
    buyer: await openBuyer(db, row.type, id, { buyer, buyerEncrypted }),
  })));
}

/** Takes what names a customer from its row; the id and the country stay. */
export async function setCustomerErased(
  db: TenantDb,
  customerId: string,
  { name, reference, now }: { name: string; reference: string; now: Temporal.Instant },
): Promise<void> {
  await db.query.updateTable("customer")
    .set({
      name,
      reference,
      email: null,
      address_lines: [],
      contact_encrypted: null,
      has_plain_email: false,
      invoice_delivery: "by_hand",
      erased_at: now,
    })
    .where("tenant_id", "=", db.tenantId).where("id", "=", customerId).execute();
}

/** A request as the system's part of an erasure reads it. */
export interface ErasureTask {
  id: string;
  customerId: string | null;
  userId: string | null;
  state: PrivacyState;
  restrictedUntil: Temporal.PlainDate | null;
}

/** The request, which nobody else works on until the transaction ends. */
export async function lockPrivacyRequest(
  db: SystemDb,
  tenantId: string,
  id: string,
): Promise<ErasureTask | undefined> {
  return await db.query.selectFrom("privacy_request")
    .select([
      "id",
      "customer_id as customerId",
      "user_id as userId",
      "state",
      "restricted_until as restrictedUntil",
    ])
    .where("tenant_id", "=", tenantId).where("id", "=", id).forUpdate().executeTakeFirst();
}

export async function setPrivacyRequestState(
  db: SystemDb,
  tenantId: string,
  id: string,
  state: "restricted" | "done",
  now: Temporal.Instant,
): Promise<void> {
  await db.query.updateTable("privacy_request").set({ state, finished_at: state === "done" ? now : null })
    .where("tenant_id", "=", tenantId).where("id", "=", id).execute();
}

/** Deletes what was known of a customer for tax; what was decided by it stays with the documents, without the number. */
export async function deleteTaxOfCustomer(db: SystemDb, tenantId: string, customerId: string): Promise<void> {
  for (const table of ["customer_tax", "vat_check", "exemption_certificate"] as const) {
    await db.query.deleteFrom(table).where("tenant_id", "=", tenantId).where("customer_id", "=", customerId)
      .execute();
  }
}

/** Deletes what was sent to a customer. */
export async function deleteMessagesOfCustomer(
  db: SystemDb,
  tenantId: string,
  customerId: string,
): Promise<void> {
  await db.sql`
    delete from message_attachment attachment using message
    where attachment.tenant_id = ${tenantId} and message.tenant_id = attachment.tenant_id
      and message.id = attachment.message_id and message.customer_id = ${customerId}`;
  // The answers of repeated presses name the recipient too.
  await db.sql`
    delete from idempotency_key where tenant_id = ${tenantId} and command = 'invoice.send'
      and answer ->> 'messageId' in (
        select id::text from message where tenant_id = ${tenantId} and customer_id = ${customerId})`;
  await db.sql`delete from message where tenant_id = ${tenantId} and customer_id = ${customerId}`;
}

/** Requests whose documents need not be kept any more. */
export async function listEndedRestrictions(
  db: SystemDb,
  tenantId: string,
  today: Temporal.PlainDate,
  limit: number,
): Promise<string[]> {
  const rows = await db.query.selectFrom("privacy_request").select("id")
    .where("tenant_id", "=", tenantId).where("state", "=", "restricted").where("restricted_until", "<", today)
    .orderBy("id").limit(limit).execute();
  return rows.map(({ id }) => id);
}

export async function listTenantsWithEndedRestrictions(
  db: SystemDb,
  today: Temporal.PlainDate,
): Promise<string[]> {
  const rows = await db.query.selectFrom("privacy_request").select("tenant_id").distinct()
    .where("state", "=", "restricted").where("restricted_until", "<", today).execute();
  return rows.map((row) => row.tenant_id);
}

/** Takes the name of a customer from every document that was issued to it, and from its payments. */
export async function shredDocumentsOfCustomer(
  db: SystemDb,
  tenantId: string,
  customerId: string,
  nobody: Record<string, unknown>,
): Promise<void> {
  const left = jsonb(nobody);
  for (
    const [document, issued, column] of [
      ["invoice_document", "invoice", "invoice_id"],
      ["credit_note_document", "credit_note", "credit_note_id"],
    ]
  ) {
    await sql`
      update ${sql.table(document)} set buyer_encrypted = null,
        buyer = ${left} || jsonb_build_object('country', buyer -> 'country')
      where tenant_id = ${tenantId} and ${sql.ref(column)} in (
        select id from ${sql.table(issued)} where tenant_id = ${tenantId} and customer_id = ${customerId})`
      .execute(db.query);
  }
  // "Payment by bank transfer, RENT JONES": what follows the comma was written by people.
  await db.sql`
    update ledger_transaction set description = regexp_replace(description, ',.*$', '')
    where tenant_id = ${tenantId} and payment_id in (
      select id from payment where tenant_id = ${tenantId} and customer_id = ${customerId})`;
  await db.query.updateTable("payment").set({ reference: null })
    .where("tenant_id", "=", tenantId).where("customer_id", "=", customerId).execute();
}
