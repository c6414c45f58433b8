/** What commands do to manual invoices on their own transaction: lock, read, price, and store as a draft of an invoice. */
import { createHash } from "node:crypto";
import { findFactsSnapshot } from "../../../db/queries/billing_facts.ts";
import { insertDraftInvoices, insertInvoiceTransitions } from "../../../db/queries/invoice.ts";
import {
  listManualLines,
  lockManualInvoice,
  type ManualInvoiceRecord,
} from "../../../db/queries/manual_invoice.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import { newId } from "../../core/clock.ts";
import type { CommandContext } from "../../core/command.ts";
import { parseCurrencyCode } from "../../core/currency.ts";
import { milepostError } from "../../core/errors.ts";
import { isId } from "../../core/ids.ts";
import { canonicalJson } from "../../core/json.ts";
import type { Draft } from "../steps.ts";
import { periodLabel } from "../texts.ts";
import { type PricedItems, priceItems } from "./price_items.ts";
import { type ManualContent, readManual } from "./read_manual.ts";

/** A manual invoice that is right, with what it comes to. */
export interface PricedManual {
  content: ManualContent;
  priced: PricedItems;
}

/** Throws `NotFound` and `Conflict` for a version that is not the last. */
export async function lockVersion(db: TenantDb, id: string, version: string): Promise<ManualInvoiceRecord> {
  const record = isId(id) ? await lockManualInvoice(db, id) : undefined;
  if (!record) throw noManualInvoice(id);
  if (String(record.version) !== version) {
    throw milepostError("Conflict", {
      message: "Someone changed this invoice meanwhile. Compare the new values with yours, then save again.",
    });
  }
  return record;
}

export function noManualInvoice(id: string): Error {
  return milepostError("NotFound", {
    message: "There is no such draft. Find it in the list of drafts.",
    fields: [{ field: "manualInvoiceId", value: id }],
  });
}

/** Reads and prices a locked one. Throws `InvalidInput` with everything that is wrong. */
export async function priceManual(db: TenantDb, record: ManualInvoiceRecord): Promise<PricedManual> {
  if (record.customerErasedAt !== null) {
    throw milepostError("IllegalTransition", {
      message: "This customer was erased, so nothing can be billed. Discard the draft.",
    });
  }
  const content = readManual(record, await listManualLines(db, record.id));
  const priced = priceItems(content.items, {
    currency: parseCurrencyCode(record.currency),
    rounding: record.entity.rounding,
    taxInclusive: record.taxInclusive,
  });
  if (priced.total < 0n) {
    throw milepostError("InvalidInput", {
      message:
        "The lines come to less than nothing, and an invoice cannot be negative. Credit an invoice instead.",
      fields: [],
    });
  }
  return { content, priced };
}

/** Stores it as a draft of an invoice, with a snapshot of all that it shows. */
export async function storeManual(
  { db, now }: Pick<CommandContext, "db" | "now">,
  record: ManualInvoiceRecord,
  { content, priced }: PricedManual,
): Promise<Draft> {
  const { entity, customer, currency, taxInclusive, buyerReference, purchaseOrder, note } = record;
  const { supplyDate, paymentTermsDays, items } = content;
  const id = newId<"invoice">();
  const priceCase = {
    currency,
    rounding: entity.rounding,
    items,
    ...(priced.taxes.length === 0 ? {} : {
      tax: {
        inclusive: taxInclusive,
        rates: priced.taxes.map(({ category, percent }) => ({ category, percent })),
      },
    }),
  };
  await insertDraftInvoices(db, [{
    ...priced,
    id,
    billingEntityId: entity.id,
    customerId: customer.id,
    contractId: null,
    periodStart: null,
    periodEnd: null,
    onlyCorrections: false,
    currency,
    factsSnapshot: await findFactsSnapshot(db),
    factsHash: new Uint8Array(createHash("sha256").update(canonicalJson(priceCase)).digest()),
    priceCase,
    usageCount: 0n,
    seller: entity,
    buyer: { ...customer, paymentTermsDays },
    terms: {
      period: periodLabel({ start: supplyDate, end: supplyDate.add({ days: 1 }) }),
      taxPoint: supplyDate.toString(),
      paymentTermsDays,
      ...(buyerReference === "" ? {} : { buyerReference }),
      ...(purchaseOrder === "" ? {} : { purchaseOrder }),
      ...(note === "" ? {} : { note }),
    },
    vehicles: [],
    taxFacts: null,
    lines: priced.lines.map((line) => ({ ...line, id: newId<"invoice line">() })),
  }]);
  await insertInvoiceTransitions(db, now, [
    { invoiceId: id, from: null, to: "draft", actor: record.changedBy, reason: "Written by hand" },
  ]);
  const { total, taxTotal } = priced;
  return { id, entity, customerId: customer.id, paymentTermsDays, currency, total, taxTotal };
}
