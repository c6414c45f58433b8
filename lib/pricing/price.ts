/** Prices a case: an ordered list of small calculations over facts laid out once, with every line explained. */
import { minorUnits } from "../core/currency.ts";
import { money, moneyToDecimal, roundToMoney } from "../core/money.ts";
import { type TrueUp, trueUpOf } from "./commitment.ts";
import { applyDiscounts, type Discountable } from "./discounts.ts";
import { type Facts, layOutFacts } from "./facts.ts";
import type { Line } from "./line.ts";
import { linesOf } from "./lines.ts";
import type { PriceCase } from "./price_case.ts";
import { type TaxAmount, taxesOf, type TaxRate } from "./tax.ts";
import { priceText } from "./words.ts";

/** The result in the form of the contract: every number is decimal text, amounts have the currency's decimals. */
export interface PriceResult {
  readonly lines: readonly PricedLine[];
  /** The sum of the lines; gross if tax is inclusive. */
  readonly subtotal: string;
  /** In the order applied; amounts are negative. */
  readonly discounts: readonly { readonly id: string; readonly amount: string }[];
  readonly trueUp: string;
  readonly tax: readonly TaxRow[];
  readonly total: string;
  readonly creditApplied: string;
  readonly due: string;
  /** Usage in the period that was not billed, and why. */
  readonly ignored: readonly { readonly usage: string; readonly reason: string }[];
}

export interface PricedLine {
  readonly charge: string;
  /** Only where the charge is per vehicle. */
  readonly vehicle?: string;
  /** Up to 12 decimals. */
  readonly quantity: string;
  /** Only where the amount is quantity × one price. */
  readonly unitPrice?: string;
  readonly amount: string;
  readonly taxCategory?: string;
  /** The id of the tax rate, where the category has several. */
  readonly taxRate?: string;
  readonly trace: readonly string[];
}

export interface TaxRow {
  readonly category: string;
  /** Where the category has several rates. */
  readonly id?: string;
  readonly percent: string;
  readonly base: string;
  readonly amount: string;
}

/** What of a true-up or a discount falls on one tax rate; the rate is null in a case without tax. */
export interface RateShare {
  readonly rate: TaxRate | null;
  /** Minor units, signed as it changes what is to pay. */
  readonly amount: bigint;
}

/** A priced case with what the result leaves out: true-up and discounts by tax rate, which a document has as lines. */
export interface PricedInShares {
  readonly result: PriceResult;
  readonly trueUp: readonly RateShare[];
  readonly discounts: readonly {
    readonly id: string;
    /** What it was taken of, minor units. */
    readonly of: bigint;
    readonly shares: readonly RateShare[];
  }[];
}

/**
 * Prices a case: lines in the order of the charges, then vehicles; true-up; discounts; tax on the discounted base; credit.
 * Throws a `PriceCaseError` for what only shows in pricing, such as usage above a bounded last tier.
 */
export function price(priceCase: PriceCase): PriceResult {
  return priceInShares(priceCase).result;
}

/** As `price`, with true-up and discounts by tax rate. */
export function priceInShares(priceCase: PriceCase): PricedInShares {
  const { currency, rounding, tax } = priceCase;
  const facts = layOutFacts(priceCase);
  const lines = linesOf(priceCase.charges, facts);
  const trueUp = trueUpOf(priceCase.commitment, lines, tax, currency, rounding);
  const discountables = discountablesOf(lines, trueUp);
  const { applied, left } = applyDiscounts(priceCase.discounts, discountables, currency, rounding);
  const taxes = tax === null ? [] : taxesOf(tax, sumByRate(lines, trueUp, left), currency, rounding);
  const beforeTax = left.reduce((sum, amount, index) => sum + amount - discountables[index].cut, 0n);
  const taxed = taxes.reduce((sum, { amount }) => sum + amount, 0n);
  const total = tax?.inclusive ? beforeTax : beforeTax + taxed;
  const credit = roundToMoney(priceCase.credit, currency, rounding).amount;
  const creditApplied = total <= 0n ? 0n : credit < total ? credit : total;
  const show = (amount: bigint) => moneyToDecimal(money(amount, currency));
  const result: PriceResult = {
    lines: lines.map((line) => showLine(line, facts)),
    subtotal: show(lines.reduce((sum, { amount }) => sum + amount, 0n)),
    discounts: applied.map(({ id, amount }) => ({ id, amount: show(-amount) })),
    trueUp: show(trueUp.amount),
    tax: taxes.map((row) => showTax(row, show)),
    total: show(total),
    creditApplied: show(creditApplied),
    due: show(total - creditApplied),
    ignored: facts.ignored,
  };
  const rates = [...lines.map(({ charge }) => charge.tax.rate), trueUp.rate];
  const raised = trueUp.amount > 0n ? [trueUp.amount] : [];
  return {
    result,
    trueUp: shareByRate(rates, [...trueUp.cuts.map((cut) => -cut), ...raised]),
    discounts: applied.map(({ id, of, parts }) => {
      return { id, of, shares: shareByRate(rates, parts.map((part) => -part)) };
    }),
  };
}

/** The sums of the parts at each rate, in the order of the rates; none for a rate on which nothing falls. */
function shareByRate(rates: readonly (TaxRate | null)[], parts: readonly bigint[]): RateShare[] {
  const sums = new Map<TaxRate | null, bigint>();
  parts.forEach((part, index) => sums.set(rates[index], (sums.get(rates[index]) ?? 0n) + part));
  return [...sums].map(([rate, amount]) => ({ rate, amount })).filter(({ amount }) => amount !== 0n);
}

/** The lines, and an amount up to the minimum as one more; a cap's cut is noted on the lines that it cuts. */
function discountablesOf(lines: readonly Line[], trueUp: TrueUp): Discountable[] {
  const discountables: Discountable[] = lines.map(({ charge, amount }, index) => {
    return { charge: charge.id, amount, cut: trueUp.cuts[index] };
  });
  if (trueUp.amount > 0n) discountables.push({ charge: null, amount: trueUp.amount, cut: 0n });
  return discountables;
}

/** What is taxed at each rate: what discounts left of its lines, less its part of a cap's cut. */
function sumByRate(
  lines: readonly Line[],
  trueUp: TrueUp,
  left: readonly bigint[],
): Map<TaxRate | null, bigint> {
  const sums = new Map<TaxRate | null, bigint>();
  const add = (rate: TaxRate | null, amount: bigint) => sums.set(rate, (sums.get(rate) ?? 0n) + amount);
  lines.forEach(({ charge }, index) => add(charge.tax.rate, left[index] - trueUp.cuts[index]));
  if (trueUp.amount > 0n) add(trueUp.rate, left[lines.length]);
  return sums;
}

function showLine({ charge, vehicle, quantity, unitPrice, amount, trace }: Line, facts: Facts): PricedLine {
  const { currency } = facts.priceCase;
  const { category, rate } = charge.tax;
  return {
    charge: charge.id,
    ...(vehicle !== null && { vehicle }),
    quantity: quantity.toDecimal(),
    ...(unitPrice !== null && { unitPrice: priceText(unitPrice, minorUnits(currency)) }),
    amount: moneyToDecimal(money(amount, currency)),
    ...(category !== null && { taxCategory: category }),
    ...(rate !== null && rate.id !== null && { taxRate: rate.id }),
    trace,
  };
}

function showTax({ rate, base, amount }: TaxAmount, show: (amount: bigint) => string): TaxRow {
  return {
    category: rate.category,
    ...(rate.id !== null && { id: rate.id }),
    percent: rate.percentText,
    base: show(base),
    amount: show(amount),
  };
}
