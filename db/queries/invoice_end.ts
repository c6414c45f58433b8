/** What is asked and written when an invoice ends unpaid: voided, or written off. */
import { sql } from "kysely";
import type { MessageState } from "../schema.ts";
import type { TenantDb } from "../tenant.ts";

/** An issued invoice with what it was printed with; minor units. */
export interface EndingInvoice {
  zone: string;
  issueDate: Temporal.PlainDate;
  taxTotal: bigint;
}

/** The zone of the entity that issued it, and its tax. */
export async function findEndingInvoice(db: TenantDb, invoiceId: string): Promise<EndingInvoice> {
  return await db.query.selectFrom("invoice")
    .innerJoin("billing_entity as entity", (join) =>
      join.onRef("entity.tenant_id", "=", "invoice.tenant_id")
        .onRef("entity.id", "=", "invoice.billing_entity_id"))
    .innerJoin(
      "invoice_document as document",
      (join) =>
        join.onRef("document.tenant_id", "=", "invoice.tenant_id")
          .onRef("document.invoice_id", "=", "invoice.id"),
    )
    .select([
      "entity.zone",
      "document.tax_total as taxTotal",
      sql<Temporal.PlainDate>`invoice.issue_date`.as("issueDate"),
    ])
    .where("invoice.tenant_id", "=", db.tenantId).where("invoice.id", "=", invoiceId)
    .executeTakeFirstOrThrow();
}

/** The message with the invoice that may have reached the customer, or may yet; a failed one did not. */
export async function findMessageOut(
  db: TenantDb,
  invoiceId: string,
): Promise<{ state: MessageState } | undefined> {
  return await db.query.selectFrom("message")
    .select("state")
    .where("tenant_id", "=", db.tenantId).where("invoice_id", "=", invoiceId)
    .where("state", "<>", "failed")
    .orderBy("id", "desc").limit(1)
    .executeTakeFirst();
}

/** The number of a document that corrects the invoice: a credit note, drafts included, or an invoice with a line for its period. */
export async function findCorrectingDocument(
  db: TenantDb,
  invoiceId: string,
): Promise<{ kind: "credit_note" | "invoice"; number: string | null } | undefined> {
  const [found] = await db.sql<{ kind: "credit_note" | "invoice"; number: string | null }[]>`
    select 'credit_note' as kind, number from credit_note
    where tenant_id = ${db.tenantId} and invoice_id = ${invoiceId}
    union all
    select 'invoice', later.number from rederivation
    join invoice_line_correction correction on correction.tenant_id = rederivation.tenant_id
      and correction.rederivation_id = rederivation.id
    join invoice_line line on line.tenant_id = correction.tenant_id and line.id = correction.invoice_line_id
    join invoice later on later.tenant_id = line.tenant_id and later.id = line.invoice_id and later.state <> 'void'
    where rederivation.tenant_id = ${db.tenantId} and rederivation.invoice_id = ${invoiceId}
    limit 1`;
  return found;
}

/** Whether the invoice bills what was missing for earlier periods; only a credit note makes a run look at those again. */
export async function correctsEarlierPeriods(db: TenantDb, invoiceId: string): Promise<boolean> {
  const found = await db.query.selectFrom("invoice_line_correction as correction")
    .innerJoin("invoice_line as line", (join) =>
      join.onRef("line.tenant_id", "=", "correction.tenant_id")
        .onRef("line.id", "=", "correction.invoice_line_id"))
    .select("line.id")
    .where("correction.tenant_id", "=", db.tenantId).where("line.invoice_id", "=", invoiceId)
    .limit(1).executeTakeFirst();
  return found !== undefined;
}

/** Minor units. */
export interface TaxLeft {
  category: string;
  percent: string;
  /** Less what credit notes took. */
  amount: bigint;
  /** What earlier write-offs claimed back of it. */
  claimed: bigint;
}

/** The tax of an invoice by rate, in the order of the invoice. */
export async function listTaxesLeft(db: TenantDb, invoiceId: string): Promise<TaxLeft[]> {
  return await db.sql<TaxLeft[]>`
    select tax.category, tax.percent, (tax.amount - coalesce(credited.amount, 0))::bigint as amount,
      coalesce(relief.amount, 0)::bigint as claimed
    from invoice_tax tax
    left join (
      select part.category, part.percent, sum(part.amount) as amount
      from credit_note note
      join credit_note_tax part on part.tenant_id = note.tenant_id and part.credit_note_id = note.id
      where note.tenant_id = ${db.tenantId} and note.invoice_id = ${invoiceId} and note.state = 'issued'
      group by 1, 2
    ) credited on credited.category = tax.category and credited.percent = tax.percent
    left join (
      select part.category, part.percent, sum(part.amount) as amount
      from write_off
      join write_off_tax part on part.tenant_id = write_off.tenant_id and part.write_off_id = write_off.id
      where write_off.tenant_id = ${db.tenantId} and write_off.invoice_id = ${invoiceId}
      group by 1, 2
    ) relief on relief.category = tax.category and relief.percent = tax.percent
    where tax.tenant_id = ${db.tenantId} and tax.invoice_id = ${invoiceId}
    order by tax.position`;
}

/** What write-offs that claimed tax back gave up of an invoice before; minor units. */
export async function sumClaimedWriteOffs(db: TenantDb, invoiceId: string): Promise<bigint> {
  const [{ amount }] = await db.sql<{ amount: bigint }[]>`
    select coalesce(sum(amount), 0)::bigint as amount from write_off
    where tenant_id = ${db.tenantId} and invoice_id = ${invoiceId} and tax_relief > 0`;
  return amount;
}

/** Minor units. */
export interface NewWriteOff {
  id: string;
  invoiceId: string;
  amount: bigint;
  taxRelief: bigint;
  writtenOffOn: Temporal.PlainDate;
  reason: string;
  actor: string;
  taxes: readonly { category: string; percent: string; amount: bigint }[];
}

/** Keeps what was given up of an invoice, with the tax that is claimed back by rate. */
export async function insertWriteOff(db: TenantDb, { taxes, ...writeOff }: NewWriteOff): Promise<void> {
  await db.query.insertInto("write_off").values({
    tenant_id: db.tenantId,
    id: writeOff.id,
    invoice_id: writeOff.invoiceId,
    amount: writeOff.amount,
    tax_relief: writeOff.taxRelief,
    written_off_on: writeOff.writtenOffOn,
    reason: writeOff.reason,
    actor: writeOff.actor,
  }).execute();
  if (taxes.length === 0) return;
  const key = { tenant_id: db.tenantId, write_off_id: writeOff.id };
  await db.query.insertInto("write_off_tax").values(taxes.map((tax) => ({ ...key, ...tax }))).execute();
}
