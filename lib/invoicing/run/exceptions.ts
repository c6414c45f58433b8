/** What of a run a person should look at first, and why. */
import type { InvoiceRunException } from "../../../db/schema.ts";

/** An invoice further than this from the one before, in percent, is an exception. */
export const deviationPercent = 25n;

/** What the preview of one period came to; minor units. */
export interface PreviewedResult {
  outcome: "invoice" | "nothing" | "credit";
  /** Without what corrects earlier periods. */
  total: bigint;
  /** Of the invoice before; null if there is none. */
  lastTotal: bigint | null;
  /** What was found of earlier periods, as sentences; null if nothing of them changes. */
  corrected: { message: string; hasCredit: boolean } | null;
  /** Why an earlier period cannot be derived again. */
  failure: string | null;
  customer: { name: string; addressLines: readonly string[]; country: string | null };
}

export interface Exception {
  kind: InvoiceRunException;
  /** What is unusual and what to do, as sentences. */
  message: string;
  /** Whether nothing can be issued for it. */
  isLeftOut: boolean;
}

/** The exception of a result, the most serious one; null if it is as expected. */
export function exceptionOf(
  { outcome, total, lastTotal, customer, corrected, failure }: PreviewedResult,
): Exception | null {
  if (outcome === "credit") {
    const message = "The period comes to a credit. An invoice cannot be negative, so none is issued.";
    return { kind: "credit_due", message, isLeftOut: true };
  }
  if (customer.addressLines.length === 0 || customer.country === null) {
    const missing = customer.country === null ? "country" : "postal address";
    const message = `${customer.name} has no ${missing}. Add it, then preview the run again.`;
    return { kind: "no_address", message, isLeftOut: true };
  }
  if (failure !== null) {
    return { kind: "correction_failed", message: failure, isLeftOut: outcome === "nothing" };
  }
  if (corrected && (outcome === "invoice" || corrected.hasCredit)) {
    return { kind: "correction", message: corrected.message, isLeftOut: false };
  }
  if (outcome === "nothing") {
    const message = "The period comes to nothing. It can be billed if usage arrives later.";
    return { kind: "nothing_to_bill", message, isLeftOut: true };
  }
  if (lastTotal === null) {
    return { kind: "first_invoice", message: "This is the first invoice of the contract.", isLeftOut: false };
  }
  const change = total > lastTotal ? total - lastTotal : lastTotal - total;
  if (change * 100n <= lastTotal * deviationPercent) return null;
  const more = total > lastTotal ? "more" : "less";
  const message = `This is over ${deviationPercent}% ${more} than the invoice before. Look at its lines.`;
  return { kind: "deviation", message, isLeftOut: false };
}
