/** What the commands of a run do to its items, on their own transaction: preview them, draft them, number them. */
import { findRunStateOfInvoice, type InvoiceRun } from "../../../db/queries/invoice_run.ts";
import { listRunCreditDrafts, setRunCorrections } from "../../../db/queries/invoice_run_correction.ts";
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
import type { TenantDb } from "../../../db/tenant.ts";
import type { CommandContext } from "../../core/command.ts";
import { minorUnits, parseCurrencyCode } from "../../core/currency.ts";
import { formatScaled } from "../../core/decimal.ts";
import { isMilepostError, milepostError } from "../../core/errors.ts";
import { type GrantHold, holdGrants } from "../../payments/wallet/steps.ts";
import { countOf } from "../../pricing/words.ts";
import { isUnchanged } from "../correction/derive_corrections.ts";
import {
  correctionFinding,
  correctionMessage,
  failureOf,
  storeCorrectionCredits,
  storeRederivations,
} from "../correction/steps.ts";
import { issueCreditNotes } from "../credit/steps.ts";
import { issueDrafts, storeDrafts } from "../steps.ts";
import { unstatableTaxes } from "../tax_currency/steps.ts";
import { type BilledItem, billItems, type RefusedItem } from "./bill_items.ts";
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
  const [priced, lastTotals] = await Promise.all([
    billItems(context, run, items, ["pending"]),
    listLastTotals(db, items.map(({ contractId }) => contractId), run.periodEnd),
  ]);
  const billed = await refuseUnstatable(context, run, priced);
  const previews = billed.map((one) => previewOf(run, one, lastTotals.get(one.item.contractId) ?? null));
  await setItemPreviews(db, run.id, previews);
  await holdGrants(
    db,
    run.id,
    billed.flatMap((one, index) =>
      "refusal" in one || previews[index].state !== "previewed" ? [] : holdsOf(one)
    ),
  );
  const rederived = billed.flatMap((one) => "refusal" in one ? [] : one.rederived);
  await setRunCorrections(db, run.id, rederived.map(correctionFinding));
  // What came to the same is settled up to this cut-off, whatever becomes of the run.
  await storeRederivations(
    db,
    run,
    rederived.flatMap(({ found }) => !isMilepostError(found) && isUnchanged(found) ? [found] : []),
  );
  return items.length;
}

/** Refuses each item whose tax could not be stated in the seller's currency, for want of an exchange rate; the others stay. */
async function refuseUnstatable(
  context: Pick<CommandContext, "db" | "now">,
  run: InvoiceRun,
  billed: readonly (BilledItem | RefusedItem)[],
): Promise<(BilledItem | RefusedItem)[]> {
  const invoices = billed.map((one) =>
    "refusal" in one || one.bill?.outcome !== "invoice" ? undefined : one.bill.invoice
  );
  const refusals = await unstatableTaxes(context, run.billingEntityId, invoices);
  return billed.map((one, place) => {
    const refusal = refusals[place];
    return refusal ? { item: one.item, refusal } : one;
  });
}

/** The granted money that an item counts on. */
function holdsOf({ item: { contractId, periodStart }, own }: BilledItem): GrantHold[] {
  return (own?.grants ?? []).map(({ walletCreditId, amount }) => {
    return { walletCreditId, contractId, periodStart, amount };
  });
}

function previewOf(
  run: InvoiceRun,
  billed: BilledItem | RefusedItem,
  lastTotal: bigint | null,
): ItemPreview {
  const { position } = billed.item;
  const nothing = {
    position,
    factsHash: null,
    currency: run.currency,
    subtotal: 0n,
    taxTotal: 0n,
    total: 0n,
    lineCount: 0,
    creditTotal: 0n,
    lastTotal,
  };
  if ("refusal" in billed) {
    return { ...nothing, state: "left_out", exception: "cannot_price", message: billed.refusal.message };
  }
  const { bill, own, corrections, hash, creditTotal } = billed;
  const exception = exceptionOfItem(billed, lastTotal);
  const count = own && countOf(own.invoice.usageCount, "usage event");
  const isIdle = own === null && corrections.length === 0;
  return {
    ...nothing,
    ...(bill && {
      currency: bill.invoice.currency,
      subtotal: bill.invoice.subtotal,
      taxTotal: bill.invoice.taxTotal,
      total: bill.invoice.total,
      lineCount: bill.invoice.lines.length,
    }),
    state: exception?.isLeftOut || isIdle ? "left_out" : "previewed",
    exception: exception?.kind ?? null,
    message: exception?.message ??
      (count ? `From ${count}.` : "Its earlier periods were worked out again and come to the same."),
    factsHash: hash,
    creditTotal,
  };
}

