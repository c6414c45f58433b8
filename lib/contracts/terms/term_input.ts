/** What a term of a contract may be, whether one form says it or a line of a file. */
import type { ChargeFacts } from "../../../db/queries/billing_facts.ts";
import type { ContractTerm, TermKind, TermValues } from "../../../db/queries/contract_term.ts";
import { type CurrencyCode, minorUnits } from "../../core/currency.ts";
import { formatScaled, Rational } from "../../core/decimal.ts";
import { milepostError, refuseField } from "../../core/errors.ts";
import { readAll, readDate, readInteger, readText } from "../../core/input.ts";
import { parseMoney } from "../../core/money.ts";
import { type BillingCycle, periodOn } from "../../core/billing_cycle.ts";
import { mayHaveFreeUnits } from "../../pricing/charge.ts";
import { showDate } from "../../pricing/words.ts";
import { requireWithin } from "../change_rules.ts";
import { readEnd } from "../contract_input.ts";

/** As typed; what a kind has no use for is left out or empty. */
export interface TermDraft {
  kind: TermKind;
  /** As the invoice names it. */
  name: string;
  fromDate: string;
  /** The first day on which it no longer counts. */
  toDate?: string;
  /** References of charges with commas between them; all if empty. */
  charges?: string;
  minimum?: string;
  cap?: string;
  /** "S 20": how an amount up to the minimum is taxed. */
  taxRate?: string;
  percent?: string;
  amount?: string;
  /** Given free each period, on one charge. */
  units?: string;
  /** For how many billing periods it counts, in place of `toDate`. */
  periods?: string;
}

/** What is there of the contract that a term is for. */
export interface TermFacts extends BillingCycle {
  reference: string;
  endDate: Temporal.PlainDate | null;
  currency: CurrencyCode;
  charges: readonly Pick<ChargeFacts, "reference" | "kind" | "price" | "taxCategory" | "taxPercent">[];
  /** What is agreed already. */
  terms: readonly Pick<ContractTerm, "kind" | "name" | "from" | "to">[];
}

/** Throws `InvalidInput` with everything that is wrong at once, and `Conflict` beside another commitment. */
export function readTerm(draft: TermDraft, facts: TermFacts): TermValues {
  const { taxRate = "", ...typed } = draft;
  const values = readAll({
    name: () => readText("name", typed.name, "Minimum a month", 100),
    from: () => readDate("fromDate", typed.fromDate),
    charges: () => readCharges(typed.charges ?? "", facts),
    minimum: () => readAmount("minimum", typed.minimum, facts.currency),
    cap: () => readAmount("cap", typed.cap, facts.currency),
    percent: () => readPercent(typed.percent),
    amount: () => readAmount("amount", typed.amount, facts.currency),
    units: () => readUnits(typed.units),
    periods: () => readPeriods("periods", typed.periods),
  });
  const { periods, ...agreed } = values;
  const to = endAfter(periods, agreed.from, typed.toDate, facts);
  requireWithin("fromDate", agreed.from, facts);
  const none = { span: null, taxCategory: null, taxPercent: null };
  const term = { ...none, ...agreed, kind: draft.kind, to };
  switch (draft.kind) {
    case "commitment":
      return readCommitment(term, taxRate, facts);
    case "discount":
      return readDiscount(term);
    case "free_units":
      return readFreeUnits(term, facts);
  }
}

function readCommitment(term: TermValues, taxRate: string, facts: TermFacts): TermValues {
  const { minimum, cap, charges } = term;
  if (minimum === null && cap === null) {
    refuseField("minimum", "", "Type a minimum, a cap, or both.", "500.00");
  }
  if (minimum !== null && cap !== null && Rational.parse(minimum).compare(Rational.parse(cap)) > 0) {
    refuseField("cap", cap, `The minimum is ${minimum}. Choose a cap that is not below it.`, minimum);
  }
  requireAlone(term, facts);
  const tax = readTax(taxRate, minimum !== null, charges, facts);
  return { ...term, percent: null, amount: null, units: null, span: "billing_period", ...tax };
}

