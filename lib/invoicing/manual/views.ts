/** Manual invoices as people read them while they write: one with a page of its lines and its sums, and the list of open ones. */
import {
  findManualInvoice,
  type ListedManualInvoice,
  listManualLines,
  listOpenManualInvoices,
  listTaxesInUse,
  type ManualInvoiceRecord,
  type TypedLine,
} from "../../../db/queries/manual_invoice.ts";
import { listOwnTaxRates } from "../../../db/queries/tax_facts.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import { parseCurrencyCode } from "../../core/currency.ts";
import { isId } from "../../core/ids.ts";
import { isMilepostError } from "../../core/errors.ts";
import { localDate } from "../../core/period.ts";
import { rateOf, ratesOf } from "../../tax/rate.ts";
import { type PricedItems, priceItems } from "./price_items.ts";
import { noManualInvoice } from "./steps.ts";
import { type Item, readTypedLine } from "./typed_line.ts";

export const linesPerPage = 25;

export interface ManualInvoice extends ManualInvoiceRecord {
  /** Those after a position, at most a page, with what each comes to; null for one that cannot be read yet. */
  lines: (TypedLine & { amount: bigint | null })[];
  lineCount: number;
  /** What the lines that can be read come to; null where they cannot stand on one invoice. */
  sums: PricedItems | null;
  /** How many lines cannot be read yet. */
  unreadCount: number;
  /** What a line may be taxed by: "S 20". */
  taxes: string[];
}

/** Throws `NotFound`. */
export async function readManualInvoice(db: TenantDb, id: string, after = 0): Promise<ManualInvoice> {
  const [record, lines] = isId(id)
    ? await Promise.all([findManualInvoice(db, id), listManualLines(db, id)])
    : [undefined, []];
  if (!record) throw noManualInvoice(id);
  const items = lines.map(readTypedLine).flatMap((read) => "item" in read ? [read.item] : []);
  return {
    ...record,
    lines: lines.slice(after, after + linesPerPage).map((line) => {
      const read = readTypedLine(line);
      const priced = "item" in read ? sumsOf(record, [read.item]) : null;
      return { ...line, amount: priced?.lines[0].amount ?? null };
    }),
    lineCount: lines.length,
    sums: sumsOf(record, items),
    unreadCount: lines.length - items.length,
    taxes: await taxesFor(db, record, lines),
  };
}

function sumsOf({ currency, entity, taxInclusive }: ManualInvoiceRecord, items: Item[]): PricedItems | null {
  try {
    return priceItems(items, {
      currency: parseCurrencyCode(currency),
      rounding: entity.rounding,
      taxInclusive,
    });
  } catch (error) {
    if (!isMilepostError(error, "InvalidInput")) throw error;
    return null;
  }
}

/** The standard rate of the seller's country on the day, what is without tax, and every rate that is in use or on a line. */
async function taxesFor(
  db: TenantDb,
  { entity, supplyDate, changedAt }: ManualInvoiceRecord,
  lines: readonly TypedLine[],
): Promise<string[]> {
  const [own, used] = await Promise.all([listOwnTaxRates(db), listTaxesInUse(db)]);
  const day = /^\d{4}-\d{2}-\d{2}$/.test(supplyDate)
    ? supplyDate
    : localDate(changedAt, entity.zone).toString();
  const standard: string[] = [];
  try {
    standard.push(
      `S ${rateOf({ country: entity.country, region: null }, ratesOf([entity.country], own), day)}`,
    );
  } catch (error) {
    if (!isMilepostError(error, "InvalidInput")) throw error; // no rate is known there: those in use remain
  }
  const all = [
    ...standard,
    ...used.map(({ category, percent }) => `${category} ${percent}`),
    "Z 0",
    "E 0",
    "O 0",
    ...lines.map(({ tax }) => tax).filter((tax) => tax !== ""),
  ];
  return [...new Set(all)];
}

export interface ManualInvoicePage {
  rows: ListedManualInvoice[];
  /** For the rows after these, where there are any. */
  next?: string;
}

/** Those that wait for their invoice, the newest first. */
export async function listManualInvoices(db: TenantDb, before?: string): Promise<ManualInvoicePage> {
  const rows = await listOpenManualInvoices(
    db,
    linesPerPage + 1,
    before !== undefined && isId(before) ? before : undefined,
  );
  const shown = rows.slice(0, linesPerPage);
  return { rows: shown, ...(rows.length > shown.length ? { next: shown.at(-1)!.id } : {}) };
}
