/** What a term of a contract may be, whether one form says it or a line of a file. */
import type { ChargeFacts } from "../../../db/queries/billing_facts.ts";
import type { ContractTerm, TermKind, TermValues } from "../../../db/queries/contract_term.ts";
import { type CurrencyCode, minorUnits } from "../../core/currency.ts";
import { formatScaled, Rational } from "../../core/decimal.ts";
import { milepostError, refuseField } from "../../core/errors.ts";
import { readAll, readDate, readText } from "../../core/input.ts";
import { parseMoney } from "../../core/money.ts";
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
}

/** What is there of the contract that a term is for. */
export interface TermFacts {
  reference: string;
  startDate: Temporal.PlainDate;
  endDate: Temporal.PlainDate | null;
  currency: CurrencyCode;
  charges: readonly Pick<ChargeFacts, "reference" | "taxCategory" | "taxPercent">[];
  /** What is agreed already. */
  terms: readonly Pick<ContractTerm, "kind" | "name" | "from" | "to">[];
}

/** Throws `InvalidInput` with everything that is wrong at once, and `Conflict` beside another commitment. */
export function readTerm(draft: TermDraft, facts: TermFacts): TermValues {
  const none = {
    minimum: null,
    cap: null,
    span: null,
    percent: null,
    amount: null,
    units: null,
    taxCategory: null,
    taxPercent: null,
  };
  const values = readAll({
    name: () => readText("name", draft.name, "Minimum a month", 100),
    from: () => readDate("fromDate", draft.fromDate),
    charges: () => readCharges(draft.charges ?? "", facts),
    minimum: () => readAmount("minimum", draft.minimum, facts.currency),
    cap: () => readAmount("cap", draft.cap, facts.currency),
  });
  const { name, from, charges, minimum, cap } = values;
  const to = readEnd("toDate", draft.toDate, from);
  const common = { ...none, kind: draft.kind, name, from, to, charges };
  if (minimum === null && cap === null) {
    refuseField("minimum", "", "Type a minimum, a cap, or both.", "500.00");
  }
  if (minimum !== null && cap !== null && Rational.parse(minimum).compare(Rational.parse(cap)) > 0) {
    refuseField("cap", cap, `The minimum is ${minimum}. Choose a cap that is not below it.`, minimum);
  }
  requireWithin("fromDate", from, facts);
  requireAlone({ from, to }, facts);
  const tax = readTax(draft.taxRate ?? "", minimum !== null, charges, facts);
  return { ...common, minimum, cap, span: "billing_period", ...tax };
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
function readAmount(field: string, text: string | undefined, currency: CurrencyCode): string | null {
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
export function taxRatesOf(charges: TermFacts["charges"]): string[] {
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