function readDiscount(term: TermValues): TermValues {
  requireOneOf(term);
  return { ...term, minimum: null, cap: null, units: null };
}

function readFreeUnits(term: TermValues, { charges }: TermFacts): TermValues {
  const free = freeUnitCharges(charges);
  const { units, charges: named } = term;
  if (units === null) refuseField("units", "", "Type how many units are free each period.", "100");
  if (named?.length !== 1 || !free.includes(named[0])) {
    const rule = free.length === 0
      ? "The plan has no charge whose units could be free."
      : `Choose one charge whose units are priced: ${free.join(", ")}.`;
    refuseField("charges", named?.join(", ") ?? "", rule, free[0]);
  }
  return { ...term, minimum: null, cap: null, percent: null, amount: null };
}

/** References of the charges whose units can be given free. */
export function freeUnitCharges(charges: TermFacts["charges"]): string[] {
  return charges.filter(({ kind, price }) =>
    kind === "usage" && mayHaveFreeUnits((price as { model: string }).model)
  ).map(({ reference }) => reference);
}

/** Units above zero with at most 6 decimals, or null where none are typed. */
function readUnits(text: string | undefined): string | null {
  const typed = text?.trim() ?? "";
  if (typed === "") return null;
  const units = /^(?:0|[1-9]\d{0,11})(?:\.\d{1,6})?$/.test(typed) ? Rational.parse(typed) : Rational.zero;
  if (units.isZero) {
    refuseField("units", typed, "Type a number above zero with at most 6 decimals.", "100");
  }
  return units.toDecimal();
}

/** A discount is a percentage or an amount. */
export function requireOneOf({ percent, amount }: { percent: string | null; amount: string | null }): void {
  if ((percent === null) !== (amount === null)) return;
  refuseField("percent", percent ?? "", "Type a percentage or an amount, one of the two.", "10");
}

/** The first day on which the term no longer counts: as typed, or after so many billing periods. */
function endAfter(
  periods: number | null,
  from: Temporal.PlainDate,
  toDate: string | undefined,
  facts: TermFacts,
): Temporal.PlainDate | null {
  if (periods === null) return readEnd("toDate", toDate, from);
  if (toDate?.trim()) {
    refuseField("periods", `${periods}`, "Type a number of periods or an end, one of the two.");
  }
  return endAfterPeriods(periods, from, facts);
}

/** The first day after so many billing periods of which the first begins on `from` or later. */
export function endAfterPeriods(
  periods: number,
  from: Temporal.PlainDate,
  cycle: BillingCycle,
): Temporal.PlainDate {
  // The first period that counts is the one that begins on `from`, or with the contract on it, else the next.
  let { start: day, end } = periodOn(cycle, from);
  if (!day.equals(from) && !from.equals(cycle.startDate)) day = end;
  for (let counted = 0; counted < periods; counted++) ({ end: day } = periodOn(cycle, day));
  return day;
}

/** A number of periods, or null where none is typed. */
export function readPeriods(field: string, text: string | undefined): number | null {
  const typed = text?.trim() ?? "";
  if (typed === "") return null;
  return readInteger(field, /^\d{1,4}$/.test(typed) ? Number(typed) : -1, 1, 600);
}

/** A percentage above zero and up to 100 with at most 4 decimals, or null where none is typed. */
export function readPercent(text: string | undefined): string | null {
  const typed = text?.trim() ?? "";
  if (typed === "") return null;
  const isDecimal = /^(?:0|[1-9]\d{0,2})(?:\.\d{1,4})?$/.test(typed);
  const percent = isDecimal ? Rational.parse(typed) : Rational.zero;
  if (percent.isZero || percent.compare(Rational.of(100n)) > 0) {
    refuseField("percent", typed, "Type a percentage above 0 and up to 100, with at most 4 decimals.", "10");
  }
  return percent.toDecimal();
}

