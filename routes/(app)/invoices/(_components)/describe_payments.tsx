/** What came in for an invoice, and how it went to the customer, in the words of its page. */
import { Day, Moment } from "../../../../components/ui/date.tsx";
import type { TimelineEntry } from "../../../../components/ui/timeline.tsx";
import type { Capability } from "../../../../lib/core/actor.ts";
import { methodNames } from "../../../../lib/payments/methods.ts";
import type { SentMessage } from "../../../../lib/notifications/views.ts";
import type { listMoneyOfInvoice, listPaymentsOfInvoice } from "../../../../lib/payments/views.ts";
import { methodAndReference } from "../../payments/(_components)/payment_words.tsx";
import type { InvoicePayments } from "./invoice_detail.tsx";
import { actorName, isOpen, showAmount } from "./invoice_words.tsx";

type Payment = Awaited<ReturnType<typeof listPaymentsOfInvoice>>[number];
type Money = Awaited<ReturnType<typeof listMoneyOfInvoice>>[number];

interface PaidInvoice {
  id: string;
  number: string | null;
  currency: string;
  state: Parameters<typeof isOpen>[0]["state"];
  dueDate: Temporal.PlainDate | null;
}

/** The payments section; actions only for who may. */
export function describePayments(
  invoice: PaidInvoice,
  payments: readonly Payment[],
  capabilities: ReadonlySet<Capability>,
): InvoicePayments {
  if (invoice.number === null) return { sentence: "Payments come once this is issued." };
  const mayRecord = isOpen(invoice) && capabilities.has("payments.record");
  return {
    sentence: "No payment yet.",
    action: mayRecord
      ? {
        label: payments.length === 0 ? "Record the first payment" : "Record another payment",
        href: `/invoices/${invoice.id}/payments/new`,
      }
      : undefined,
    received: payments.map((payment) => ({
      href: `/payments/${payment.paymentId}`,
      amount: showAmount(payment.amount, invoice.currency),
      about: (
        <>
          <Day date={payment.receivedOn.toString()} />
          {`, ${methodAndReference(payment)}${payment.isWallet ? ", from the wallet" : ""}${
            payment.state === "reversed" ? ". Reversed." : ""
          }`}
        </>
      ),
      reverseHref: payment.state === "received" && capabilities.has("payments.reverse")
        ? `/payments/${payment.paymentId}/reverse`
        : undefined,
    })),
  };
}

const outcomes: Record<SentMessage["state"], string> = {
  queued: "Being sent",
  sending: "Being sent",
  sent: "Sent by e-mail",
  kept: "Kept in the outbox",
  failed: "Not sent",
  uncertain: "Perhaps sent",
};

/** Something that happened, to be put in its place between others. */
export interface DatedEntry {
  at: Temporal.Instant;
  entry: TimelineEntry;
}

/** Each move of money that no step of the invoice tells, because its state stayed as it was; newest first. */
export function describeMoney(
  { currency, seller, transitions }: {
    currency: string;
    seller: { zone: string };
    transitions: readonly { at: Temporal.Instant }[];
  },
  moves: readonly Money[],
): DatedEntry[] {
  const told = new Set(transitions.map(({ at }) => String(at)));
  return moves.filter(({ at }) => !told.has(String(at))).map(
    ({ at, by, byName, amount, method, reversalReason }) => ({
      at,
      entry: {
        kind: "event",
        what: amount > 0n ? "Part paid" : "Payment given back",
        detail: (
          <>
            <Moment instant={String(at)} zone={seller.zone} />
            {` by ${actorName(by, byName)}. ${showAmount(amount < 0n ? -amount : amount, currency)} by ${
              methodNames[method]
            }${reversalReason === null ? "" : `, reversed: ${reversalReason}`}.`}
          </>
        ),
      },
    }),
  );
}

/** When someone first opened the invoice by its link. */
export function describeOpening(openedAt: Temporal.Instant | null, zone: string): DatedEntry[] {
  if (openedAt === null) return [];
  const detail = (
    <>
      <Moment instant={String(openedAt)} zone={zone} />
      {" by whoever has the link."}
    </>
  );
  return [{ at: openedAt, entry: { kind: "event", what: "Opened", detail } }];
}

/** Each message that carried the invoice, newest first. */
export function describeMessages(messages: readonly SentMessage[], zone: string): DatedEntry[] {
  return messages.map(({ state, recipient, requestedAt, requestedBy, requestedByName, failure }) => ({
    at: requestedAt,
    entry: {
      kind: "event",
      what: outcomes[state],
      detail: (
        <>
          <Moment instant={String(requestedAt)} zone={zone} />
          {` by ${actorName(requestedBy, requestedByName)}, to ${recipient}.${
            failure === null ? "" : ` ${failure}`
          }`}
        </>
      ),
    },
  }));
}
