/** What the commands of a run do to its items, on their own transaction: preview them, draft them, number them. */
import { findRunStateOfInvoice, type InvoiceRun } from "../../../db/queries/invoice_run.ts";
import {
  type InvoiceRunItem,
  type ItemOutcome,
  type ItemPreview,
  listLastTotals,
  lockInvoiceRunItems,
  lockRunDrafts,
  setItemOutcomes,
  setItemPreviews,
  setItemsIssued,
} from "../../../db/queries/invoice_run_item.ts";
import { minorUnits, parseCurrencyCode } from "../../core/currency.ts";
import { formatScaled } from "../../core/decimal.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import type { CommandContext } from "../../core/command.ts";
import { isMilepostError, type MilepostError, milepostError } from "../../core/errors.ts";
import { type Bill, deriveBills, type Draft, issueDrafts, storeDrafts } from "../steps.ts";
import { type Exception, exceptionOf } from "./exceptions.ts";
import { monthName } from "./month.ts";
import { runJobKinds, runStateNames } from "./states.ts";

/** Places of a run, `[from, to)`. */
interface Range {
  from: number;
  to: number;
}

/** Derives each pending item as of the cut-off and stores what it comes to. Gives the number of items. */
export async function previewItems(context: CommandContext, run: InvoiceRun, range: Range): Promise<number> {
  const { db } = context;
  const items = await lockInvoiceRunItems(db, run.id, { ...range, state: "pending" });
  const [bills, lastTotals] = await Promise.all([
    deriveItems(context, run, items),
    listLastTotals(db, items.map(({ contractId }) => contractId), run.periodEnd),
  ]);
  const previews = items.map((item, index) =>
    previewOf(run, item, bills[index], lastTotals.get(item.contractId) ?? null)
  );
  await setItemPreviews(db, run.id, previews);
  return items.length;
}

/** The bills of items as of the cut-off, or why there is none. */
async function deriveItems(
  context: CommandContext,
  run: InvoiceRun,
  items: readonly InvoiceRunItem[],
): Promise<(Bill | MilepostError)[]> {
  const inputs = items.map(({ contractId, periodStart, periodEnd }) => {
    return { contractId, periodStart: periodStart.toString(), periodEnd: periodEnd.toString() };
  });
  return await deriveBills(context, inputs, run.factsSnapshot);
}

function previewOf(
  run: InvoiceRun,
  { position }: InvoiceRunItem,
  bill: Bill | MilepostError,
  lastTotal: bigint | null,
): ItemPreview {
  if (isMilepostError(bill)) {
    return {
      position,
      state: "left_out",
      exception: "cannot_price",
      message: bill.message,
      factsHash: null,
      currency: run.currency,
      subtotal: 0n,
      taxTotal: 0n,
      total: 0n,
      lineCount: 0,
      lastTotal,
    };
  }
  const { invoice } = bill;
  const exception = exceptionOfBill(bill, lastTotal);
  const count = invoice.usageCount === 1n ? "1 usage event" : `${invoice.usageCount} usage events`;
  return {
    position,
    state: exception?.isLeftOut ? "left_out" : "previewed",
    exception: exception?.kind ?? null,
    message: exception?.message ?? `From ${count}.`,
    factsHash: invoice.factsHash,
    currency: invoice.currency,
    subtotal: invoice.subtotal,
    taxTotal: invoice.taxTotal,
    total: invoice.total,
    lineCount: invoice.lines.length,
    lastTotal,
  };
}

function exceptionOfBill({ invoice, outcome, contract }: Bill, lastTotal: bigint | null): Exception | null {
  return exceptionOf({ outcome, total: invoice.total, lastTotal, customer: contract.customer });
}

