/** Messages that carry invoices to customers: what was written, how far it got, and what hangs on it. */
import { sql } from "kysely";
import type { JobState, MessageState } from "../schema.ts";
import type { TenantDb } from "../tenant.ts";
import {
  type ContentColumns,
  encryptContent,
  encryptFile,
  openContent,
  openFile,
} from "./message_content.ts";

/** The kind of job that carries a message; its payload is `{ messageId }`, its unique key the message's id. */
export const deliveryKind = "message.deliver";

export interface NewMessage {
  id: string;
  invoiceId: string;
  customerId: string;
  senderName: string;
  recipient: string;
  subject: string;
  text: string;
  html: string;
  attachments: readonly MessageAttachment[];
  requestedBy: string;
  requestedAt: Temporal.Instant;
}

export interface MessageAttachment {
  fileName: string;
  mediaType: string;
  content: string;
}

/** Writes a message with its attachments, to be delivered. */
export async function insertMessage(db: TenantDb, message: NewMessage): Promise<void> {
  await db.query.insertInto("message").values({
    tenant_id: db.tenantId,
    id: message.id,
    invoice_id: message.invoiceId,
    customer_id: message.customerId,
    sender_name: message.senderName,
    ...await encryptContent(db, message.id, message),
    provider_id: null,
    failure: null,
    requested_by: message.requestedBy,
    requested_at: message.requestedAt,
    settled_at: null,
  }).execute();
  if (message.attachments.length === 0) return;
  const files = message.attachments.map(async (attachment, index) => ({
    tenant_id: db.tenantId,
    message_id: message.id,
    position: index + 1,
    file_name: attachment.fileName,
    media_type: attachment.mediaType,
    ...await encryptFile(db, message.id, index + 1, attachment.content),
  }));
  await db.query.insertInto("message_attachment").values(await Promise.all(files)).execute();
}

export interface MessageToMove {
  id: string;
  invoiceId: string;
  state: MessageState;
  attempts: number;
  /** The run that sends the invoice, if one does. */
  runId: string | null;
}

/** Locks a message until the transaction ends. */
export async function lockMessage(
  db: TenantDb,
  messageId: string,
): Promise<MessageToMove | undefined> {
  return await db.query.selectFrom("message")
    .select((column) => [
      "message.id",
      "message.invoice_id as invoiceId",
      "message.state",
      "message.attempts",
      column.selectFrom("invoice_run_item as item").select("item.invoice_run_id")
        .whereRef("item.tenant_id", "=", "message.tenant_id")
        .whereRef("item.invoice_id", "=", "message.invoice_id")
        .where("item.delivery", "=", "email").as("runId"),
    ])
    .where("message.tenant_id", "=", db.tenantId).where("message.id", "=", messageId)
    .forNoKeyUpdate("message")
    .executeTakeFirst();
}

/** The message of an invoice that is on its way, if there is one, with the state of the job that carries it. */
export async function lockMessageOnItsWay(
  db: TenantDb,
  invoiceId: string,
): Promise<{ id: string; state: MessageState; jobState: JobState | null } | undefined> {
  return await db.query.selectFrom("message")
    .select((column) => [
      "message.id",
      "message.state",
      column.selectFrom("job").select("job.state")
        .whereRef("job.tenant_id", "=", "message.tenant_id").where("job.kind", "=", deliveryKind)
        .where("job.unique_key", "=", sql<string>`message.id::text`).as("jobState"),
    ])
    .where("message.tenant_id", "=", db.tenantId).where("message.invoice_id", "=", invoiceId)
    .where("message.state", "in", ["queued", "sending"])
    .forNoKeyUpdate("message")
    .executeTakeFirst();
}

export interface MessageProgress {
  state: MessageState;
  attempts?: number;
  providerId?: string | null;
  failure?: string | null;
  settledAt?: Temporal.Instant | null;
}

