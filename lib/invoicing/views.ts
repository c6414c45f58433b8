/** Invoices as people read them: the list by cursor, one invoice with its reasons, and what can be billed next. */
import {
  countInvoiceLines,
  findContractToBill,
  findInvoiceRecord,
  findLineSteps,
  type InvoiceLineRecord,
  type InvoiceRecord,
  type InvoiceTaxNote,
  type InvoiceTaxRecord,
  type InvoiceTransitionRecord,
  type LaterCorrection,
  listInvoiceLines,
  listInvoiceTaxes,
  listInvoiceTaxNotes,
  listInvoiceTransitions,
  listLaterCorrections,
  listLineSteps,
} from "../../db/queries/invoice_detail.ts";
import { listBilledPeriodStarts } from "../../db/queries/invoice.ts";
import {
  countInvoices,
  type InvoiceCursor,
  type InvoiceFilter,
  type InvoiceStatus,
  type ListedInvoice,
  listInvoices as listRows,
} from "../../db/queries/invoice_list.ts";
import { type OpenSum, sumOpenInvoices } from "../../db/queries/invoice_open.ts";
import { listInvoiceTaxRegistrations } from "../../db/queries/tax_registration.ts";
import { findStatedTax, type StatedTax } from "../../db/queries/tax_currency.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { shownBuyer } from "../core/erased.ts";
import { milepostError } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import type { TaxNumber } from "../core/tax_number.ts";
import { billablePeriods } from "./billing_period.ts";
import type { Period } from "./price_case.ts";
import { openStates } from "./states.ts";

/** Rows on a page, of invoices and of lines. */
export const rowsPerPage = 25;
/** Counting further would cost more than anyone reads from it. */
export const countedMost = 1000;

/** A number of rows, counted up to `countedMost`. */
export interface Count {
  count: number;
  /** There are more than `count`. */
  andMore: boolean;
}

export interface InvoicePage {
  invoices: ListedInvoice[];
  found: Count;
  /** For the rows before and after, where there are any. */
  previous?: { before: string };
  next?: { after: string };
}

/** A page of the list, newest first. */
export async function listInvoices(
  db: TenantDb,
  filter: InvoiceFilter,
  now: Temporal.Instant,
  cursor?: InvoiceCursor,
): Promise<InvoicePage> {
  const [rows, found] = await Promise.all([
    listRows(db, filter, now, rowsPerPage, cursor),
    countUpTo(db, filter, now),
  ]);
  const newer = cursor !== undefined && "before" in cursor;
  const hasMore = rows.length > rowsPerPage;
  const invoices = rows.slice(0, rowsPerPage);
  if (newer) invoices.reverse();
  const hasPrevious = newer ? hasMore : cursor !== undefined;
  const hasNext = newer || hasMore;
  return {
    invoices,
    found,
    ...(hasPrevious && invoices.length > 0 ? { previous: { before: invoices[0].id } } : {}),
    ...(hasNext && invoices.length > 0 ? { next: { after: invoices.at(-1)!.id } } : {}),
  };
}

/** How many invoices each view holds. */
export async function countByStatus(
  db: TenantDb,
  statuses: readonly InvoiceStatus[],
  now: Temporal.Instant,
): Promise<Map<InvoiceStatus, Count>> {
  const counts = await Promise.all(statuses.map((status) => countUpTo(db, { status }, now)));
  return new Map(statuses.map((status, index) => [status, counts[index]]));
}

/** What is still to pay, per currency: what is due later or today, and what is overdue. */
export async function openByCurrency(db: TenantDb, now: Temporal.Instant): Promise<OpenSum[]> {
  return await sumOpenInvoices(db, now);
}

async function countUpTo(db: TenantDb, filter: InvoiceFilter, now: Temporal.Instant): Promise<Count> {
  const count = await countInvoices(db, filter, now, countedMost + 1);
  return { count: Math.min(count, countedMost), andMore: count > countedMost };
}

/** A plan version as an invoice names it. */
export interface PrintedPlan {
  reference: string;
  name: string;
  version: number;
}

