/** Manual invoices while people write them: their heads with the parties, and their lines as typed. */
import type { ManualInvoiceState } from "../schema.ts";
import type { TenantDb } from "../tenant.ts";

/** A line in the texts that people type; kept as they are until the invoice is approved. */
export interface TypedLine {
  description: string;
  /** The vehicle or the contract that it is for, in their own words. */
  about: string;
  quantity: string;
  unit: string;
  unitPrice: string;
  discountPercent: string;
  /** "S 20", or empty for a line that states no tax. */
  tax: string;
}

/** What people fill in beside the lines, as typed. */
export interface ManualTerms {
  supplyDate: string;
  paymentTermsDays: string;
  taxInclusive: boolean;
  buyerReference: string;
  purchaseOrder: string;
  note: string;
}

/** Seller and buyer as they are now: what an issued invoice is printed with. */
export interface ManualParties {
  entity: {
    id: string;
    name: string;
    addressLines: string[];
    country: string;
    zone: string;
    language: string;
    rounding: "half_up" | "half_even";
    numberPrefix: string;
  };
  customer: {
    id: string;
    reference: string;
    name: string;
    email: string | null;
    addressLines: string[];
    country: string | null;
    language: string | null;
    paymentTermsDays: number;
    vatId: string | null;
  };
}

export interface ManualInvoiceRecord extends ManualTerms, ManualParties {
  id: string;
  state: ManualInvoiceState;
  version: number;
  currency: string;
  createdBy: string;
  changedBy: string;
  changedAt: Temporal.Instant;
  approvedBy: string | null;
  invoiceId: string | null;
  customerErasedAt: Temporal.Instant | null;
}

export interface NewManualInvoice extends ManualTerms {
  billingEntityId: string;
  customerId: string;
  currency: string;
  createdBy: string;
  createdAt: Temporal.Instant;
}

export async function insertManualInvoice(db: TenantDb, draft: NewManualInvoice): Promise<string> {
  const { id } = await db.query.insertInto("manual_invoice").values({
    tenant_id: db.tenantId,
    billing_entity_id: draft.billingEntityId,
    customer_id: draft.customerId,
    currency: draft.currency,
    ...columnsOf(draft),
    created_by: draft.createdBy,
    changed_by: draft.createdBy,
    changed_at: draft.createdAt,
  }).returning("id").executeTakeFirstOrThrow();
  return id;
}

function columnsOf(terms: ManualTerms) {
  return {
    supply_date: terms.supplyDate,
    payment_terms_days: terms.paymentTermsDays,
    tax_inclusive: terms.taxInclusive,
    buyer_reference: terms.buyerReference,
    purchase_order: terms.purchaseOrder,
    note: terms.note,
  };
}

/** Locks it until the transaction ends, so that two writers do not change it at once. */
export async function lockManualInvoice(db: TenantDb, id: string): Promise<ManualInvoiceRecord | undefined> {
  await db.query.selectFrom("manual_invoice").select("id")
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).forNoKeyUpdate().execute();
  return await findManualInvoice(db, id);
}

export async function findManualInvoice(db: TenantDb, id: string): Promise<ManualInvoiceRecord | undefined> {
  const [row] = await db.sql<ManualInvoiceRecord[]>`
    select draft.id, draft.state, draft.version, draft.currency, draft.supply_date as "supplyDate",
      draft.payment_terms_days as "paymentTermsDays", draft.tax_inclusive as "taxInclusive",
      draft.buyer_reference as "buyerReference", draft.purchase_order as "purchaseOrder", draft.note,
      draft.created_by as "createdBy", draft.changed_by as "changedBy", draft.changed_at as "changedAt",
      draft.approved_by as "approvedBy", draft.invoice_id as "invoiceId", customer.erased_at as "customerErasedAt",
      jsonb_build_object('id', entity.id, 'name', entity.name, 'addressLines', entity.address_lines,
        'country', entity.country, 'zone', entity.zone, 'language', entity.language, 'rounding', entity.rounding,
        'numberPrefix', entity.number_prefix) as entity,
      jsonb_build_object('id', customer.id, 'reference', customer.reference, 'name', customer.name,
        'email', customer.email, 'addressLines', customer.address_lines, 'country', customer.country,
        'language', customer.language, 'paymentTermsDays', customer.payment_terms_days,
        'vatId', known.vat_id) as customer
    from manual_invoice draft
    join billing_entity entity on entity.tenant_id = draft.tenant_id and entity.id = draft.billing_entity_id
    join customer on customer.tenant_id = draft.tenant_id and customer.id = draft.customer_id
    left join customer_tax known on known.tenant_id = draft.tenant_id and known.customer_id = draft.customer_id
    where draft.tenant_id = ${db.tenantId} and draft.id = ${id}`;
  return row;
}

