/** What each item of a run comes to: the bill of its period, if it bills one, with what corrects earlier periods of its contract. */
import { lockContractFacts } from "../../../db/queries/billing_facts.ts";
import type { InvoiceRun } from "../../../db/queries/invoice_run.ts";
import { listRunCorrections, type RunCorrection } from "../../../db/queries/invoice_run_correction.ts";
import type { InvoiceRunItem } from "../../../db/queries/invoice_run_item.ts";
import type { RunCorrectionState } from "../../../db/schema.ts";
import type { CommandContext } from "../../core/command.ts";
import { isMilepostError, type MilepostError } from "../../core/errors.ts";
import { type Correction, deriveCorrections, hasEffect } from "../correction/derive_corrections.ts";
import { itemHash, withCorrections } from "../correction/with_corrections.ts";
import { type Bill, deriveBills, refusalOr } from "../steps.ts";

/** A period that was derived again, or why it could not be. */
export interface Rederived {
  asked: RunCorrection;
  found: Correction | MilepostError;
}

export interface BilledItem {
  item: InvoiceRunItem;
  /** Of its own period; null where it bills none. */
  own: Bill | null;
  /** With the lines of corrections; null where nothing is to be invoiced. */
  bill: Bill | null;
  /** Those from which something follows. */
  corrections: Correction[];
  rederived: Rederived[];
  /** Of its credit notes; minor units. */
  creditTotal: bigint;
  /** What an approval binds. */
  hash: Uint8Array;
}

/** An item of which nothing can be billed now, and why. */
export interface RefusedItem {
  item: InvoiceRunItem;
  refusal: MilepostError;
}

/**
 * Derives items as of the cut-off of the run, with their corrections in one of these states. Those that were previewed use the
 * granted money that was held for them; the invoices that they correct stay as they are until the commit.
 */
export async function billItems(
  context: CommandContext,
  run: InvoiceRun,
  items: readonly InvoiceRunItem[],
  states: readonly RunCorrectionState[],
  { isPreviewed = false } = {},
): Promise<(BilledItem | RefusedItem)[]> {
  const { db } = context;
  const asked = await listRunCorrections(db, run.id, items.map(({ position }) => position), states);
  // All at once and in one order, so that two runs with the same contracts do not block each other.
  if (asked.length > 0) await lockContractFacts(db, items.map(({ contractId }) => contractId));
  const own = items.filter(({ onlyCorrections }) => !onlyCorrections);
  const bills = await deriveBills(
    context,
    own.map(({ contractId, periodStart, periodEnd }) => {
      return { contractId, periodStart: periodStart.toString(), periodEnd: periodEnd.toString() };
    }),
    { cutOff: run.factsSnapshot, isPreviewed },
  );
  const billOf = new Map(own.map((item, place) => [item, bills[place]]));
  const found = await deriveCorrections(db, asked, run.factsSnapshot);
  const rederived = Map.groupBy(
    asked.map((one, place): Rederived => ({ asked: one, found: found[place] })),
    (one) => one.asked.position,
  );
  return items.map((item) => billItem(item, billOf.get(item) ?? null, rederived.get(item.position) ?? []));
}

function billItem(
  item: InvoiceRunItem,
  own: Bill | MilepostError | null,
  rederived: Rederived[],
): BilledItem | RefusedItem {
  if (isMilepostError(own)) return { item, refusal: own };
  const corrections = rederived.flatMap(({ found }) =>
    !isMilepostError(found) && hasEffect(found) ? [found] : []
  );
  const bill = refusalOr(() => withCorrections(own, corrections));
  if (isMilepostError(bill)) return { item, refusal: bill };
  const creditTotal = corrections.flatMap(({ credits }) => credits)
    .reduce((sum, { credit }) => sum + credit.total, 0n);
  return { item, own, bill, corrections, rederived, creditTotal, hash: itemHash(own, corrections) };
}
