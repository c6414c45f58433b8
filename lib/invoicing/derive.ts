/** From facts to an invoice: priced once, in the words it is printed with. The same for a preview, an issue and a run. */
import type { LineCorrection, LineTax } from "../../db/queries/invoice.ts";
import { type CurrencyCode, parseCurrencyCode } from "../core/currency.ts";
import { parseMoney } from "../core/money.ts";
import { priceInShares } from "../pricing/price.ts";
import { parsePriceCase } from "../pricing/price_case.ts";
import { adjustmentLines } from "./adjustment_lines.ts";
import { agreedFreeUnits } from "./agreed_terms.ts";
import {
  type BillingFacts,
  factsHash,
  type Period,
  type PriceCaseTerms,
  priceCaseTerms,
  priceCaseUsage,
} from "./price_case.ts";
import { type TaxedCharge, taxedCharges } from "./taxed_charges.ts";
import { lineDescription, lineDetail } from "./texts.ts";

/** Amounts in minor units of the currency. */
export interface DerivedInvoice {
  currency: CurrencyCode;
  /** What was priced, without the usage. */
  priceCase: PriceCaseTerms;
  usageCount: bigint;
  factsHash: Uint8Array;
  lines: DerivedLine[];
  taxes: DerivedTax[];
  /** The sum of all lines, those beside the charges included. */
  subtotal: bigint;
  taxTotal: bigint;
  total: bigint;
  /** What each discount of the price case took off, by its id; a positive amount. */
  discounts: ReadonlyMap<string, bigint>;
  /** Usage that was left out, with the reason. */
  ignored: readonly { usage: string; reason: string }[];
}

export interface DerivedLine {
  kind: "charge" | "true_up" | "discount";
  /** Of a line of the kind `charge`. */
  chargeId: string | null;
  vehicleId: string | null;
  description: string;
  detail: string;
  /** Decimal texts. */
  quantity: string | null;
  unitPrice: string | null;
  amount: bigint;
  taxCategory: string | null;
  taxPercent: string | null;
  /** What the tax rules decided, where they did. */
  tax?: LineTax;
  steps: readonly string[];
  /** Of a line that bills what was missing for an earlier period. */
  corrects?: LineCorrection;
}

export interface DerivedTax {
  category: string;
  percent: string;
  base: bigint;
  amount: bigint;
}

/** Throws `InvalidInput` (a plan half taxed) and `PriceCaseError` (facts that contradict one another). */
export function deriveInvoice(given: BillingFacts, period: Period): DerivedInvoice {
  const charges = taxedCharges(
    given.charges,
    given.tax,
    period,
    (charge) => agreedFreeUnits(given, period, charge).length > 0,
  );
  const facts = { ...given, charges };
  const terms = priceCaseTerms(facts, period);
  const usage = priceCaseUsage(facts);
  // Own facts are priced however many they are; the bound is for what others send.
  const shares = priceInShares(parsePriceCase({ ...terms, usage }, Infinity));
  const { result } = shares;
  const currency = parseCurrencyCode(terms.currency);
  const minor = (text: string) => parseMoney(text, currency).amount;
  const derived: DerivedInvoice = {
    currency,
    priceCase: terms,
    usageCount: BigInt(usage.length),
    factsHash: factsHash(terms, usage),
    lines: [
      ...result.lines.map((line): DerivedLine => ({
        ...describeLine(facts, terms, period, line),
        kind: "charge",
        quantity: line.quantity,
        unitPrice: line.unitPrice ?? null,
        amount: minor(line.amount),
        steps: [...freeUnitSteps(facts, period, line.charge), ...line.trace],
      })),
      ...adjustmentLines({ facts, period, currency, shares }),
    ],
    taxes: result.tax.map(({ category, percent, base, amount }) => ({
      category,
      percent,
      base: minor(base),
      amount: minor(amount),
    })),
    subtotal: [result.subtotal, result.trueUp, ...result.discounts.map(({ amount }) => amount)]
      .reduce((sum, amount) => sum + minor(amount), 0n),
    taxTotal: 0n,
    total: minor(result.total),
    discounts: new Map(result.discounts.map(({ id, amount }) => [id, -minor(amount)])),
    ignored: result.ignored,
  };
  derived.taxTotal = derived.taxes.reduce((sum, tax) => sum + tax.amount, 0n);
  requireSums(derived, terms.tax?.inclusive ?? false);
  return derived;
}

/** "“Welcome miles” gives 100 free"; in a part of a period by the day. */
function freeUnitSteps(facts: BillingFacts, period: Period, caseId: string): string[] {
  const charge = facts.charges.find((each) => each.caseId === caseId)!;
  return agreedFreeUnits(facts, period, charge).map(({ term, units, part }) =>
    part === null
      ? `“${term.name}” gives free units: ${units}`
      : `“${term.name}” gives free units: ${term.units} × ${part.days}/${part.of} = ${units}`
  );
}

function describeLine(
  { charges, stays }: BillingFacts,
  terms: PriceCaseTerms,
  period: Period,
  line: { charge: string; vehicle?: string | null },
): Pick<
  DerivedLine,
  "chargeId" | "vehicleId" | "description" | "detail" | "taxCategory" | "taxPercent" | "tax"
> {
  const charge: TaxedCharge = charges.find(({ caseId }) => caseId === line.charge)!;
  const vehicle = stays.find(({ reference }) => reference === line.vehicle);
  return {
    chargeId: charge.id,
    vehicleId: vehicle?.vehicleId ?? null,
    description: lineDescription(charge, vehicle),
    detail: lineDetail(
      charge,
      charge.period ?? period,
      terms.vehicles.filter(({ id }) => id === line.vehicle),
    ),
    taxCategory: charge.taxCategory,
    taxPercent: charge.taxCategory === null ? null : charge.taxPercent ?? "0",
    ...(charge.tax ? { tax: charge.tax } : {}),
  };
}

/** The last look before anything is stored: the lines come to the subtotal, and with the tax to the total. */
export function requireSums(
  { lines, subtotal, taxTotal, total }: DerivedInvoice,
  taxInclusive: boolean,
): void {
  const sum = lines.reduce((all, line) => all + line.amount, 0n);
  const expected = taxInclusive ? sum : sum + taxTotal;
  if (sum !== subtotal || expected !== total) {
    throw new Error(
      `The lines come to ${sum}, the subtotal is ${subtotal}, the tax ${taxTotal}, the total ${total}.`,
    );
  }
}
