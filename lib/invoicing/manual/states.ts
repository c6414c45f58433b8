/** The states of a manual invoice while people write it, and the only ways between them; once issued, the invoice has its own. */
import type { ManualInvoiceState } from "../../../db/schema.ts";
import { milepostError } from "../../core/errors.ts";

/** Where each state may go. A change of an approved one makes it a draft again. */
const ways: Record<ManualInvoiceState, readonly ManualInvoiceState[]> = {
  draft: ["draft", "approved", "discarded"],
  approved: ["draft", "issued", "discarded"],
  issued: [],
  discarded: [],
};

export const manualStateNames: Record<ManualInvoiceState, string> = {
  draft: "a draft",
  approved: "approved",
  issued: "issued",
  discarded: "discarded",
};

/** Throws `IllegalTransition`, naming both states, if there is no way from one to the other. */
export function requireManualTransition(from: ManualInvoiceState, to: ManualInvoiceState): void {
  if (ways[from].includes(to)) return;
  const rest = ways[from].length === 0 ? " It stays as it is." : "";
  throw milepostError("IllegalTransition", {
    message: `This invoice is ${manualStateNames[from]}, so it cannot become ${manualStateNames[to]}.${rest}`,
    fields: [{ field: "state", value: from }],
  });
}

/** Whether people may still write it. */
export function isOpenManual(state: ManualInvoiceState): boolean {
  return ways[state].includes("draft");
}
