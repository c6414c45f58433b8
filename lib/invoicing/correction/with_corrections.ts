/** The bill of a contract together with what corrects its earlier periods: one invoice, its tax on the sum of all lines at a rate. */
import { createHash } from "node:crypto";
import { Rational } from "../../core/decimal.ts";
import { milepostError } from "../../core/errors.ts";
import { canonicalJson } from "../../core/json.ts";
import { type TaxCategory, taxesOf, type TaxRate } from "../../pricing/tax.ts";
import { type DerivedInvoice, type DerivedLine, type DerivedTax, requireSums } from "../derive.ts";
import { type Bill, outcomeOf } from "../steps.ts";
import { requireOneSideOfTax } from "../taxed_charges.ts";
import type { Correction } from "./derive_corrections.ts";

/**
 * The bill with the lines of the corrections; without a bill an invoice of these lines alone, if there are any. Throws
 * `InvalidInput` where the terms of both do not go on one document.
 */
export function withCorrections(bill: Bill | null, corrections: readonly Correction[]): Bill | null {
  const added = corrections.flatMap(({ lines }) => lines);
  if (added.length === 0) return bill;
  const base = bill ?? alone(corrections.at(-1)!);
  for (const { due, contract } of corrections) requireSameTerms(base.invoice, due, contract.reference);
  const invoice = withLines(base.invoice, added);
  requireOneSideOfTax(invoice.lines);
  return { ...base, invoice, outcome: outcomeOf(invoice) };
}

/** An invoice that bills no period and stands for the last one that it corrects. */
function alone({ facts, period, due }: Correction): Bill {
  const invoice = { ...due, lines: [], taxes: [], subtotal: 0n, taxTotal: 0n, total: 0n };
  return {
    contract: facts.contract,
    period,
    facts,
    invoice,
    outcome: "nothing",
    onlyCorrections: true,
    grants: [],
  };
}

function requireSameTerms(left: DerivedInvoice, right: DerivedInvoice, contract: string): void {
  const inclusive = (invoice: DerivedInvoice) => invoice.priceCase.tax?.inclusive ?? false;
  if (left.currency === right.currency && inclusive(left) === inclusive(right)) return;
  throw milepostError("InvalidInput", {
    message:
      `Contract ${contract} was billed in another currency, or with tax included where it now comes on top. ` +
      "Correct the earlier period by hand.",
  });
}

function withLines(invoice: DerivedInvoice, added: readonly DerivedLine[]): DerivedInvoice {
  const lines = [...invoice.lines, ...added];
  const inclusive = invoice.priceCase.tax?.inclusive ?? false;
  const taxes = taxesOfLines(invoice, lines, inclusive);
  const subtotal = lines.reduce((sum, { amount }) => sum + amount, 0n);
  const taxTotal = taxes.reduce((sum, { amount }) => sum + amount, 0n);
  const total = inclusive ? subtotal : subtotal + taxTotal;
  const whole = { ...invoice, lines, taxes, subtotal, taxTotal, total };
  requireSums(whole, inclusive);
  return whole;
}

/** One tax per category and rate, those of the period first. */
function taxesOfLines(
  { currency, priceCase, taxes }: DerivedInvoice,
  lines: readonly DerivedLine[],
  inclusive: boolean,
): DerivedTax[] {
  const rates: TaxRate[] = [];
  const rateOf = (category: string, percentText: string): TaxRate => {
    const percent = Rational.parse(percentText);
    const known = rates.find((rate) => rate.category === category && rate.percent.compare(percent) === 0);
    if (known) return known;
    const rate = { id: null, category: category as TaxCategory, percent, percentText };
    rates.push(rate);
    return rate;
  };
  for (const { category, percent } of taxes) rateOf(category, percent);
  const sums = new Map<TaxRate | null, bigint>();
  for (const { taxCategory, taxPercent, amount } of lines) {
    if (taxCategory === null) continue;
    const rate = rateOf(taxCategory, taxPercent ?? "0");
    sums.set(rate, (sums.get(rate) ?? 0n) + amount);
  }
  return taxesOf({ inclusive, rates }, sums, currency, priceCase.rounding).map(({ rate, base, amount }) => ({
    category: rate.category,
    percent: rate.percentText,
    base,
    amount,
  }));
}

/** SHA-256 over the facts of a bill and over all that its corrections rest on and come to: what an approval binds. */
export function itemHash(bill: Bill | null, corrections: readonly Correction[]): Uint8Array {
  if (bill && corrections.length === 0) return bill.invoice.factsHash;
  const hash = createHash("sha256").update(canonicalJson(bill?.invoice.factsHash ?? null));
  for (const { period, due, settlement: { increases, takenBack, beyond } } of corrections) {
    hash.update("\n").update(canonicalJson({
      period,
      factsHash: due.factsHash,
      increases: increases.map(({ of: { due, lines, billed }, amount }) => {
        const { kind, chargeId, vehicleId } = due ?? lines[0];
        return { kind, chargeId, vehicleId, billed, amount };
      }),
      takenBack: takenBack.map(({ line: { id }, amount }) => ({ id, amount })),
      beyond,
    }));
  }
  return new Uint8Array(hash.digest());
}
