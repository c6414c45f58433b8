/**
 * What a credit note takes of an invoice (rule 8): never more than there is of a line, of a tax category and rate, or of the
 * whole; and when all of it is credited, in any order and split, the notes come to the invoice to the cent.
 */
import { Rational, type RoundingMode, roundToInteger } from "../../core/decimal.ts";
import { milepostError } from "../../core/errors.ts";
import { allocate } from "../../core/money.ts";

/** A line of an invoice; minor units, as printed: before tax, or with it where the invoice includes it. */
export interface CreditableLine {
  readonly id: string;
  readonly position: number;
  readonly amount: bigint;
  /** What earlier credit notes took of it, with the sign of the line. */
  readonly credited: bigint;
  readonly taxCategory: string | null;
  readonly taxPercent: string | null;
}

export interface CreditableInvoice<Line extends CreditableLine = CreditableLine> {
  readonly number: string;
  readonly lines: readonly Line[];
  readonly taxes: readonly { category: string; percent: string; amount: bigint }[];
  readonly taxInclusive: boolean;
  readonly rounding: RoundingMode;
}

export interface CreditPart<Line extends CreditableLine = CreditableLine> {
  readonly line: Line;
  /** With the sign of the line. */
  readonly amount: bigint;
}

export interface CreditTax {
  category: string;
  percent: string;
  base: bigint;
  amount: bigint;
}

/** A credit note's amounts, in minor units. */
export interface Credit<Line extends CreditableLine = CreditableLine> {
  parts: CreditPart<Line>[];
  taxes: CreditTax[];
  subtotal: bigint;
  taxTotal: bigint;
  total: bigint;
}

/** What is left of each line; nothing, where all of it is credited. */
export function creditRest<Line extends CreditableLine>(
  invoice: CreditableInvoice<Line>,
): CreditPart<Line>[] {
  return invoice.lines.map((line) => ({ line, amount: left(line) })).filter(({ amount }) => amount !== 0n);
}

/**
 * Spreads an amount, in the terms of the lines, over what is left of them in proportion: first over the tax categories and
 * rates, then within each. Negative lines, such as discounts, shrink with the others. Throws `InvalidInput` beyond what is left.
 */
export function creditAmount<Line extends CreditableLine>(
  invoice: CreditableInvoice<Line>,
  amount: bigint,
): CreditPart<Line>[] {
  const rest = creditRest(invoice);
  const most = sum(rest.map((part) => part.amount));
  if (amount <= 0n || amount > most) {
    throw milepostError("InvalidInput", { fields: [{ field: "amount", value: String(amount) }] });
  }
  if (amount === most) return rest;
  const groups = [...Map.groupBy(rest, ({ line }) => rateKey(line)).values()];
  const shares = spread(amount, groups.map((parts) => sum(parts.map((part) => part.amount))));
  return groups.flatMap((parts, index) => {
    const amounts = spread(shares[index], parts.map((part) => part.amount));
    return parts.map(({ line }, place) => ({ line, amount: amounts[place] }));
  }).filter((part) => part.amount !== 0n).sort((a, b) => a.line.position - b.line.position);
}

/** Shares of `amount` in proportion to weights of either sign, none further from zero than its weight. */
function spread(amount: bigint, weights: readonly bigint[]): bigint[] {
  const total = sum(weights);
  if (amount === 0n) return weights.map(() => 0n);
  if (total < 0n) return spread(-amount, weights.map((weight) => -weight)).map((share) => -share);
  const gains = weights.map((weight) => weight > 0n ? weight : 0n);
  const losses = weights.map((weight) => weight < 0n ? -weight : 0n);
  const lost = sum(losses) * amount / total; // rounded down, so that no side takes more than it has
  const up = allocate(amount + lost, gains);
  const down = allocate(lost, losses);
  return weights.map((_, index) => up[index] - down[index]);
}

/**
 * The credit note that takes these parts. Its tax is that of all that is credited then, less that of what was before, so the
 * last note takes what rounding left. Throws `InvalidInput` for more than is left of anything.
 */