/** The snapshot that an invoice is printed with. */
export interface InvoiceParties {
  seller: {
    id: string;
    name: string;
    addressLines: string[];
    country: string;
    zone: string;
    language: string;
    numberPrefix: string;
    /** Chosen when it was issued; none before that. */
    taxNumbers: TaxNumber[];
  };
  buyer: {
    reference: string;
    name: string;
    email: string | null;
    addressLines: string[];
    country: string | null;
    /** Their own; none, or not kept at the time, means that of the seller. */
    language?: string | null;
    /** None on papers that were made before it was kept. */
    vatId?: string | null;
  };
  terms: {
    /** With a plan; neither on an invoice of lines that people wrote. */
    contract?: string;
    /** In words; without a contract the day of the supply. */
    period: string;
    /** The last one in force in the period, and those before it if it changed within. */
    plan?: PrintedPlan;
    plansBefore?: PrintedPlan[];
    paymentTermsDays: number;
    /** Of an invoice of lines that people wrote: what the buyer knows it by, and a word to them. */
    buyerReference?: string;
    purchaseOrder?: string;
    note?: string;
  };
  taxInclusive: boolean;
  rounding: "half_up" | "half_even";
}

export interface InvoiceDetail
  extends
    Omit<InvoiceRecord, "seller" | "buyer" | "customerErasedAt" | "terms" | "priceCase">,
    InvoiceParties {
  lines: InvoiceLineRecord[];
  lineCount: number;
  taxes: InvoiceTaxRecord[];
  /** What the tax rules said, where they did. */
  taxNotes: InvoiceTaxNote[];
  /** In the seller's tax currency, where that is another one (EN 16931 BT-111). */
  statedTax: StatedTax | null;
  /** Newest first. */
  transitions: InvoiceTransitionRecord[];
}

/** What became of an invoice's total so far; minor units. */
export interface Settlement {
  credited: bigint;
  paid: bigint;
  writtenOff: bigint;
  open: bigint;
}

/** Nothing for a draft and a void invoice, which ask for no money. */
export function settlementOf(
  { number, state, total, creditedAmount: credited, writtenOffAmount: writtenOff, openAmount: open }: Pick<
    InvoiceDetail,
    "number" | "state" | "total" | "creditedAmount" | "writtenOffAmount" | "openAmount"
  >,
): Settlement | undefined {
  if (number === null || state === "void") return undefined;
  return { credited, paid: total - credited - writtenOff - open, writtenOff, open };
}

/** The tax points that a paper names: those that are not the day of its issue (EN 16931 BT-7). */
export function taxPointsOf(
  { issueDate, taxNotes }: Pick<InvoiceDetail, "issueDate" | "taxNotes">,
): Temporal.PlainDate[] {
  const days = taxNotes.flatMap(({ taxPoint }) => taxPoint === null ? [] : [taxPoint]);
  const others = days.filter((day) => issueDate === null || !day.equals(issueDate));
  return [...new Map(others.map((day) => [day.toString(), day])).values()];
}

/** The number of the buyer, which a paper on what is outside the tax does not name (EN 16931 BR-O-02). */
export function buyerVatIdOf({ buyer, taxes }: Pick<InvoiceDetail, "buyer" | "taxes">): string | null {
  return taxes.some(({ category }) => category === "O") ? null : buyer.vatId ?? null;
}

/** Whether something is still to pay. */
export function isToPay({ state }: Pick<InvoiceDetail, "state">): boolean {
  return openStates.includes(state);
}

