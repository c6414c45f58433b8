/** How the invoices of a run get to their customers: what is decided for each, and how far its latest message got. */
import type { InvoiceDelivery, InvoiceRunItemDelivery, InvoiceState, MessageState } from "../schema.ts";
import type { TenantDb } from "../tenant.ts";
import { type ContactColumns, openContact } from "./customer_contact.ts";
import { deliveryKind } from "./message.ts";
import { type ContentColumns, openContent } from "./message_content.ts";

/**
 * Where an invoice of a run stands. Before its turn it is what it would be now: `waiting` for an e-mail, `by_hand`, without an
 * address, or `not_sent` where the run sends nothing. `not_sent` is also what got an address since.
 */
export type DeliveryStanding =
  | "sent"
  | "waiting"
  | "failed"
  | "uncertain"
  | "by_hand"
  | "no_address"
  | "not_sent"
  | "withdrawn";

/** One address and nothing else: a list, a name or a comment in it would send the invoice somewhere unseen. */
const plainAddress = `^[^[:space:]@,;<>"()]+@[^[:space:]@,;<>"()]+$`;

/** Every invoice that a run issues or would issue, with its standing; a message whose job is gone goes nowhere by itself. */
function standings(db: TenantDb, runId: string) {
  return db.sql`
    select item.position, item.state as item_state, item.invoice_id, item.delivery, item.contract_id, customer.id as customer_id,
      customer.name as customer, customer.email, customer.address_lines, customer.contact_encrypted, message.id as message_id,
      message.recipient, message.subject, message.body_text, message.body_html, message.content_encrypted, message.failure,
      case
        when message.state in ('sent', 'kept') then 'sent'
        when message.state = 'uncertain' or (message.state = 'sending' and not carried.is_alive) then 'uncertain'
        when message.state = 'failed' or (message.state = 'queued' and not carried.is_alive) then 'failed'
        when message.state in ('queued', 'sending') then 'waiting'
        when item.delivery in ('by_hand', 'withdrawn') then item.delivery
        when customer.invoice_delivery = 'by_hand' then 'by_hand'
        when not address.is_plain then 'no_address'
        when item.delivery = 'no_address' or not run.sends_invoices then 'not_sent'
        else 'waiting'
      end as standing
    from invoice_run_item item
    join invoice_run run on run.tenant_id = item.tenant_id and run.id = item.invoice_run_id
    join contract on contract.tenant_id = item.tenant_id and contract.id = item.contract_id
    join customer on customer.tenant_id = contract.tenant_id and customer.id = contract.customer_id
    cross join lateral (select customer.has_plain_email
      or btrim(coalesce(customer.email, '')) ~ ${plainAddress} as is_plain) address
    left join lateral (select message.* from message
      where message.tenant_id = item.tenant_id and message.invoice_id = item.invoice_id
      order by message.id desc limit 1) message on true
    left join lateral (select exists (select from job
        where job.tenant_id = item.tenant_id and job.kind = ${deliveryKind}
          and job.unique_key = message.id::text and job.state in ('ready', 'leased')) as is_alive
      where message.state in ('queued', 'sending')) carried on true
    where item.tenant_id = ${db.tenantId} and item.invoice_run_id = ${runId}
      and item.state in ('previewed', 'drafted', 'issued')
      -- one that only takes back what was too much has none
      and (item.invoice_id is not null or item.total > 0)`;
}

export interface StandingCount {
  standing: DeliveryStanding;
  count: number;
}

export async function countStandings(db: TenantDb, runId: string): Promise<StandingCount[]> {
  return await db.sql<StandingCount[]>`
    select standing, count(*)::int as count from (${standings(db, runId)}) as standings group by standing`;
}

export interface ListedDelivery {
  position: number;
  customerId: string;
  customer: string;
  /** Of the message, or of the customer while there is none. */
  recipient: string | null;
  invoiceId: string | null;
  /** Of the invoice; the contract's reference while there is none. */
  number: string;
  messageId: string | null;
  /** A sentence, for what was not sent. */
  failure: string | null;
}

/** The invoices of one standing in the order of the run, after a place. */
export async function listStanding(
  db: TenantDb,
  runId: string,
  standing: DeliveryStanding,
  limit: number,
  after = -1,
): Promise<ListedDelivery[]> {
  const rows = await db.sql<(ListedDelivery & ContactColumns & ContentColumns)[]>`
    select found.position, found.customer_id as "customerId", found.customer,
      found.recipient, found.subject, found.body_text, found.body_html, found.content_encrypted, found.email, found.address_lines, found.contact_encrypted, found.invoice_id as "invoiceId",
      coalesce(invoice.number, contract.reference) as number, found.message_id as "messageId", found.failure
    from (${standings(db, runId)}) as found
    join contract on contract.tenant_id = ${db.tenantId} and contract.id = found.contract_id
    left join invoice on invoice.tenant_id = ${db.tenantId} and invoice.id = found.invoice_id
    where found.standing = ${standing} and found.position > ${after}
    order by found.position limit ${limit}`;
  return await Promise.all(rows.map(async (row) => ({
    position: row.position,
    customerId: row.customerId,
    customer: row.customer,
    recipient: row.messageId !== null
      ? (await openContent(db, row.messageId, row)).recipient
      : (await openContact(db, row.customerId, row)).email?.trim() || null,
    invoiceId: row.invoiceId,
    number: row.number,
    messageId: row.messageId,
    failure: row.failure,
  })));
}