/** "lease, km" as a list of charges that the plan has, or null for all of them. */
function readCharges(text: string, { charges }: TermFacts): string[] | null {
  const names = [...new Set(text.split(",").map((name) => name.trim()).filter((name) => name !== ""))];
  const known = charges.map(({ reference }) => reference);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    refuseField("charges", unknown, `The plan has no charge “${unknown}”. It has ${known.join(", ")}.`);
  }
  return names.length === 0 ? null : names;
}

/** Far above any agreement, and far below what a bigint column holds. */
const largestMajorUnits = 1_000_000_000n;

/** An amount above zero with no more decimals than the currency, or null where none is typed. */
export function readAmount(field: string, text: string | undefined, currency: CurrencyCode): string | null {
  const typed = text?.trim() ?? "";
  if (typed === "") return null;
  const decimals = minorUnits(currency);
  const example = formatScaled(50_000n, decimals);
  const digits = decimals === 0 ? "without decimals" : `with at most ${decimals} decimals`;
  if (!/^(?:0|[1-9]\d{0,20})(?:\.\d+)?$/.test(typed) || (typed.split(".")[1] ?? "").length > decimals) {
    refuseField(field, typed, `Type the amount in ${currency} as digits, ${digits}.`, example);
  }
  const { amount } = parseMoney(typed, currency);
  if (amount === 0n) refuseField(field, typed, "Type an amount above zero.", example);
  if (amount > largestMajorUnits * 10n ** BigInt(decimals)) {
    refuseField(field, typed, "This is more than can be agreed. Check the amount.", example);
  }
  return formatScaled(amount, decimals);
}

/** "S 20", for each way in which the charges are taxed. */
export function taxRatesOf(
  charges: readonly Pick<ChargeFacts, "taxCategory" | "taxPercent">[],
): string[] {
  const rates = charges.flatMap(({ taxCategory, taxPercent }) =>
    taxCategory === null ? [] : [rateText(taxCategory, taxPercent)]
  );
  return [...new Set(rates)];
}

/** "S 20". */
export function rateText(category: string, percent: string | null): string {
  return `${category} ${Rational.parse(percent ?? "0").toDecimal()}`;
}

/** How an amount up to the minimum is taxed: it must be said where the charges that count are not all taxed alike. */
function readTax(
  text: string,
  hasMinimum: boolean,
  named: readonly string[] | null,
  { charges }: TermFacts,
): Pick<TermValues, "taxCategory" | "taxPercent"> {
  const all = taxRatesOf(charges);
  const counted = taxRatesOf(charges.filter(({ reference }) => named?.includes(reference) ?? true));
  const typed = text.trim();
  if (typed === "" && (!hasMinimum || counted.length < 2)) return { taxCategory: null, taxPercent: null };
  if (typed === "") {
    const rule = `The charges are taxed ${counted.join(", ")}. Choose how an amount up to the minimum is.`;
    refuseField("taxRate", text, rule, counted[0]);
  }
  if (!all.includes(typed)) {
    refuseField(
      "taxRate",
      text,
      `Choose one of ${all.join(", ")}: so the charges of the plan are taxed.`,
      all[0],
    );
  }
  const [taxCategory, taxPercent] = typed.split(" ");
  return { taxCategory, taxPercent };
}

/** No day has two commitments. */
function requireAlone(
  { from, to }: { from: Temporal.PlainDate; to: Temporal.PlainDate | null },
  { reference, terms }: TermFacts,
): void {
  const { compare } = Temporal.PlainDate;
  const other = terms.find((term) =>
    term.kind === "commitment" && (to === null || compare(term.from, to) < 0) &&
    (term.to === null || compare(from, term.to) < 0)
  );
  if (other === undefined) return;
  const until = other.to === null ? "with no end" : `until ${showDate(other.to.subtract({ days: 1 }))}`;
  const rule = `Contract ${reference} has “${other.name}” from ${showDate(other.from)} ${until}. ` +
    "End that one first, or choose other days.";
  throw milepostError("Conflict", { message: rule, fields: [{ field: "fromDate", value: `${from}`, rule }] });
}
