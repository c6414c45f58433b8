/** What a run does with its corrections: keeps each derivation, drafts the credit notes, and says what was found. */
import type { InvoiceRun } from "../../../db/queries/invoice_run.ts";
import type { RunCorrection, RunCorrectionFinding } from "../../../db/queries/invoice_run_correction.ts";
import { insertRederivations } from "../../../db/queries/rederivation.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import type { CommandContext } from "../../core/command.ts";
import { isMilepostError, type MilepostError } from "../../core/errors.ts";
import { formatMoney, money } from "../../core/money.ts";
import { storeCreditNote } from "../credit/steps.ts";
import { periodLabel } from "../texts.ts";
import { type Correction, hasEffect, isUnchanged } from "./derive_corrections.ts";

/** Keeps what the periods come to now, so that they count as derived up to the cut-off of the run. */
export async function storeRederivations(
  db: TenantDb,
  run: InvoiceRun,
  corrections: readonly Correction[],
): Promise<void> {
  await insertRederivations(
    db,
    corrections.map(({ rederivationId, contract, period, invoiceId, facts, due }) => ({
      id: rederivationId,
      contractId: contract.contractId,
      periodStart: period.start,
      periodEnd: period.end,
      invoiceId,
      invoiceRunId: run.id,
      factsSnapshot: facts.snapshot,
      factsHash: due.factsHash,
      priceCase: due.priceCase,
      usageCount: due.usageCount,
      taxFacts: facts.tax,
      vehicles: [
        ...new Map(facts.stays.map(({ vehicleId: id, reference, plate }) => [id, { id, reference, plate }]))
          .values(),
      ],
    })),
  );
}

/** Drafts the credit notes of corrections, in their order. Their invoices are locked. */
export async function storeCorrectionCredits(
  context: Pick<CommandContext, "db" | "actor" | "now" | "emit">,
  corrections: readonly Correction[],
): Promise<void> {
  for (const { credits, period, rederivationId, words } of corrections) {
    for (const { invoice, credit, details } of credits) {
      await storeCreditNote(context, invoice, credit, {
        purpose: "correction",
        reason: `${periodLabel(period)} was worked out again. ${words.summary}`,
        correction: {
          rederivationId,
          period: periodLabel(period),
          taxPoint: period.end.subtract({ days: 1 }),
          details,
        },
      });
    }
  }
}

/** What was found of a period, for the preview. */
export function correctionFinding(
  { asked, found }: { asked: RunCorrection; found: Correction | MilepostError },
): RunCorrectionFinding {
  const { contractId, periodStart } = asked;
  if (isMilepostError(found)) {
    const message = failureOf({ asked, found })!;
    return { contractId, periodStart, state: "failed", message, increase: 0n, decrease: 0n };
  }
  const { settlement: { increases, takenBack }, words } = found;
  const sum = (parts: readonly { amount: bigint }[]) => parts.reduce((all, { amount }) => all + amount, 0n);
  const beyond = failureOf({ asked, found });
  return {
    contractId,
    periodStart,
    state: isUnchanged(found) ? "unchanged" : hasEffect(found) ? "changed" : "failed",
    message: beyond ? `${words.summary} ${beyond}` : words.summary,
    increase: sum(increases),
    decrease: sum(takenBack),
  };
}

/** What of a period cannot be settled, as a sentence; null if all can. */
export function failureOf(
  { asked, found }: { asked: RunCorrection; found: Correction | MilepostError },
): string | null {
  const label = periodLabel({ start: asked.periodStart, end: asked.periodEnd });
  if (isMilepostError(found)) return `${label} could not be worked out again. ${found.message}`;
  const { settlement: { beyond }, due: { currency } } = found;
  if (beyond === 0n) return null;
  return `${label} comes to ${
    formatMoney(money(beyond, currency), "en-GB")
  } less than its lines hold, so that part ` +
    "cannot be credited. Settle it with the customer by hand.";
}

/** What a correction comes to, as a sentence: "1–31 January 2024: 12.00 more. 1 usage event came late." */
export function correctionMessage({ period, settlement, words, due: { currency } }: Correction): string {
  const sum = (parts: readonly { amount: bigint }[]) => parts.reduce((all, { amount }) => all + amount, 0n);
  const [more, less] = [sum(settlement.increases), sum(settlement.takenBack)];
  const show = (amount: bigint) => formatMoney(money(amount, currency), "en-GB");
  const found = [
    ...(more > 0n ? [`${show(more)} more`] : []),
    ...(less > 0n ? [`${show(less)} less by credit note`] : []),
  ].join(" and ");
  return `${periodLabel(period)}: ${found}. ${words.summary}`;
}
