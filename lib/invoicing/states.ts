/** The states of an invoice and the only ways between them. */
import type { InvoiceState } from "../../db/schema.ts";
import { milepostError } from "../core/errors.ts";

/** Where each state may go. A state that leads nowhere is final. */
const ways: Record<InvoiceState, readonly InvoiceState[]> = {
  draft: ["approved"],
  approved: ["issued"],
  issued: ["partially_paid", "paid", "credited", "void", "uncollectible"],
  partially_paid: ["issued", "paid", "credited", "uncollectible"],
  // back, when a payment is reversed, charged back or moved to another invoice; credited, when all of it is given back
  paid: ["partially_paid", "issued", "credited"],
  credited: [],
  void: [],
  // back, when a payment of what was not written off is taken back
  uncollectible: ["issued", "partially_paid"],
};

/** States in which the customer still owes something. */
export const openStates: readonly InvoiceState[] = ["issued", "partially_paid"];

export const stateNames: Record<InvoiceState, string> = {
  draft: "draft",
  approved: "approved",
  issued: "issued",
  partially_paid: "partly paid",
  paid: "paid",
  credited: "credited",
  void: "void",
  uncollectible: "written off",
};

/** Where an invoice in this state may go next. */
export function nextStates(from: InvoiceState): readonly InvoiceState[] {
  return ways[from];
}

/** Of an issued invoice, in minor units: its total, what is open, and what credit notes took and was given up. */
export interface SettledAmounts {
  total: bigint;
  openAmount: bigint;
  creditedAmount: bigint;
  writtenOffAmount: bigint;
}

/**
 * The state of an issued invoice by what is still open of it: credited once credit notes took all of it, so that a part never does;
 * written off once nothing is open and a part was given up; paid and partly paid only by money.
 */
export function settledState(
  { total, openAmount: open, creditedAmount: credited, writtenOffAmount: writtenOff }: SettledAmounts,
): "issued" | "partially_paid" | "paid" | "credited" | "uncollectible" {
  const owed = total - credited - writtenOff;
  if (owed < 0n || open < 0n || open > owed) {
    throw new RangeError(
      `Of ${total} minor units with ${credited} credited and ${writtenOff} written off, ${open} cannot be open.`,
    );
  }
  if (writtenOff > 0n && open === 0n) return "uncollectible";
  if (owed === 0n) return total === 0n ? "paid" : "credited"; // there was nothing to pay
  return open === 0n ? "paid" : open === owed ? "issued" : "partially_paid";
}

/** Throws `IllegalTransition`, naming both states, if there is no way from one to the other. */
export function requireTransition(from: InvoiceState, to: InvoiceState): void {
  if (ways[from].includes(to)) return;
  const allowed = ways[from].map((state) => stateNames[state]);
  throw milepostError("IllegalTransition", {
    message: `An invoice that is ${stateNames[from]} cannot become ${stateNames[to]}. ` +
      (allowed.length === 0 ? "It stays as it is." : `It can become ${orList(allowed)}.`),
    fields: [{ field: "state", value: to, rule: `From ${from}: ${ways[from].join(", ") || "nothing"}.` }],
  });
}

/** Overdue is derived and never stored, so that it cannot hide a part payment: the due date is over and something is open. */
export function isOverdue(
  invoice: { state: InvoiceState; dueDate: Temporal.PlainDate | null },
  today: Temporal.PlainDate,
): boolean {
  return openStates.includes(invoice.state) && invoice.dueDate !== null &&
    Temporal.PlainDate.compare(invoice.dueDate, today) < 0;
}

function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