/** All lines in their order. */
export async function listManualLines(db: TenantDb, id: string): Promise<TypedLine[]> {
  return await db.query.selectFrom("manual_invoice_line")
    .select([
      "description",
      "about",
      "quantity",
      "unit",
      "unit_price as unitPrice",
      "discount_percent as discountPercent",
      "tax",
    ])
    .where("tenant_id", "=", db.tenantId).where("manual_invoice_id", "=", id).orderBy("position").execute();
}

/** Puts these lines in the place of all after a position. */
export async function replaceManualLines(
  db: TenantDb,
  id: string,
  after: number,
  lines: readonly TypedLine[],
): Promise<void> {
  await db.query.deleteFrom("manual_invoice_line")
    .where("tenant_id", "=", db.tenantId).where("manual_invoice_id", "=", id).where("position", ">", after)
    .execute();
  if (lines.length === 0) return;
  const column = (pick: (line: TypedLine) => string) => lines.map(pick);
  await db.sql`
    insert into manual_invoice_line (tenant_id, manual_invoice_id, position, description, about, quantity, unit,
      unit_price, discount_percent, tax)
    select ${db.tenantId}::uuid, ${id}::uuid, ${after}::int + line.place, line.description, line.about, line.quantity,
      line.unit, line.unit_price, line.discount_percent, line.tax
    from unnest(
      ${column(({ description }) => description)}::text[],
      ${column(({ about }) => about)}::text[],
      ${column(({ quantity }) => quantity)}::text[],
      ${column(({ unit }) => unit)}::text[],
      ${column(({ unitPrice }) => unitPrice)}::text[],
      ${column(({ discountPercent }) => discountPercent)}::text[],
      ${column(({ tax }) => tax)}::text[]
    ) with ordinality as line(description, about, quantity, unit, unit_price, discount_percent, tax, place)`;
}

/** The terms as changed; who changed them counts as the last writer, and an approval is void. */
export async function setManualTerms(
  db: TenantDb,
  id: string,
  terms: ManualTerms,
  { by, at }: { by: string; at: Temporal.Instant },
): Promise<void> {
  await db.query.updateTable("manual_invoice")
    .set((column) => ({
      ...columnsOf(terms),
      state: "draft",
      approved_by: null,
      version: column("version", "+", 1),
      changed_by: by,
      changed_at: at,
    }))
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).execute();
}

export async function setManualState(
  db: TenantDb,
  id: string,
  change:
    | { state: "approved"; approvedBy: string }
    | { state: "issued"; approvedBy: string; invoiceId: string }
    | { state: "discarded" },
): Promise<void> {
  await db.query.updateTable("manual_invoice")
    .set((column) => ({
      state: change.state,
      version: column("version", "+", 1),
      ...("approvedBy" in change ? { approved_by: change.approvedBy } : {}),
      ...("invoiceId" in change ? { invoice_id: change.invoiceId } : {}),
    }))
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).execute();
}

/** One that waits for its invoice, in the list of those. */
export interface ListedManualInvoice {
  id: string;
  state: ManualInvoiceState;
  customerName: string;
  lineCount: bigint;
  changedAt: Temporal.Instant;
  zone: string;
}

/** Those that are neither issued nor discarded, the newest first: after an id, at most `limit`. */
export async function listOpenManualInvoices(
  db: TenantDb,
  limit: number,
  before?: string,
): Promise<ListedManualInvoice[]> {
  return await db.sql<ListedManualInvoice[]>`
    select draft.id, draft.state, customer.name as "customerName", draft.changed_at as "changedAt", entity.zone,
      (select count(*) from manual_invoice_line line where line.tenant_id = draft.tenant_id
        and line.manual_invoice_id = draft.id) as "lineCount"
    from manual_invoice draft
    join customer on customer.tenant_id = draft.tenant_id and customer.id = draft.customer_id
    join billing_entity entity on entity.tenant_id = draft.tenant_id and entity.id = draft.billing_entity_id
    where draft.tenant_id = ${db.tenantId} and draft.state in ('draft', 'approved')
      and (${before ?? null}::uuid is null or draft.id < ${before ?? null}::uuid)
    order by draft.id desc limit ${limit}`;
}

/** Each category and rate that charges and invoices of the tenant have, once. */
export async function listTaxesInUse(db: TenantDb): Promise<{ category: string; percent: string }[]> {
  return await db.sql<{ category: string; percent: string }[]>`
    select tax_category as category, trim_scale(coalesce(tax_percent, 0))::text as percent from charge
    where tenant_id = ${db.tenantId} and tax_category is not null
    union
    select category, trim_scale(percent)::text from invoice_tax where tenant_id = ${db.tenantId}
    order by 1, 2`;
}