export function creditOf<Line extends CreditableLine>(
  invoice: CreditableInvoice<Line>,
  parts: readonly CreditPart<Line>[],
): Credit<Line> {
  for (const part of parts) requireLeft(part);
  const taken = new Map(parts.map(({ line, amount }) => [line.id, amount]));
  const taxes: CreditTax[] = [];
  let subtotal = 0n;
  for (const [key, lines] of Map.groupBy(invoice.lines, rateKey)) {
    const before = sum(lines.map(({ credited }) => credited));
    const after = before + sum(lines.map(({ id }) => taken.get(id) ?? 0n));
    const all = sum(lines.map(({ amount }) => amount));
    if (all >= 0n ? after < 0n || after > all : after > 0n || after < all) throw unbalanced(invoice);
    subtotal += after - before;
    const tax = invoice.taxes.find(({ category, percent }) => key === rateOf(category, percent));
    if (!tax || !lines.some(({ id }) => taken.has(id))) continue;
    const amount = taxUpTo(invoice, tax, after, all) - taxUpTo(invoice, tax, before, all);
    const base = after - before - (invoice.taxInclusive ? amount : 0n);
    taxes.push({ category: tax.category, percent: tax.percent, base, amount });
  }
  const taxTotal = sum(taxes.map(({ amount }) => amount));
  const total = subtotal + (invoice.taxInclusive ? 0n : taxTotal);
  if (total <= 0n) throw nothing(invoice);
  requireNoRemains(invoice, taken);
  return { parts: [...parts], taxes, subtotal, taxTotal, total };
}

/** The tax of a rate on what is credited of it so far: the invoice's own once all is, so nothing is left over. */
function taxUpTo(
  { taxInclusive, rounding }: CreditableInvoice,
  { percent, amount }: { percent: string; amount: bigint },
  credited: bigint,
  all: bigint,
): bigint {
  if (credited === all) return amount;
  const rate = Rational.parse(percent);
  const hundred = Rational.of(100n);
  const tax = roundToInteger(
    Rational.of(credited).multiply(rate).divide(taxInclusive ? hundred.add(rate) : hundred),
    rounding,
  );
  // a base that was taxed by less than its rate cannot give more back
  if (amount >= 0n) return tax > amount ? amount : tax;
  return tax < amount ? amount : tax;
}

function requireLeft({ line, amount }: CreditPart): void {
  const rest = left(line);
  const fits = rest > 0n ? amount > 0n && amount <= rest : amount < 0n && amount >= rest;
  if (fits) return;
  throw milepostError("InvalidInput", {
    message: `Line ${line.position} has less left than that. Credit a smaller part of it.`,
    fields: [{ field: `line-${line.position}`, value: String(amount) }],
  });
}

/** Lines that would stay though nothing is left in sum could never be credited afterwards. */
function requireNoRemains(invoice: CreditableInvoice, taken: ReadonlyMap<string, bigint>): void {
  const rests = invoice.lines.map((line) => left(line) - (taken.get(line.id) ?? 0n));
  if (sum(rests) !== 0n || rests.every((rest) => rest === 0n)) return;
  throw milepostError("InvalidInput", {
    message: `That takes all of invoice ${invoice.number}, but some of its lines would stay. ` +
      "Credit all that is left of it instead.",
    fields: [{ field: "how", value: "lines" }],
  });
}

function unbalanced({ number }: CreditableInvoice): Error {
  return milepostError("InvalidInput", {
    message: `That is more than invoice ${number} has at one tax rate, because a line below zero stays. ` +
      "Credit a part of that line too.",
    fields: [{ field: "how", value: "lines" }],
  });
}

function nothing({ number }: CreditableInvoice): Error {
  return milepostError("InvalidInput", {
    message: `That comes to nothing to credit on invoice ${number}. Choose at least one amount above zero.`,
    fields: [{ field: "how", value: "lines" }],
  });
}

function left({ amount, credited }: CreditableLine): bigint {
  return amount - credited;
}

function rateKey({ taxCategory, taxPercent }: CreditableLine): string {
  return taxCategory === null ? "" : rateOf(taxCategory, taxPercent ?? "0");
}

/** The same for "20" and "20.00". */
function rateOf(category: string, percent: string): string {
  const { numerator, denominator } = Rational.parse(percent);
  return `${category} ${numerator}/${denominator}`;
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((all, amount) => all + amount, 0n);
}
