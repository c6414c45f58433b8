/** The states, exceptions and amounts of a run in the words and shapes that its pages show. */
import type { ComponentChildren } from "preact";
import { Badge } from "../../../../components/ui/badge.tsx";
import type { InvoiceRun, ListedItem } from "../../../../lib/invoicing/run/views.ts";

const states: Record<InvoiceRun["state"], ComponentChildren> = {
  previewing: <Badge state="running">Preview runs</Badge>,
  awaiting_approval: <Badge state="approve">To approve</Badge>,
  issuing: <Badge state="running">Issue runs</Badge>,
  reconciling: <Badge state="running">Check runs</Badge>,
  done: <Badge state="done">Done</Badge>,
  blocked: <Badge state="failed">Blocked</Badge>,
  returned: <Badge state="void">Returned</Badge>,
  cancelled: <Badge state="void">Cancelled</Badge>,
};

export function RunBadge({ state }: { state: InvoiceRun["state"] }) {
  return <>{states[state]}</>;
}

const exceptions: Record<NonNullable<ListedItem["exception"]>, ComponentChildren> = {
  cannot_price: <Badge state="failed">Cannot be priced</Badge>,
  no_address: <Badge state="failed">No address</Badge>,
  credit_due: <Badge state="failed">Credit</Badge>,
  parked: <Badge state="failed">Parked</Badge>,
  correction: <Badge state="look">Corrects earlier periods</Badge>,
  correction_failed: <Badge state="failed">Cannot be corrected</Badge>,
  deviation: <Badge state="look">Unusual amount</Badge>,
  nothing_to_bill: <Badge state="void">Nothing to bill</Badge>,
  first_invoice: <Badge state="draft">First invoice</Badge>,
};

export function ExceptionBadge({ exception }: { exception: NonNullable<ListedItem["exception"]> }) {
  return <>{exceptions[exception]}</>;
}

/** "+3.8%", "−29.6%", "0.0%", or "new" where there is nothing to compare with; rounded to tenths, half away from zero. */
export function showChange(now: bigint, before: bigint | null): string {
  if (before === null || before === 0n) return "new";
  const change = (now - before) * 1000n;
  const half = (before < 0n ? -before : before) / 2n;
  const tenths = change < 0n ? (change - half) / before : (change + half) / before;
  const size = tenths < 0n ? -tenths : tenths;
  const sign = tenths > 0n ? "+" : tenths < 0n ? "−" : "";
  return `${sign}${size / 10n}.${size % 10n}%`;
}

/** The stages of a run; one that only issues has no sending. */
export function stagesOf({ sendsInvoices }: InvoiceRun): string[] {
  return ["Prepared", "Preview", "Approval", "Issue", "Check", ...(sendsInvoices ? ["Send"] : []), "Done"];
}

/** Which of them is under way. */
export function stageOf(run: InvoiceRun, isSending: boolean): number {
  switch (run.state) {
    case "previewing":
      return 1;
    case "awaiting_approval":
    case "returned":
    case "cancelled":
      return 2;
    case "issuing":
      return 3;
    case "reconciling":
    case "blocked":
      return 4;
    case "done":
      return isSending ? 5 : stagesOf(run).length;
  }
}
