/** How an issued invoice stands, as sentences for its customer: what is to pay by when, or why nothing is. */
import { type InvoiceDetail, isToPay, settlementOf } from "../invoicing/views.ts";
import { hostedWords } from "./hosted_words.ts";
import type { Language } from "./language.ts";

type Standing =
  & Pick<
    InvoiceDetail,
    | "number"
    | "state"
    | "total"
    | "creditedAmount"
    | "writtenOffAmount"
    | "openAmount"
    | "currency"
    | "dueDate"
  >
  & { seller: { name: string } };

/** Whether there is something to do, for the tone of the page. */
export type StandingTone = "to_pay" | "late" | "settled" | "withdrawn";

/** The sentences in the customer's language; `today` is where the seller is. */
export function sayStanding(
  invoice: Standing,
  today: Temporal.PlainDate,
  { code, figures }: Language,
): { tone: StandingTone; sentences: string[] } {
  const words = hostedWords[code];
  const { state, total, currency, seller, writtenOffAmount } = invoice;
  const show = (amount: bigint) => figures.amount(amount, currency);
  if (state === "void") return { tone: "withdrawn", sentences: [words.isVoid(seller.name)] };
  if (state === "uncollectible") {
    return { tone: "withdrawn", sentences: [words.writtenOff(show(writtenOffAmount), seller.name)] };
  }
  if (!isToPay(invoice)) {
    const sentence = state === "credited" ? words.credited : total === 0n ? words.nothingToPay : words.paid;
    return { tone: "settled", sentences: [sentence] };
  }
  const { paid, credited, open } = settlementOf(invoice)!;
  const due = invoice.dueDate!;
  const isLate = Temporal.PlainDate.compare(due, today) < 0;
  const say = isLate ? words.wasDue : words.toPay;
  return {
    tone: isLate ? "late" : "to_pay",
    sentences: [
      say(show(open), figures.day(due)),
      ...(paid > 0n ? [words.partPaid(show(paid), show(total))] : []),
      ...(credited > 0n ? [words.partCredited(show(credited))] : []),
    ],
  };
}