/** Derives each approved item again as of the cut-off; equal facts become a draft, others are parked with the difference. */
export async function draftItems(
  context: CommandContext,
  run: InvoiceRun,
  range: Range,
): Promise<{ drafted: number; parked: number }> {
  const { db } = context;
  const items = await lockInvoiceRunItems(db, run.id, { ...range, state: "previewed" });
  const bills = await deriveItems(context, run, items);
  const unchanged: { position: number; bill: Bill }[] = [];
  const outcomes: ItemOutcome[] = [];
  for (const [index, item] of items.entries()) {
    const [position, bill] = [item.position, bills[index]];
    if (isMilepostError(bill)) outcomes.push({ position, state: "parked", message: bill.message });
    else if (!isAsApproved(item, bill)) {
      outcomes.push({ position, state: "parked", message: differenceOf(item, bill) });
    } else {
      // The address is no fact of the amounts, and may be gone since the preview.
      const exception = exceptionOfBill(bill, null);
      if (exception?.isLeftOut) outcomes.push({ position, state: "parked", message: exception.message });
      else unchanged.push({ position, bill });
    }
  }
  const drafts = await storeDrafts(
    { ...context, now: run.approvedAt! },
    unchanged.map(({ bill }) => bill),
    `Drafted by the run for ${monthName({ start: run.periodStart })}`,
  );
  for (const [index, { position }] of unchanged.entries()) {
    outcomes.push({ position, state: "drafted", invoiceId: drafts[index].id });
  }
  await setItemOutcomes(db, run.id, outcomes);
  return { drafted: drafts.length, parked: outcomes.length - drafts.length };
}

function isAsApproved(item: InvoiceRunItem, { invoice }: Bill): boolean {
  return item.factsHash?.toHex() === invoice.factsHash.toHex() && item.total === invoice.total;
}

/** Why an item is not what was approved, as a sentence. */
function differenceOf(item: InvoiceRunItem, { invoice }: Bill): string {
  const text = (amount: bigint) =>
    `${formatScaled(amount, minorUnits(parseCurrencyCode(invoice.currency)))} ${invoice.currency}`;
  return item.total === invoice.total
    ? "Contract, plan or vehicles were changed after the preview. Preview it again in a new run."
    : `It was approved at ${text(item.total ?? 0n)} and now comes to ${
      text(invoice.total)
    }, because contract, plan or vehicles were changed. Preview it again in a new run.`;
}

/** Issues the first drafts of a run in their order. Gives their number. */
export async function numberItems(context: CommandContext, run: InvoiceRun, atMost: number): Promise<number> {
  const { db, emit } = context;
  const found = await lockRunDrafts(db, run.id, atMost);
  const drafts = found.map((draft): Draft => ({
    id: draft.invoiceId,
    entity: draft.seller,
    customerId: draft.customerId,
    paymentTermsDays: draft.paymentTermsDays,
    currency: draft.currency,
    total: draft.total,
    taxTotal: draft.taxTotal,
  }));
  const label = monthName({ start: run.periodStart });
  // The day of the approval is the day of issue, however late a killed run goes on.
  const issued = await issueDrafts({ ...context, now: run.approvedAt! }, drafts, {
    approvedBy: run.approvedBy!,
    approved: `Approved with the run for ${label}`,
    issued: `Issued by the run for ${label}`,
  });
  await setItemsIssued(db, run.id, found.map(({ position }) => position));
  for (const [index, { id, currency, customerId, total }] of drafts.entries()) {
    const amount = formatScaled(total, minorUnits(parseCurrencyCode(currency)));
    emit("invoice.issued", id, { number: issued[index].number, customerId, currency, total: amount });
  }
  return found.length;
}

/** Refuses to let an invoice out of the house whose run is not checked, or was found to differ. Throws `IllegalTransition`. */
export async function requireCheckedRun(db: TenantDb, invoiceId: string, number: string): Promise<void> {
  const state = await findRunStateOfInvoice(db, invoiceId);
  if (state === undefined || state === "done") return;
  throw milepostError("IllegalTransition", {
    message: `The run of invoice ${number} is ${runStateNames[state]}, so it cannot be sent. ` +
      (state === "blocked" ? "Solve the difference and check the run again." : "Wait until it is done."),
    fields: [{ field: "state", value: state }],
  });
}

/** Invoices of one job that writes their messages: each brings a whole document with it. */
const messagesPerChunk = 20;

/** The kind of job that writes the messages of a chunk. */
export const deliveryJobKind = runJobKinds.deliver;

/** Starts the delivery of a checked run, or a further one of the items at `places`. */
export async function enqueueDelivery(
  { enqueue }: CommandContext,
  { id: runId, itemCount }: InvoiceRun,
  places?: readonly number[],
): Promise<void> {
  const wanted = places && new Set(places.map((place) => Math.floor(place / messagesPerChunk)));
  for (let chunk = 0; chunk * messagesPerChunk < itemCount; chunk++) {
    if (wanted && !wanted.has(chunk)) continue;
    const from = chunk * messagesPerChunk;
    const payload = { runId, from, to: Math.min(from + messagesPerChunk, itemCount) };
    await enqueue(runJobKinds.deliver, payload, wanted ? {} : { uniqueKey: `${runId}/${from}` });
  }
}
