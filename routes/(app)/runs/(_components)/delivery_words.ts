/** What became of the invoices of a run on their way to the customers, in the words of its pages. */
import type { InvoiceRun } from "../../../../lib/invoicing/run/views.ts";
import type { DeliveryStanding, RunDeliveryCounts } from "../../../../lib/notifications/views.ts";
import { countOf } from "../../invoices/(_components)/invoice_words.tsx";

/** Each standing in the order of its pages: what needs a person first. */
export const standings: readonly { standing: DeliveryStanding; label: string; about: string }[] = [
  {
    standing: "failed",
    label: "Failed",
    about: "These did not go out. Mend what the line says, then send them again.",
  },
  {
    standing: "uncertain",
    label: "Perhaps sent",
    about: "Nobody knows whether these arrived. Ask the customer before you send one again.",
  },
  {
    standing: "no_address",
    label: "No e-mail address",
    about: "These customers have no address that an invoice can go to. Add one, or send it by hand.",
  },
  { standing: "not_sent", label: "Not sent yet", about: "Nobody has sent these yet." },
  { standing: "waiting", label: "Waiting", about: "These go out by themselves once the run is done." },
  { standing: "sent", label: "Sent", about: "These are with the customer." },
  {
    standing: "by_hand",
    label: "By hand",
    about: "These customers get their invoices by hand, so the run sends them nothing.",
  },
  {
    standing: "withdrawn",
    label: "Withdrawn",
    about: "These were void or credited before they could go out.",
  },
];

/** The label of a standing, which before the run is done tells what is going to be. */
export function labelOf({ standing, label }: typeof standings[number], { state }: InvoiceRun): string {
  return standing === "waiting" && state !== "done" ? "By e-mail" : label;
}

/** Where a run is with its delivery, as one or two short sentences. */
export function deliverySentence(run: InvoiceRun, counts: RunDeliveryCounts): string {
  const { sent, waiting, failed, uncertain, no_address: homeless, not_sent: left } = counts;
  if (run.state !== "done") {
    return run.sendsInvoices
      ? `When the run is done, ${countOf(waiting, "invoice")} ${waiting === 1 ? "goes" : "go"} out by e-mail.`
      : "This run issues the invoices and sends none of them.";
  }
  if (waiting > 0) {
    return `${sent} of ${countOf(sent + waiting, "invoice")} sent. The rest follows by itself.`;
  }
  if (!run.sendsInvoices) {
    return left === 0
      ? "This run sent nothing by itself."
      : "Nothing was sent by itself. Send each invoice from its page, or all of them here.";
  }
  return failed + uncertain + homeless + left > 0
    ? `${countOf(sent, "invoice")} sent. What is left needs a person.`
    : "Everything that goes by e-mail is sent.";
}

/** What the button sends: "Send 3 invoices again", or nothing. */
export function furtherSending(run: InvoiceRun, { failed, not_sent: left }: RunDeliveryCounts) {
  if (run.state !== "done" || failed + left === 0) return undefined;
  return `Send ${countOf(failed + left, "invoice")} ${left === 0 ? "again" : "now"}`;
}
