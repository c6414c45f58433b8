/** One invoice as it is shown: header, document, lines, taxes, what happened to it. */
import type { BillingCycle } from "../../lib/core/billing_cycle.ts";
import type { InvoiceState } from "../schema.ts";
import type { TenantDb } from "../tenant.ts";
import { openBuyer } from "./document_buyer.ts";
import { userIdOf } from "./acting_user.ts";

/** Amounts are minor units. What was printed comes from the document's snapshot, never from today's tables. */
export interface InvoiceRecord {
  id: string;
  number: string | null;
  state: InvoiceState;
  /** With a period, or neither. */
  contractId: string | null;
  customerId: string;
  periodStart: Temporal.PlainDate | null;
  periodEnd: Temporal.PlainDate | null;
  issueDate: Temporal.PlainDate | null;
  dueDate: Temporal.PlainDate | null;
  currency: string;
  total: bigint;
  openAmount: bigint;
  /** What issued credit notes took of it. */
  creditedAmount: bigint;
  /** What was given up because the customer does not pay it. */
  writtenOffAmount: bigint;
  subtotal: bigint;
  taxTotal: bigint;
  usageCount: bigint;
  priceCase: unknown;
  seller: unknown;
  buyer: unknown;
  /** When the customer was erased; null for one that is not. */
  customerErasedAt: Temporal.Instant | null;
  terms: unknown;
}

export interface InvoiceLineRecord {
  position: number;
  description: string;
  detail: string;
  /** Decimal texts. */
  quantity: string | null;
  unitPrice: string | null;
  amount: bigint;
  taxCategory: string | null;
  taxPercent: string | null;
  kind: "charge" | "true_up" | "discount" | "item";
  /** Of a line of the kind `charge`. */
  charge: LineCharge | null;
  vehicleId: string | null;
  /** Of a line that bills what was missing for an earlier period: the invoice that bills it. */
  corrects: { invoiceId: string; number: string } | null;
}

/** What a line was priced by. */
export interface LineCharge {
  reference: string;
  kind: "recurring" | "usage" | "one_time";
  /** As in a price case. */
  meter: unknown;
  price: unknown;
}

export interface InvoiceTaxRecord {
  category: string;
  percent: string;
  base: bigint;
  amount: bigint;
}

/** What the tax rules said of some lines. */
export interface InvoiceTaxNote {
  /** Null where the day of the invoice counts. */
  taxPoint: Temporal.PlainDate | null;
  reasonCode: string | null;
  reason: string | null;
}

export interface InvoiceTransitionRecord {
  from: InvoiceState | null;
  to: InvoiceState;
  actor: string;
  /** Of the person, if a person of this tenant did it. */
  actorName: string | null;
  reason: string;
  at: Temporal.Instant;
}

export async function findInvoiceRecord(db: TenantDb, invoiceId: string): Promise<InvoiceRecord | undefined> {
  const row = await db.query.selectFrom("invoice")
    .innerJoin(
      "invoice_document as document",
      (join) =>
        join.onRef("document.tenant_id", "=", "invoice.tenant_id")
          .onRef("document.invoice_id", "=", "invoice.id"),
    )
    .innerJoin(
      "customer",
      (join) =>
        join.onRef("customer.tenant_id", "=", "invoice.tenant_id")
          .onRef("customer.id", "=", "invoice.customer_id"),
    )
    .select([
      "customer.erased_at as customerErasedAt",
      "invoice.id",
      "invoice.number",
      "invoice.state",
      "invoice.contract_id as contractId",
      "invoice.customer_id as customerId",
      "invoice.period_start as periodStart",
      "invoice.period_end as periodEnd",
      "invoice.issue_date as issueDate",
      "invoice.due_date as dueDate",
      "invoice.currency",
      "invoice.total",
      "invoice.open_amount as openAmount",
      "invoice.credited_amount as creditedAmount",
      "invoice.written_off_amount as writtenOffAmount",
      "document.subtotal",
      "document.tax_total as taxTotal",
      "document.usage_count as usageCount",
      "document.price_case as priceCase",
      "document.seller",
      "document.buyer",
      "document.buyer_encrypted as buyerEncrypted",
      "document.terms",
    ])
    .where("invoice.tenant_id", "=", db.tenantId).where("document.tenant_id", "=", db.tenantId)
    .where("invoice.id", "=", invoiceId)
    .executeTakeFirst();
  if (!row) return undefined;
  const { buyerEncrypted, ...rest } = row;
  return { ...rest, buyer: await openBuyer(db, "invoice", row.id, { buyer: rest.buyer, buyerEncrypted }) };
}

