/** One payment: what came in, which invoices it settles, who recorded it and who took it back. */
import { page } from "fresh";
import { Day, Moment } from "../../../../components/ui/date.tsx";
import { Notice } from "../../../../components/ui/notice.tsx";
import type { TimelineEntry } from "../../../../components/ui/timeline.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import type { Capability } from "../../../../lib/core/actor.ts";
import { findPayment, type PaymentDetail as Payment } from "../../../../lib/payments/views.ts";
import { actorName, Missing, showAmount } from "../../invoices/(_components)/invoice_words.tsx";
import { PaymentDetail, type PaymentDetailProps } from "../(_components)/payment_detail.tsx";
import { methodLabel, PaymentBadge } from "../(_components)/payment_words.tsx";

const notices: Record<string, string> = {
  recorded: "This payment is recorded and posted.",
  allocated: "The credit is used for the invoices below.",
  reversed: "This payment is reversed. Its invoices are open again.",
};

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const payment = await withTenant(
      ctx.state.environment.database,
      tenantId,
      (db) => findPayment(db, ctx.params.id),
      { readOnly: true },
    );
    const props = describePayment(payment, session.actor.capabilities);
    ctx.state.title = { page: props.title, section: "Payments" };
    return page({ props, notice: notices[ctx.url.searchParams.get("done") ?? ""] });
  },
});

export default define.page<typeof handler>(({ data: { props, notice } }) => (
  <>
    {notice && <Notice tone="good">{notice}</Notice>}
    <PaymentDetail {...props} />
  </>
));

function describePayment(payment: Payment, capabilities: ReadonlySet<Capability>): PaymentDetailProps {
  const { id, currency, amount, credit, state, allocations } = payment;
  const show = (minor: bigint) => showAmount(minor, currency);
  const used = allocations.reduce((sum, allocation) => sum + allocation.amount, 0n);
  const isStanding = state === "received";
  return {
    title: `Payment of ${show(amount)}`,
    customer: { name: payment.customerName, href: `/customers/${payment.customerId}` },
    state: <PaymentBadge payment={payment} />,
    figure: credit > 0n
      ? { label: "Credit of the customer", value: show(credit) }
      : { label: isStanding ? "Received" : "Received and taken back", value: show(amount) },
    actions: [
      ...(isStanding && credit > 0n && capabilities.has("payments.record")
        ? [{ label: "Use the credit", href: `/payments/${id}/allocate` }]
        : []),
      ...(isStanding && capabilities.has("payments.reverse")
        ? [{ label: "Reverse this payment", href: `/payments/${id}/reverse` }]
        : []),
    ],
    facts: [
      { label: "Received on", value: <Day date={payment.receivedOn.toString()} /> },
      { label: "How it came in", value: methodLabel(payment.method) },
      { label: "Reference", value: payment.reference ?? <Missing>none</Missing> },
      { label: "Received by", value: payment.entityName },
    ],
    allocations: allocations.map((allocation) => ({
      href: `/invoices/${allocation.invoiceId}`,
      number: allocation.invoiceNumber,
      due: <Day date={allocation.dueDate.toString()} />,
      what: allocation.amount > 0n ? "Settled" : "Taken back",
      amount: show(allocation.amount),
    })),
    totals: [
      { label: "Used for invoices", values: [show(used)], kind: "sum" },
      ...(isStanding ? [{ label: "Left as credit", values: [show(credit)] }] : []),
    ],
    timeline: describeTimeline(payment),
  };
}

function describeTimeline(
  { zone, recordedAt, recordedBy, recordedByName, reversal }: Payment,
): TimelineEntry[] {
  const recorded: TimelineEntry = {
    kind: "milestone",
    what: "Recorded",
    detail: (
      <>
        <Moment instant={String(recordedAt)} zone={zone} />
        {` by ${actorName(recordedBy, recordedByName)}.`}
      </>
    ),
  };
  if (!reversal) return [recorded];
  const { reason, reversedAt, reversedBy, reversedByName } = reversal;
  const taken: TimelineEntry = {
    kind: "milestone",
    what: "Reversed",
    detail: (
      <>
        <Moment instant={String(reversedAt)} zone={zone} />
        {` by ${actorName(reversedBy, reversedByName)}. ${reason}${/[.!?]$/.test(reason) ? "" : "."}`}
      </>
    ),
  };
  return [taken, recorded];
}
