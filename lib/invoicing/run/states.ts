/** The states of an invoice run and the only ways between them. */
import type { InvoiceRunState } from "../../../db/schema.ts";
import { milepostError } from "../../core/errors.ts";

const ways: Record<InvoiceRunState, readonly InvoiceRunState[]> = {
  previewing: ["awaiting_approval", "cancelled"],
  awaiting_approval: ["issuing", "returned", "cancelled"],
  issuing: ["reconciling"],
  reconciling: ["done", "blocked"],
  done: [],
  // once more, when what made the difference is mended
  blocked: ["reconciling"],
  returned: [],
  cancelled: [],
};

export const runStateNames: Record<InvoiceRunState, string> = {
  previewing: "being previewed",
  awaiting_approval: "waiting for approval",
  issuing: "being issued",
  reconciling: "being checked",
  done: "done",
  blocked: "blocked by a difference",
  returned: "returned",
  cancelled: "cancelled",
};

/** What is done to a run that goes into a state, as it follows "can be". */
export const runStepNames: Record<InvoiceRunState, string> = {
  previewing: "previewed",
  awaiting_approval: "put up for approval",
  issuing: "approved",
  reconciling: "checked",
  done: "done",
  blocked: "blocked",
  returned: "returned",
  cancelled: "cancelled",
};

/** While a run is open, no other one of its entity and period can begin. */
export const openRunStates: readonly InvoiceRunState[] = [
  "previewing",
  "awaiting_approval",
  "issuing",
  "reconciling",
];

/** What the jobs of a run are called, in the order in which they come. */
export const runJobKinds = {
  preview: "invoice_run.preview",
  draft: "invoice_run.draft",
  number: "invoice_run.number",
  reconcile: "invoice_run.reconcile",
  deliver: "invoice_run.deliver",
} as const;

/** Throws `IllegalTransition`, naming both states, if there is no way from one to the other. */
export function requireRunTransition(from: InvoiceRunState, to: InvoiceRunState): void {
  if (ways[from].includes(to)) return;
  const allowed = ways[from].map((state) => runStepNames[state]);
  throw milepostError("IllegalTransition", {
    message: `A run that is ${runStateNames[from]} cannot be ${runStepNames[to]}. ` +
      (allowed.length === 0 ? "It stays as it is." : `It can be ${allowed.join(" or ")}.`),
    fields: [{ field: "state", value: to, rule: `From ${from}: ${ways[from].join(", ") || "nothing"}.` }],
  });
}
