/** The lines of an invoice beside those of its charges: what a minimum adds, and what a cap and discounts take off, one for each tax rate. */
import { type CurrencyCode } from "../core/currency.ts";
import type { ContractTerm } from "../../db/queries/contract_term.ts";
import { Rational } from "../core/decimal.ts";
import { money, moneyToDecimal } from "../core/money.ts";
import type { PricedInShares, RateShare } from "../pricing/price.ts";
import { countOf, trueMinus } from "../pricing/words.ts";
import { type AgreedCommitment, agreedCommitment } from "./agreed_terms.ts";
import type { DerivedLine } from "./derive.ts";
import type { BillingFacts, Period } from "./price_case.ts";
import { periodLabel } from "./texts.ts";

interface Priced {
  facts: BillingFacts;
  period: Period;
  currency: CurrencyCode;
  shares: PricedInShares;
}

/** In the order of the document: the true-up, then the discounts as they were applied. */
export function adjustmentLines(priced: Priced): DerivedLine[] {
  return [...trueUpLines(priced), ...discountLines(priced)];
}

function discountLines({ facts, period, currency, shares: { discounts } }: Priced): DerivedLine[] {
  const show = (amount: bigint) => trueMinus(moneyToDecimal(money(amount, currency)));
  return discounts.flatMap(({ id, of, shares }) => {
    const term = facts.terms.find((each) => each.id === id);
    const grant = facts.granted.find(({ walletCreditId }) => walletCreditId === id);
    const off = shares.reduce((sum, { amount }) => sum + amount, 0n);
    const steps = [
      ...(term?.coupon ? [`Coupon ${term.coupon}`] : []),
      term
        ? discountStep(term, show(of), show(off))
        : `Granted from the wallet, on ${show(of)}: ${show(off)}`,
    ];
    return shares.map((share): DerivedLine => ({
      ...lineOf(share, shares.length > 1 ? [...steps, shareStep(share, show(share.amount))] : steps),
      kind: "discount",
      description: (term ?? grant)!.name,
      detail: periodLabel(period),
    }));
  });
}

/** "−10% of 412.00 = −41.20", "Discount on 412.00: −25.00". An amount takes no more than there is. */
function discountStep({ percent, amount, charges }: ContractTerm, of: string, off: string): string {
  const what = charges === null ? of : `${of} (${charges.join(", ")})`;
  if (percent !== null) return `−${percent}% of ${what} = ${off}`;
  const isWhole = Rational.parse(amount!).equals(Rational.parse(off.replace("−", "")));
  return isWhole
    ? `Discount on ${what}: ${off}`
    : `Discount of ${amount} on ${what}, no more than that: ${off}`;
}

function trueUpLines({ facts, period, currency, shares: { trueUp } }: Priced): DerivedLine[] {
  if (trueUp.length === 0) return [];
  const agreed = agreedCommitment(facts, period)!;
  const whole = trueUp.reduce((sum, { amount }) => sum + amount, 0n);
  const show = (amount: bigint) => trueMinus(moneyToDecimal(money(amount, currency)));
  const steps = [...partSteps(agreed, whole), ...limitSteps(agreed, whole, currency)];
  const to = whole > 0n ? "up to the minimum" : "down to the cap";
  return trueUp.map((share) => ({
    ...lineOf(share, trueUp.length > 1 ? [...steps, shareStep(share, show(share.amount))] : steps),
    kind: "true_up",
    description: `${agreed.term.name}, ${to}`,
    detail: periodLabel(period),
  }));
}

/** "Minimum for 17 of 31 days: 500.00 × 17/31 = 274.19". */
function partSteps({ term, minimum, cap, part }: AgreedCommitment, whole: bigint): string[] {
  if (part === null) return [];
  const [name, agreed, share] = whole > 0n ? ["Minimum", term.minimum, minimum] : ["Cap", term.cap, cap];
  const days = `${part.days} of ${countOf(part.of, "day")}`;
  return [`${name} for ${days}: ${agreed} × ${part.days}/${part.of} = ${share}`];
}

/** "Minimum 500.00, billed 430.00: 70.00 to reach it". */
function limitSteps({ minimum, cap }: AgreedCommitment, whole: bigint, currency: CurrencyCode): string[] {
  const show = (amount: bigint) => trueMinus(moneyToDecimal(money(amount, currency)));
  const [name, limit, does] = whole > 0n ? ["Minimum", minimum!, "to reach it"] : ["Cap", cap!, "above it"];
  const billed = BigInt(limit.replace(".", "")) - whole;
  return [`${name} ${limit}, billed ${show(billed)}: ${show(whole > 0n ? whole : -whole)} ${does}`];
}

/** "Of it at S 20%: −60.00". */
function shareStep({ rate }: RateShare, amount: string): string {
  return `Of it at ${rate === null ? "no tax" : `${rate.category} ${rate.percentText}%`}: ${amount}`;
}

function lineOf({ rate, amount }: RateShare, steps: readonly string[]) {
  return {
    chargeId: null,
    vehicleId: null,
    quantity: null,
    unitPrice: null,
    amount,
    taxCategory: rate?.category ?? null,
    taxPercent: rate?.percentText ?? null,
    steps,
  };
}
