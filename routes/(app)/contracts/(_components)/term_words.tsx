/** What a contract agrees beside its plan, in one sentence each. */
import { longDate } from "../../../../components/ui/date.tsx";
import type { ContractTerm } from "../../../../lib/contracts/terms/views.ts";
import { showDecimalAmount } from "../../invoices/(_components)/invoice_words.tsx";

/** "At least £500.00 and at most £900.00 each period, on lease and km."; "10% off all charges each period, before tax." */
export function termSentence(term: ContractTerm, currency: string): string {
  const { kind, minimum, cap, percent, amount, units, charges, coupon, taxCategory, taxPercent } = term;
  if (kind === "free_units") return `${units} units of ${chargeWords(charges)} free each period.`;
  if (kind === "discount") {
    const off = percent === null ? showDecimalAmount(amount!, currency) : `${percent}%`;
    const by = coupon === null ? "" : ` By coupon ${coupon}.`;
    return `${off} off ${chargeWords(charges)} each period, before tax.${by}`;
  }
  const limits = [
    minimum === null ? [] : [`at least ${showDecimalAmount(minimum, currency)}`],
    cap === null ? [] : [`at most ${showDecimalAmount(cap, currency)}`],
  ].flat().join(" and ");
  const tax = taxCategory === null ? "" : ` What the minimum adds is taxed ${taxCategory} ${taxPercent}%.`;
  return `${capitalised(limits)} each period, on ${chargeWords(term.charges)}.${tax}`;
}

/** "all charges", "lease and km". */
function chargeWords(charges: readonly string[] | null): string {
  if (charges === null) return "all charges";
  return charges.length === 1 ? charges[0] : `${charges.slice(0, -1).join(", ")} and ${charges.at(-1)}`;
}

/** "1 March 2024, no end"; "1 March 2024 to 31 May 2024". */
export function termDays({ from, to }: Pick<ContractTerm, "from" | "to">): string {
  const first = longDate(from.toString());
  return to === null ? `${first}, no end` : `${first} to ${longDate(to.subtract({ days: 1 }).toString())}`;
}

function capitalised(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}