/** How far a locked message got. */
export async function setMessageProgress(
  db: TenantDb,
  messageId: string,
  { state, attempts, providerId, failure, settledAt }: MessageProgress,
): Promise<void> {
  await db.query.updateTable("message")
    .set({ state, attempts, provider_id: providerId, failure, settled_at: settledAt })
    .where("tenant_id", "=", db.tenantId).where("id", "=", messageId)
    .execute();
}

export interface MessageRecord {
  id: string;
  invoiceId: string;
  invoiceNumber: string;
  senderName: string;
  recipient: string;
  subject: string;
  state: MessageState;
  attempts: number;
  failure: string | null;
  requestedBy: string;
  /** Of the person, if a person of this tenant asked for it. */
  requestedByName: string | null;
  requestedAt: Temporal.Instant;
  /** Time zone of the entity that sends it. */
  zone: string;
}

function records(db: TenantDb) {
  return db.query.selectFrom("message")
    .innerJoin("invoice", (join) =>
      join.onRef("invoice.tenant_id", "=", "message.tenant_id")
        .onRef("invoice.id", "=", "message.invoice_id"))
    .innerJoin("billing_entity as entity", (join) =>
      join.onRef("entity.tenant_id", "=", "invoice.tenant_id")
        .onRef("entity.id", "=", "invoice.billing_entity_id"))
    .leftJoin("user", (join) =>
      join.on(
        "user.id",
        "=",
        sql<
          string
        >`case when message.requested_by like 'user:%' then substr(message.requested_by, 6)::uuid end`,
      ))
    .select([
      "message.id",
      "message.invoice_id as invoiceId",
      sql<string>`invoice.number`.as("invoiceNumber"),
      "message.sender_name as senderName",
      "message.recipient",
      "message.subject",
      "message.body_text",
      "message.body_html",
      "message.content_encrypted",
      "message.state",
      "message.attempts",
      "message.failure",
      "message.requested_by as requestedBy",
      "user.name as requestedByName",
      "message.requested_at as requestedAt",
      "entity.zone",
    ])
    .where("message.tenant_id", "=", db.tenantId).where("invoice.tenant_id", "=", db.tenantId);
}

/** With the words, which lists do not show: they are opened in one piece. */
async function opened<Row extends ContentColumns & { id: string }>(db: TenantDb, rows: Promise<Row[]>) {
  return await Promise.all((await rows).map(async (row) => {
    const { body_text: _text, body_html: _html, content_encrypted: _encrypted, ...rest } = row;
    return { ...rest, ...await openContent(db, row.id, row) };
  }));
}

/** The newest messages of an invoice, newest first. */
export async function listMessagesOfInvoice(
  db: TenantDb,
  invoiceId: string,
  limit: number,
): Promise<MessageRecord[]> {
  return await opened(
    db,
    records(db).where("message.invoice_id", "=", invoiceId)
      .orderBy("message.id", "desc").limit(limit)
      .execute(),
  );
}

/** Messages older than one of them, newest first; one row more than `limit`, if there are more. */
export async function listMessages(db: TenantDb, limit: number, after?: string): Promise<MessageRecord[]> {
  const query = records(db).orderBy("message.id", "desc").limit(limit + 1);
  return await opened(db, (after === undefined ? query : query.where("message.id", "<", after)).execute());
}

export interface WholeMessage extends MessageRecord {
  text: string;
  html: string;
  attachments: MessageAttachment[];
}

/** A message with its words and attachments. */
export async function findMessage(db: TenantDb, messageId: string): Promise<WholeMessage | undefined> {
  const [[message], files] = await Promise.all([
    opened(db, records(db).where("message.id", "=", messageId).execute()),
    db.query.selectFrom("message_attachment")
      .select([
        "file_name as fileName",
        "media_type as mediaType",
        "position",
        "content",
        "content_encrypted",
      ])
      .where("tenant_id", "=", db.tenantId).where("message_id", "=", messageId)
      .orderBy("position")
      .execute(),
  ]);
  if (!message) return undefined;
  const attachments = await Promise.all(files.map(async ({ fileName, mediaType, position, ...file }) => {
    return { fileName, mediaType, content: await openFile(db, messageId, position, file) };
  }));
  return { ...message, attachments };
}