/** Lines after a position, in order. */
export async function listInvoiceLines(
  db: TenantDb,
  invoiceId: string,
  after: number,
  limit: number,
): Promise<InvoiceLineRecord[]> {
  const rows = await db.query.selectFrom("invoice_line as line")
    .leftJoin(
      "charge",
      (join) =>
        join.onRef("charge.tenant_id", "=", "line.tenant_id").onRef("charge.id", "=", "line.charge_id"),
    )
    .leftJoin(
      "invoice_line_correction as correction",
      (join) =>
        join.onRef("correction.tenant_id", "=", "line.tenant_id")
          .onRef("correction.invoice_line_id", "=", "line.id"),
    )
    .leftJoin(
      "rederivation as derived",
      (join) =>
        join.onRef("derived.tenant_id", "=", "correction.tenant_id")
          .onRef("derived.id", "=", "correction.rederivation_id"),
    )
    .leftJoin(
      "invoice as corrected",
      (join) =>
        join.onRef("corrected.tenant_id", "=", "derived.tenant_id")
          .onRef("corrected.id", "=", "derived.invoice_id"),
    )
    .select([
      "corrected.id as correctedId",
      "corrected.number as correctedNumber",
      "line.position",
      "line.description",
      "line.detail",
      "line.quantity",
      "line.unit_price as unitPrice",
      "line.amount",
      "line.tax_category as taxCategory",
      "line.tax_percent as taxPercent",
      "charge.reference",
      "charge.kind as chargeKind",
      "charge.meter",
      "charge.price",
      "line.vehicle_id as vehicleId",
      "line.kind",
    ])
    .where("line.tenant_id", "=", db.tenantId)
    .where("line.invoice_id", "=", invoiceId).where("line.position", ">", after)
    .orderBy("line.position").limit(limit)
    .execute();
  return rows.map(({ reference, chargeKind, meter, price, correctedId, correctedNumber, ...line }) => ({
    ...line,
    corrects: correctedId === null || correctedNumber === null
      ? null
      : { invoiceId: correctedId, number: correctedNumber },
    charge: reference === null || chargeKind === null ? null : { reference, kind: chargeKind, meter, price },
  }));
}

