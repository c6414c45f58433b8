/** What a coupon gives and until when, in one sentence each. */
import { longDate } from "../../../../components/ui/date.tsx";
import type { Coupon } from "../../../../lib/contracts/coupons/views.ts";
import { countOf, showDecimalAmount } from "../../invoices/(_components)/invoice_words.tsx";

/** "Spring offer: 10% off each period, for 3 periods." */
export function couponSentence({ name, percent, amount, currency, periods }: Coupon): string {
  const off = percent === null ? showDecimalAmount(amount!, currency!) : `${percent}%`;
  return `${name}: ${off} off each period${periods === null ? "" : `, for ${countOf(periods, "period")}`}.`;
}

/** "until 31 May 2024", "with no end". */
export function couponDays({ endDate }: Pick<Coupon, "endDate">): string {
  return endDate === null ? "with no end" : `until ${longDate(endDate.subtract({ days: 1 }).toString())}`;
}