/** An invoice with its lines after a position (at most `limit`). Throws `NotFound`. */
export async function findInvoice(
  db: TenantDb,
  invoiceId: string,
  { after = 0, limit = rowsPerPage }: { after?: number; limit?: number } = {},
): Promise<InvoiceDetail> {
  requireInvoiceId(invoiceId);
  const [record, lines, lineCount, taxes, taxNotes, statedTax, transitions, taxNumbers] = await Promise.all([
    findInvoiceRecord(db, invoiceId),
    listInvoiceLines(db, invoiceId, after, limit),
    countInvoiceLines(db, invoiceId),
    listInvoiceTaxes(db, invoiceId),
    listInvoiceTaxNotes(db, invoiceId),
    findStatedTax(db, invoiceId),
    listInvoiceTransitions(db, invoiceId),
    listInvoiceTaxRegistrations(db, invoiceId),
  ]);
  if (!record) throw noInvoice(invoiceId);
  const { seller, buyer, customerErasedAt, terms, priceCase, ...rest } = record;
  const parties = {
    seller: { ...seller as object, taxNumbers },
    buyer: shownBuyer(buyer as InvoiceParties["buyer"], customerErasedAt),
    terms,
  } as Pick<InvoiceParties, "seller" | "buyer" | "terms">;
  const { tax, rounding } = priceCase as { tax?: { inclusive: boolean }; rounding: "half_up" | "half_even" };
  const taxInclusive = tax?.inclusive ?? false;
  return {
    ...rest,
    ...parties,
    taxInclusive,
    rounding,
    lines,
    lineCount,
    taxes,
    taxNotes,
    statedTax,
    transitions,
  };
}

/** A line with the steps by which it was worked out. */
export interface ExplainedLine {
  line: InvoiceLineRecord;
  steps: string[];
}

/** Throws `NotFound` if the invoice has no such line. */
export async function explainLine(db: TenantDb, invoiceId: string, position: number): Promise<ExplainedLine> {
  requireInvoiceId(invoiceId);
  const [[line], steps] = await Promise.all([
    listInvoiceLines(db, invoiceId, position - 1, 1),
    findLineSteps(db, invoiceId, position),
  ]);
  if (!line || line.position !== position || !steps) {
    throw milepostError("NotFound", {
      message: `This invoice has no line ${position}. Go back to the invoice and choose a line.`,
      fields: [{ field: "line", value: String(position) }],
    });
  }
  return { line, steps };
}

/** More lines than any invoice on paper has. */
export const linesOnPaper = 10_000;

/** Every line with its steps, as the paper shows them. */
export async function explainLines(db: TenantDb, invoiceId: string): Promise<ExplainedLine[]> {
  requireInvoiceId(invoiceId);
  const [lines, steps] = await Promise.all([
    listInvoiceLines(db, invoiceId, 0, linesOnPaper),
    listLineSteps(db, invoiceId),
  ]);
  return lines.map((line) => ({ line, steps: steps.get(line.position) ?? [] }));
}

export interface BillableContract {
  id: string;
  reference: string;
  customerName: string;
  /** Newest first, at most a year. */
  periods: Period[];
}

const periodsShown = 12;

/** A contract with the periods that are over and not billed. Throws `InvalidInput` for an unknown reference. */
export async function findBillableContract(
  db: TenantDb,
  reference: string,
  now: Temporal.Instant,
): Promise<BillableContract> {
  const contract = await findContractToBill(db, { reference });
  if (!contract) {
    const rule = reference === ""
      ? "Type the reference of a contract."
      : "No contract has this reference. The list of contracts has them all.";
    throw milepostError("InvalidInput", {
      message: rule,
      fields: [{ field: "contract", value: reference, rule }],
    });
  }
  const billed = await listBilledPeriodStarts(db, contract.id);
  const { id, customerName } = contract;
  return { id, reference, customerName, periods: billablePeriods(contract, billed, now, periodsShown) };
}

function requireInvoiceId(invoiceId: string): void {
  if (!isId(invoiceId)) throw noInvoice(invoiceId);
}

function noInvoice(invoiceId: string): Error {
  return milepostError("NotFound", {
    message: "There is no such invoice, or it belongs to another company. Find it in the list of invoices.",
    fields: [{ field: "invoiceId", value: invoiceId }],
  });
}

/** An invoice names the latest of those that correct it. */
const shownCorrections = 20;

/** The latest invoices that bill what was missing on one, newest first. */
export async function laterCorrectionsOf(db: TenantDb, invoiceId: string): Promise<LaterCorrection[]> {
  return isId(invoiceId) ? await listLaterCorrections(db, invoiceId, shownCorrections) : [];
}