export async function countInvoiceLines(db: TenantDb, invoiceId: string): Promise<number> {
  const { count } = await db.query.selectFrom("invoice_line")
    .select(({ fn }) => fn.countAll<bigint>().as("count"))
    .where("tenant_id", "=", db.tenantId).where("invoice_id", "=", invoiceId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** How the line at a position was worked out, and then its tax where the rules decided it. */
export async function findLineSteps(
  db: TenantDb,
  invoiceId: string,
  position: number,
): Promise<string[] | undefined> {
  const row = await db.query.selectFrom("invoice_line as line")
    .innerJoin(
      "invoice_line_trace as trace",
      (join) =>
        join.onRef("trace.tenant_id", "=", "line.tenant_id").onRef("trace.invoice_line_id", "=", "line.id"),
    )
    .leftJoin(
      "invoice_line_tax as tax",
      (join) =>
        join.onRef("tax.tenant_id", "=", "line.tenant_id").onRef("tax.invoice_line_id", "=", "line.id"),
    )
    .select(["trace.steps", "tax.trace as taxSteps"])
    .where("line.tenant_id", "=", db.tenantId).where("trace.tenant_id", "=", db.tenantId)
    .where("line.invoice_id", "=", invoiceId).where("line.position", "=", position)
    .executeTakeFirst();
  return row && [...row.steps as string[], ...(row.taxSteps ?? []) as string[]];
}

/** The steps of every line, by its position. */
export async function listLineSteps(db: TenantDb, invoiceId: string): Promise<Map<number, string[]>> {
  const rows = await db.query.selectFrom("invoice_line as line")
    .innerJoin(
      "invoice_line_trace as trace",
      (join) =>
        join.onRef("trace.tenant_id", "=", "line.tenant_id").onRef("trace.invoice_line_id", "=", "line.id"),
    )
    .select(["line.position", "trace.steps"])
    .where("line.tenant_id", "=", db.tenantId).where("trace.tenant_id", "=", db.tenantId)
    .where("line.invoice_id", "=", invoiceId)
    .execute();
  return new Map(rows.map(({ position, steps }) => [position, steps as string[]]));
}

export async function listInvoiceTaxes(db: TenantDb, invoiceId: string): Promise<InvoiceTaxRecord[]> {
  return await db.query.selectFrom("invoice_tax")
    .select(["category", "percent", "base", "amount"])
    .where("tenant_id", "=", db.tenantId).where("invoice_id", "=", invoiceId)
    .orderBy("position")
    .execute();
}

/** What the tax rules said of its lines, each once, by day; nothing where the rates are fixed. */
export async function listInvoiceTaxNotes(db: TenantDb, invoiceId: string): Promise<InvoiceTaxNote[]> {
  return await db.query.selectFrom("invoice_line as line")
    .innerJoin(
      "invoice_line_tax as tax",
      (join) =>
        join.onRef("tax.tenant_id", "=", "line.tenant_id").onRef("tax.invoice_line_id", "=", "line.id"),
    )
    .select(["tax.tax_point as taxPoint", "tax.reason_code as reasonCode", "tax.reason"]).distinct()
    .where("line.tenant_id", "=", db.tenantId).where("tax.tenant_id", "=", db.tenantId)
    .where("line.invoice_id", "=", invoiceId)
    .orderBy("taxPoint").orderBy("reasonCode").orderBy("tax.reason")
    .execute();
}

/** Every step, newest first. */
export async function listInvoiceTransitions(
  db: TenantDb,
  invoiceId: string,
): Promise<InvoiceTransitionRecord[]> {
  return await db.query.selectFrom("invoice_transition as step")
    .leftJoin("user", (join) => join.on("user.id", "=", userIdOf("step.actor")))
    .select([
      "step.from_state as from",
      "step.to_state as to",
      "step.actor",
      "user.name as actorName",
      "step.reason",
      "step.at",
    ])
    .where("step.tenant_id", "=", db.tenantId).where("step.invoice_id", "=", invoiceId)
    .orderBy("step.at", "desc").orderBy("step.id", "desc")
    .execute();
}

/** What decides which periods of a contract can be billed. */
export interface ContractToBill extends BillingCycle {
  id: string;
  reference: string;
  customerName: string;
  endDate: Temporal.PlainDate | null;
  zone: string;
}

/** The contract of this reference, or of this id. */
export async function findContractToBill(
  db: TenantDb,
  by: { reference: string } | { id: string },
): Promise<ContractToBill | undefined> {
  return await db.query.selectFrom("contract")
    .innerJoin("customer", (join) =>
      join.onRef("customer.tenant_id", "=", "contract.tenant_id")
        .onRef("customer.id", "=", "contract.customer_id"))
    .innerJoin("billing_entity as entity", (join) =>
      join.onRef("entity.tenant_id", "=", "contract.tenant_id")
        .onRef("entity.id", "=", "contract.billing_entity_id"))
    .select([
      "contract.id",
      "contract.reference",
      "customer.name as customerName",
      "contract.start_date as startDate",
      "contract.end_date as endDate",
      "contract.cadence",
      "contract.anchor_day as anchorDay",
      "contract.anchor_date as anchorDate",
      "entity.zone",
    ])
    .where("contract.tenant_id", "=", db.tenantId)
    .$if("id" in by, (query) => query.where("contract.id", "=", (by as { id: string }).id))
    .$if(
      "reference" in by,
      (query) => query.where("contract.reference", "=", (by as { reference: string }).reference),
    )
    .executeTakeFirst();
}

/** An invoice that bills what was missing on an earlier one; minor units, in the terms of its lines. */
export interface LaterCorrection {
  invoiceId: string;
  /** Null while it is a draft. */
  number: string | null;
  issueDate: Temporal.PlainDate | null;
  currency: string;
  amount: bigint;
}

/** The latest invoices that correct one, newest first. */
export async function listLaterCorrections(
  db: TenantDb,
  invoiceId: string,
  limit: number,
): Promise<LaterCorrection[]> {
  return await db.sql<LaterCorrection[]>`
    select invoice.id as "invoiceId", invoice.number, invoice.issue_date as "issueDate", invoice.currency,
      sum(line.amount)::bigint as amount
    from rederivation derived
    join invoice_line_correction correction
      on correction.tenant_id = derived.tenant_id and correction.rederivation_id = derived.id
    join invoice_line line on line.tenant_id = correction.tenant_id and line.id = correction.invoice_line_id
    join invoice on invoice.tenant_id = line.tenant_id and invoice.id = line.invoice_id
    where derived.tenant_id = ${db.tenantId} and derived.invoice_id = ${invoiceId}
    group by invoice.tenant_id, invoice.id order by invoice.id desc limit ${limit}`;
}
