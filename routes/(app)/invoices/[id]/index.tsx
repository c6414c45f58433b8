/** One invoice: what is to pay, its lines and why each is what it is, and what happened to it. */
import { page } from "fresh";
import { Notice } from "../../../../components/ui/notice.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import type { Capability } from "../../../../lib/core/actor.ts";
import { creditableStates } from "../../../../lib/invoicing/credit/commands.ts";
import { isId } from "../../../../lib/core/ids.ts";
import { findInvoiceLink } from "../../../../lib/invoicing/link/views.ts";
import { nextStates } from "../../../../lib/invoicing/states.ts";
import { creditNotesOf } from "../../../../lib/invoicing/credit/views.ts";
import {
  explainLine,
  findInvoice,
  type InvoiceDetail as Invoice,
  laterCorrectionsOf,
} from "../../../../lib/invoicing/views.ts";
import { messagesOfInvoice } from "../../../../lib/notifications/views.ts";
import { listMoneyOfInvoice, listPaymentsOfInvoice } from "../../../../lib/payments/views.ts";
import { describeChanges } from "../(_components)/describe_changes.tsx";
import { describeInvoice } from "../(_components)/describe_invoice.tsx";
import {
  describeMessages,
  describeMoney,
  describeOpening,
  describePayments,
} from "../(_components)/describe_payments.tsx";
import { InvoiceDetail, type InvoiceDetailProps } from "../(_components)/invoice_detail.tsx";
import { isOpen } from "../(_components)/invoice_words.tsx";

const notices: Record<string, string> = {
  issued: "This invoice is issued. Its number and amounts are final.",
  drafted: "This draft is saved. Someone who may approve issues it.",
  paid: "This payment is recorded and posted.",
  voided: "This invoice is void. Its number stays used, and its period is due again.",
  voided_by_hand: "This invoice is void. Its number stays used. Nothing bills it again by itself.",
  written_off: "This invoice is written off. The customer owes nothing of it any more.",
  sent: "The message to the customer is on its way. The timeline says what becomes of it.",
};

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { environment } = ctx.state;
    const after = wholeNumber(ctx.url.searchParams.get("after")) ?? 0;
    const why = wholeNumber(ctx.url.searchParams.get("why"));
    const { id } = ctx.params;
    const [invoice, open, payments, money, messages, creditNotes, corrections, link] = await withTenant(
      environment.database,
      tenantId,
      (db) =>
        Promise.all([
          findInvoice(db, id, { after }),
          why === undefined ? undefined : explainLine(db, id, why),
          listPaymentsOfInvoice(db, id),
          listMoneyOfInvoice(db, id),
          messagesOfInvoice(db, id),
          creditNotesOf(db, id),
          laterCorrectionsOf(db, id),
          isId(id) ? findInvoiceLink(db, id) : undefined,
        ]),
      { readOnly: true },
    );
    const { capabilities } = session.actor;
    const props = describeInvoice(invoice, {
      now: environment.clock.now(),
      open,
      after,
      actions: actionsFor(invoice, capabilities, {
        isOut: messages.some(({ state }) => state !== "failed") || (link?.openedAt ?? null) !== null,
      }),
      payments: describePayments(invoice, payments, capabilities),
      events: [
        ...describeOpening(link?.openedAt ?? null, invoice.seller.zone),
        ...describeMessages(messages, invoice.seller.zone),
        ...describeMoney(invoice, money),
      ],
      changes: describeChanges(creditNotes, corrections),
    });
    ctx.state.title = { page: props.title, section: "Invoices" };
    const done = ctx.url.searchParams.get("done") ?? "";
    const isVoidedByHand = done === "voided" && invoice.contractId === null;
    return page({ props, notice: notices[isVoidedByHand ? "voided_by_hand" : done] });
  },
});

export default define.page<typeof handler>(({ data: { props, notice } }) => (
  <>
    {notice && <Notice tone="good">{notice}</Notice>}
    <InvoiceDetail {...props} />
  </>
));

function actionsFor(
  invoice: Invoice,
  capabilities: ReadonlySet<Capability>,
  { isOut }: { isOut: boolean },
): InvoiceDetailProps["actions"] {
  const { id, number, state } = invoice;
  if (number !== null) {
    return [
      ...(isOpen(invoice) && capabilities.has("payments.record")
        ? [{ label: "Record a payment", href: `/invoices/${id}/payments/new` }]
        : []),
      ...(state !== "void" && state !== "uncollectible" && capabilities.has("invoices.send")
        ? [{ label: "Send the invoice", href: `/invoices/${id}/send` }]
        : []),
      ...(creditableStates.includes(state) && capabilities.has("invoices.draft") &&
          capabilities.has("invoices.issue")
        ? [{ label: "Credit the invoice", href: `/invoices/${id}/credit` }]
        : []),
      ...(endsAllowed(capabilities) && nextStates(state).includes("void") && invoice.creditedAmount === 0n &&
          !isOut
        ? [{ label: "Void the invoice", href: `/invoices/${id}/void` }]
        : []),
      ...(endsAllowed(capabilities) && nextStates(state).includes("uncollectible")
        ? [{ label: "Write it off", href: `/invoices/${id}/write-off` }]
        : []),
      ...(capabilities.has("invoices.send")
        ? [{ label: "Link for the customer", href: `/invoices/${id}/link` }]
        : []),
      { label: "Print the invoice", href: `/invoices/${id}/print`, icon: "print" },
      { label: "Download the PDF", href: `/invoices/${id}/pdf` },
    ];
  }
  if (!capabilities.has("invoices.approve") || !capabilities.has("invoices.issue")) return [];
  return [{ label: "Review and issue", href: `/invoices/${id}/issue` }];
}

/** Who may end an invoice unpaid. */
function endsAllowed(capabilities: ReadonlySet<Capability>): boolean {
  return capabilities.has("invoices.approve") && capabilities.has("invoices.issue");
}

/** A count from the address; anything else is as if it were not there. */
function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
