/** The tax of invoices and credit notes in the tax currency of their seller, and what it is worked out from. */
import type { TenantDb } from "../tenant.ts";
import type { StoredExchangeRate } from "./exchange_rate.ts";

/** Tax that must be stated in another currency; minor units of the invoice. */
export interface TaxToConvert {
  invoiceId: string;
  currency: string;
  taxCurrency: string;
  taxTotal: bigint;
  rounding: "half_up" | "half_even";
  /** The latest of its lines; null where the day of the invoice counts. */
  taxPoint: Temporal.PlainDate | null;
  /** The part for lines that correct an earlier invoice, by which rates that one was converted. */
  corrected: {
    taxAmount: bigint;
    day: Temporal.PlainDate;
    firstRateId: string;
    secondRateId: string | null;
  }[];
}

/** Those of these invoices whose tax is in another currency than their seller's own. */
export async function listTaxToConvert(db: TenantDb, invoiceIds: readonly string[]): Promise<TaxToConvert[]> {
  const rows = await db.sql<Omit<TaxToConvert, "corrected">[]>`
    select invoice.id as "invoiceId", invoice.currency, entity.currency as "taxCurrency",
      document.tax_total as "taxTotal", entity.rounding, (
        select max(tax.tax_point) from invoice_line line
        join invoice_line_tax tax on tax.tenant_id = line.tenant_id and tax.invoice_line_id = line.id
        where line.tenant_id = invoice.tenant_id and line.invoice_id = invoice.id
      ) as "taxPoint"
    from invoice
    join invoice_document document
      on document.tenant_id = invoice.tenant_id and document.invoice_id = invoice.id
    join billing_entity entity
      on entity.tenant_id = invoice.tenant_id and entity.id = invoice.billing_entity_id
    where invoice.tenant_id = ${db.tenantId} and invoice.id = any(${[...invoiceIds]}::uuid[])
      and entity.currency <> invoice.currency and document.tax_total <> 0`;
  if (rows.length === 0) return [];
  const parts = await listCorrectedTax(db, rows.map(({ invoiceId }) => invoiceId));
  return rows.map((row) => ({ ...row, corrected: parts.filter((part) => part.invoiceId === row.invoiceId) }));
}

type CorrectedTax = TaxToConvert["corrected"][number] & { invoiceId: string };

async function listCorrectedTax(db: TenantDb, invoiceIds: readonly string[]): Promise<CorrectedTax[]> {
  return await db.sql<CorrectedTax[]>`
    select line.invoice_id as "invoiceId", round(sum(line.amount * line.tax_percent / case
        when coalesce((document.price_case -> 'tax' ->> 'inclusive')::boolean, false) then 100 + line.tax_percent
        else 100 end))::bigint as "taxAmount",
      part.day, part.first_rate_id as "firstRateId", part.second_rate_id as "secondRateId"
    from invoice_line line
    join invoice_document document
      on document.tenant_id = line.tenant_id and document.invoice_id = line.invoice_id
    join invoice_line_correction correction
      on correction.tenant_id = line.tenant_id and correction.invoice_line_id = line.id
    join rederivation derived
      on derived.tenant_id = correction.tenant_id and derived.id = correction.rederivation_id
    join invoice_tax_currency_part part
      on part.tenant_id = derived.tenant_id and part.invoice_id = derived.invoice_id and part.position = 1
    where line.tenant_id = ${db.tenantId} and line.invoice_id = any(${[...invoiceIds]}::uuid[])
      and line.tax_percent is not null
    group by line.invoice_id, derived.invoice_id, part.day, part.first_rate_id, part.second_rate_id
    order by line.invoice_id, derived.invoice_id`;
}

export interface NewTaxConversion {
  invoiceId: string;
  currency: string;
  /** Minor units of that currency. */
  taxAmount: bigint;
  parts: {
    /** Minor units of the invoice. */
    taxAmount: bigint;
    day: Temporal.PlainDate;
    firstRateId: string;
    secondRateId: string | null;
  }[];
}

export async function insertTaxConversions(
  db: TenantDb,
  conversions: readonly NewTaxConversion[],
): Promise<void> {
  if (conversions.length === 0) return;
  await db.query.insertInto("invoice_tax_currency").values(conversions.map((one) => ({
    tenant_id: db.tenantId,
    invoice_id: one.invoiceId,
    currency: one.currency,
    tax_amount: one.taxAmount,
  }))).execute();
  await db.query.insertInto("invoice_tax_currency_part").values(
    conversions.flatMap(({ invoiceId, parts }) =>
      parts.map((part, index) => ({
        tenant_id: db.tenantId,
        invoice_id: invoiceId,
        position: index + 1,
        tax_amount: part.taxAmount,
        day: part.day,
        first_rate_id: part.firstRateId,
        second_rate_id: part.secondRateId,
      }))
    ),
  ).execute();
}