function exceptionOfItem(
  { own, bill, corrections, rederived, creditTotal }: BilledItem,
  lastTotal: bigint | null,
): Exception | null {
  const contract = own?.contract ?? corrections.at(0)?.contract;
  const failures = rederived.map(failureOf).filter((message) => message !== null);
  if (!contract) {
    return failures.length === 0
      ? null
      : { kind: "correction_failed", message: failures.join(" "), isLeftOut: true };
  }
  return exceptionOf({
    outcome: bill?.outcome ?? "nothing",
    total: own?.invoice.total ?? 0n,
    lastTotal: own ? lastTotal : 0n,
    customer: contract.customer,
    corrected: corrections.length === 0 ? null : {
      message: [...corrections.map(correctionMessage), ...failures].join(" "),
      hasCredit: creditTotal > 0n,
    },
    failure: failures.length > 0 && corrections.length === 0 ? failures.join(" ") : null,
  });
}

/** Derives each approved item again as of the cut-off; equal facts become drafts, others are parked with the difference. */
export async function draftItems(
  context: CommandContext,
  run: InvoiceRun,
  range: Range,
): Promise<{ drafted: number; parked: number }> {
  const { db } = context;
  const items = await lockInvoiceRunItems(db, run.id, { ...range, state: "previewed" });
  const drafting = { ...context, now: run.approvedAt! };
  const priced = await billItems(context, run, items, ["changed"], { isPreviewed: true });
  const billed = await refuseUnstatable(drafting, run, priced);
  const unchanged: BilledItem[] = [];
  const outcomes: ItemOutcome[] = [];
  for (const one of billed) {
    const message = "refusal" in one ? one.refusal.message : parkedFor(one);
    if (message !== null) outcomes.push({ position: one.item.position, state: "parked", message });
    else if (!("refusal" in one)) unchanged.push(one);
  }
  await storeRederivations(db, run, unchanged.flatMap(({ corrections }) => corrections));
  const invoiced = unchanged.flatMap(({ item, bill }) => bill?.outcome === "invoice" ? [{ item, bill }] : []);
  const drafts = await storeDrafts(
    drafting,
    invoiced.map(({ bill }) => bill),
    `Drafted by the run for ${monthName({ start: run.periodStart })}`,
  );
  const invoiceIds = new Map(invoiced.map(({ item }, index) => [item, drafts[index].id]));
  await storeCorrectionCredits(drafting, unchanged.flatMap(({ corrections }) => corrections));
  for (const { item } of unchanged) {
    outcomes.push({ position: item.position, state: "drafted", invoiceId: invoiceIds.get(item) ?? null });
  }
  await setItemOutcomes(db, run.id, outcomes);
  return { drafted: unchanged.length, parked: outcomes.length - unchanged.length };
}

/** Why an approved item is not drafted; null if it is as it was approved. */
function parkedFor(billed: BilledItem): string | null {
  const { item, bill, hash, creditTotal } = billed;
  const total = bill?.invoice.total ?? 0n;
  if (item.factsHash?.toHex() !== hash.toHex() || item.total !== total || item.creditTotal !== creditTotal) {
    return differenceOf(item, total, bill?.invoice.currency);
  }
  // The address is no fact of the amounts, and may be gone since the preview.
  const exception = exceptionOfItem(billed, null);
  return exception?.isLeftOut ? exception.message : null;
}

/** Why an item is not what was approved, as a sentence. */
function differenceOf(item: InvoiceRunItem, total: bigint, currency: string | undefined): string {
  if (item.total === total || currency === undefined) {
    return "Contract, plan, vehicles or an earlier period were changed after the preview. Preview it again in a new run.";
  }
  const text = (amount: bigint) => `${decimalOf(amount, currency)} ${currency}`;
  return `It was approved at ${text(item.total ?? 0n)} and now comes to ${
    text(total)
  }, because contract, plan or vehicles were changed. Preview it again in a new run.`;
}

function decimalOf(amount: bigint, currency: string): string {
  return formatScaled(amount, minorUnits(parseCurrencyCode(currency)));
}

/** Issues the first drafts of a run in their order, and the credit notes that go with them. Gives the number of items. */
export async function numberItems(context: CommandContext, run: InvoiceRun, atMost: number): Promise<number> {
  const { db, emit } = context;
  const found = await lockRunDrafts(db, run.id, atMost);
  const drafts = found.flatMap(({ invoice }) => invoice ?? []);
  const label = monthName({ start: run.periodStart });
  // The day of the approval is the day of issue, however late a killed run goes on.
  const issuing = { ...context, now: run.approvedAt! };
  const credited = found.filter(({ hasCredit }) => hasCredit).map(({ position }) => position);
  await issueCreditNotes(
    issuing,
    credited.length === 0 ? [] : await listRunCreditDrafts(db, run.id, credited),
    `Issued by the run for ${label}`,
  );
  const issued = await issueDrafts(issuing, drafts, {
    approvedBy: run.approvedBy!,
    approved: `Approved with the run for ${label}`,
    issued: `Issued by the run for ${label}`,
  });
  await setItemsIssued(db, run.id, found.map(({ position }) => position));
  for (const [index, { id, currency, customerId, total }] of drafts.entries()) {
    const { number } = issued[index];
    emit("invoice.issued", id, { number, customerId, currency, total: decimalOf(total, currency) });
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