/** Makes undecided again what a further try may send, and gives the places. */
export async function setDeliveryUndecided(db: TenantDb, runId: string): Promise<number[]> {
  const rows = await db.sql<{ position: number }[]>`
    update invoice_run_item item set delivery = null
    from (${standings(db, runId)}) as found
    where item.tenant_id = ${db.tenantId} and item.invoice_run_id = ${runId} and item.position = found.position
      and item.state = 'issued' and found.standing in ('failed', 'not_sent')
    returning item.position`;
  return rows.map(({ position }) => position).sort((a, b) => a - b);
}

/** Whether the delivery of a run has steps to do at once: a chunk to write, or a message that was never tried. */
export async function isDelivering(db: TenantDb, runId: string, chunkKind: string): Promise<boolean> {
  const [{ found }] = await db.sql<{ found: boolean }[]>`
    select exists (select from job where tenant_id = ${db.tenantId} and kind = ${chunkKind}
        and state in ('ready', 'leased') and payload ->> 'runId' = ${runId})
      or exists (select from message
        join invoice_run_item item on item.tenant_id = message.tenant_id and item.invoice_id = message.invoice_id
        join job on job.tenant_id = message.tenant_id and job.kind = ${deliveryKind}
          and job.unique_key = message.id::text
        where message.tenant_id = ${db.tenantId} and item.invoice_run_id = ${runId}
          and message.state in ('queued', 'sending')
          and (job.state = 'leased' or (job.state = 'ready' and job.attempt = 0))) as found`;
  return found;
}

/** The invoices of the places `[from, to)` that nothing is decided for. */
export async function listUndecidedInvoices(
  db: TenantDb,
  runId: string,
  { from, to }: { from: number; to: number },
): Promise<string[]> {
  const rows = await db.sql<{ invoiceId: string }[]>`
    select found.invoice_id as "invoiceId" from (${standings(db, runId)}) as found
    where found.position >= ${from} and found.position < ${to} and found.item_state = 'issued'
      and found.delivery is null and found.standing in ('waiting', 'failed') order by found.position`;
  return rows.map(({ invoiceId }) => invoiceId);
}

/** An issued item that nothing is decided for, with all that decides. */
export interface UndecidedItem {
  position: number;
  invoiceId: string;
  preference: InvoiceDelivery;
  email: string | null;
}

/** The undecided items of the places `[from, to)`, locked until the transaction ends. */
export async function lockUndecidedItems(
  db: TenantDb,
  runId: string,
  { from, to }: { from: number; to: number },
): Promise<UndecidedItem[]> {
  const rows = await db.sql<(Omit<UndecidedItem, "email"> & ContactColumns & { customerId: string })[]>`
    select item.position, item.invoice_id as "invoiceId", customer.invoice_delivery as preference,
      customer.id as "customerId", customer.email, customer.address_lines, customer.contact_encrypted
    from invoice_run_item item
    join contract on contract.tenant_id = item.tenant_id and contract.id = item.contract_id
    join customer on customer.tenant_id = contract.tenant_id and customer.id = contract.customer_id
    where item.tenant_id = ${db.tenantId} and item.invoice_run_id = ${runId}
      and item.position >= ${from} and item.position < ${to} and item.state = 'issued' and item.delivery is null and item.invoice_id is not null
    order by item.position for no key update of item`;
  return await Promise.all(rows.map(async ({ position, invoiceId, preference, customerId, ...columns }) => {
    const { email } = await openContact(db, customerId, columns);
    return { position, invoiceId, preference, email };
  }));
}

export interface LatestMessage {
  invoiceId: string;
  invoiceState: InvoiceState;
  /** Null where the invoice was never sent. */
  messageId: string | null;
  state: MessageState | null;
  /** Whether a job is there to carry it on. */
  isCarried: boolean;
}

/** How far the latest message of each of these invoices got. */
export async function listLatestMessages(
  db: TenantDb,
  invoiceIds: readonly string[],
): Promise<Map<string, LatestMessage>> {
  const rows = await db.sql<LatestMessage[]>`
    select invoice.id as "invoiceId", invoice.state as "invoiceState", message.id as "messageId", message.state,
      exists (select from job where job.tenant_id = invoice.tenant_id and job.kind = ${deliveryKind}
        and job.unique_key = message.id::text and job.state in ('ready', 'leased')) as "isCarried"
    from invoice
    left join lateral (select id, state from message
      where message.tenant_id = invoice.tenant_id and message.invoice_id = invoice.id
      order by id desc limit 1) message on true
    where invoice.tenant_id = ${db.tenantId} and invoice.id = any(${[...invoiceIds]}::uuid[])`;
  return new Map(rows.map((row) => [row.invoiceId, row]));
}

export interface DecidedItem {
  position: number;
  delivery: InvoiceRunItemDelivery;
}

export async function setDeliveries(
  db: TenantDb,
  runId: string,
  decided: readonly DecidedItem[],
): Promise<void> {
  await db.sql`
    update invoice_run_item item set delivery = found.delivery
    from unnest(${decided.map(({ position }) => position)}::int[],
      ${decided.map(({ delivery }) => delivery)}::text[]) as found(position, delivery)
    where item.tenant_id = ${db.tenantId} and item.invoice_run_id = ${runId} and item.position = found.position`;
}