/** These rates, in no order. */
export async function listRatesById(db: TenantDb, ids: readonly string[]): Promise<StoredExchangeRate[]> {
  return await db.sql<StoredExchangeRate[]>`
    select id, base_currency as base, quote_currency as quote, day, source, rate from exchange_rate
    where tenant_id = ${db.tenantId} and id = any(${[...new Set(ids)]}::uuid[])`;
}

/** The tax of a document in the seller's tax currency. */
export interface StatedTax {
  currency: string;
  /** Minor units of that currency. */
  amount: bigint;
  /** All that it was converted by, each once. */
  rates: StoredExchangeRate[];
}

/** Null for an invoice in that currency itself, without tax, or not issued yet. */
export async function findStatedTax(db: TenantDb, invoiceId: string): Promise<StatedTax | null> {
  const found = await db.query.selectFrom("invoice_tax_currency").select(["currency", "tax_amount as amount"])
    .where("tenant_id", "=", db.tenantId).where("invoice_id", "=", invoiceId).executeTakeFirst();
  return found ? { ...found, rates: await listRatesOfInvoice(db, invoiceId) } : null;
}

/** The same for a credit note, by the rates of its invoice. */
export async function findStatedCreditTax(
  db: TenantDb,
  creditNoteId: string,
  invoiceId: string,
): Promise<StatedTax | null> {
  const found = await db.query.selectFrom("credit_note_tax_currency")
    .select(["currency", "tax_amount as amount"])
    .where("tenant_id", "=", db.tenantId).where("credit_note_id", "=", creditNoteId).executeTakeFirst();
  return found ? { ...found, rates: await listRatesOfInvoice(db, invoiceId) } : null;
}

async function listRatesOfInvoice(db: TenantDb, invoiceId: string): Promise<StoredExchangeRate[]> {
  const parts = await db.query.selectFrom("invoice_tax_currency_part")
    .select(["first_rate_id as first", "second_rate_id as second"])
    .where("tenant_id", "=", db.tenantId).where("invoice_id", "=", invoiceId).orderBy("position").execute();
  const ids = [...new Set(parts.flatMap(({ first, second }) => second === null ? [first] : [first, second]))];
  const rates = await listRatesById(db, ids);
  return ids.map((id) => rates.find((rate) => rate.id === id)!);
}

/** What a new credit note's tax in the tax currency follows from; all credit notes of the invoice count, this one too. */
export interface CreditedTax {
  currency: string;
  /** Of the invoice: minor units of its own currency, and of the tax currency. */
  taxTotal: bigint;
  statedTax: bigint;
  rounding: "half_up" | "half_even";
  creditedTax: bigint;
  creditedStatedTax: bigint;
}

/** Nothing for an invoice whose tax was not converted. */
export async function findCreditedTax(db: TenantDb, invoiceId: string): Promise<CreditedTax | undefined> {
  const [found] = await db.sql<CreditedTax[]>`
    select stated.currency, document.tax_total as "taxTotal", stated.tax_amount as "statedTax", entity.rounding,
      coalesce(sum(paper.tax_total), 0)::bigint as "creditedTax",
      coalesce(sum(credited.tax_amount), 0)::bigint as "creditedStatedTax"
    from invoice_tax_currency stated
    join invoice on invoice.tenant_id = stated.tenant_id and invoice.id = stated.invoice_id
    join billing_entity entity on entity.tenant_id = invoice.tenant_id and entity.id = invoice.billing_entity_id
    join invoice_document document
      on document.tenant_id = stated.tenant_id and document.invoice_id = stated.invoice_id
    left join credit_note note on note.tenant_id = stated.tenant_id and note.invoice_id = stated.invoice_id
    left join credit_note_document paper
      on paper.tenant_id = note.tenant_id and paper.credit_note_id = note.id
    left join credit_note_tax_currency credited
      on credited.tenant_id = note.tenant_id and credited.credit_note_id = note.id
    where stated.tenant_id = ${db.tenantId} and stated.invoice_id = ${invoiceId}
    group by stated.currency, document.tax_total, stated.tax_amount, entity.rounding`;
  return found;
}

export async function insertStatedCreditTax(
  db: TenantDb,
  creditNoteId: string,
  { currency, amount }: { currency: string; amount: bigint },
): Promise<void> {
  await db.query.insertInto("credit_note_tax_currency").values({
    tenant_id: db.tenantId,
    credit_note_id: creditNoteId,
    currency,
    tax_amount: amount,
  }).execute();
}
