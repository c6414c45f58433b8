/** What a contract agrees beside its plan, as far as it counts for one period: the commitment and the discounts of its price case. */
import type { ContractFacts } from "../../db/queries/billing_facts.ts";
import type { ContractTerm } from "../../db/queries/contract_term.ts";
import type { GrantUse } from "../../db/queries/wallet_grant.ts";
import { versionsInForce } from "../contracts/steps.ts";
import { parseCurrencyCode } from "../core/currency.ts";
import { Rational } from "../core/decimal.ts";
import { milepostError } from "../core/errors.ts";
import { money, moneyToDecimal, roundToMoney } from "../core/money.ts";
import { daysBetween } from "../core/period.ts";
import type { ChargeInForce } from "./charges_in_force.ts";
import type { Period, TaxRate } from "./price_case.ts";

interface AgreedFacts {
  readonly contract: ContractFacts;
  readonly charges: readonly ChargeInForce[];
  readonly terms: readonly ContractTerm[];
}

/** A minimum and a cap as they count for one period; amounts are decimal texts. */
export interface AgreedCommitment {
  term: ContractTerm;
  minimum: string | null;
  cap: string | null;
  /** The days of the period on which the contract runs and is not paused, where those are not all. */
  part: { days: number; of: number } | null;
}

/** `commitment` of a price case. */
export interface CommitmentTerms {
  minimum?: string;
  cap?: string;
  charges?: string[];
  taxCategory?: string;
  taxRate?: string;
}

/** A discount of a price case; its id is that of the term. */
export type DiscountTerms =
  & { id: string; charges?: string[] }
  & ({ percent: string } | { amount: string });

/** The terms whose days hold the first day of the period on which the contract runs. */
export function termsInForce(
  { contract: { startDate }, terms }: AgreedFacts,
  period: Period,
): ContractTerm[] {
  const { compare } = Temporal.PlainDate;
  const first = compare(startDate, period.start) > 0 ? startDate : period.start;
  return terms.filter(({ from, to }) => compare(from, first) <= 0 && (to === null || compare(first, to) < 0));
}

/** The commitment that counts for a period; at most one does. In a period of which the contract runs a part, by the day. */
export function agreedCommitment(facts: AgreedFacts, period: Period): AgreedCommitment | null {
  const term = termsInForce(facts, period).find(({ kind }) => kind === "commitment");
  if (term === undefined) return null;
  const { plan, entity } = facts.contract;
  const inForce = versionsInForce(facts.contract, period).flatMap((version) => version.inForce);
  const days = inForce.reduce((sum, { from, to }) => sum + daysBetween(from, to), 0);
  const of = daysBetween(period.start, period.end);
  const currency = parseCurrencyCode(plan.currency);
  const share = (amount: string | null) => {
    if (amount === null) return null;
    const exact = Rational.parse(amount).multiply(Rational.of(BigInt(days), BigInt(of)));
    return moneyToDecimal(roundToMoney(exact, currency, entity.rounding));
  };
  return {
    term,
    minimum: share(term.minimum),
    cap: share(term.cap),
    part: days === of ? null : { days, of },
  };
}

/** The commitment in the form of a price case. Throws `InvalidInput` for a charge or a tax rate that the plan does not have. */
export function commitmentTerms(
  facts: AgreedFacts,
  period: Period,
  rates: readonly TaxRate[],
): CommitmentTerms | null {
  const agreed = agreedCommitment(facts, period);
  if (agreed === null) return null;
  const { term, minimum, cap } = agreed;
  const { taxCategory, taxPercent } = term;
  const rate = rates.find(({ category, percent }) =>
    category === taxCategory && Rational.parse(percent).equals(Rational.parse(taxPercent ?? "0"))
  );
  if (taxCategory !== null && rates.length > 0 && rate === undefined) {
    refuseTerm(
      facts,
      term,
      "taxCategory",
      `is taxed ${taxCategory} at ${taxPercent}%, and no charge of the plan is`,
    );
  }
  return {
    ...(minimum === null ? {} : { minimum }),
    ...(cap === null ? {} : { cap }),
    ...namedCharges(facts, term),
    ...(rate ? { taxCategory: rate.category } : {}),
    ...(rate?.id ? { taxRate: rate.id } : {}),
  };
}

/** The discounts that count for a period, in the order in which they were agreed. Throws as `commitmentTerms`. */
export function discountTerms(facts: AgreedFacts, period: Period): DiscountTerms[] {
  return termsInForce(facts, period).filter(({ kind }) => kind === "discount").map((term) => ({
    id: term.id,
    ...(term.percent === null ? { amount: term.amount! } : { percent: term.percent }),
    ...namedCharges(facts, term),
  }));
}

/** Granted wallet money as discounts, after those that are agreed. */
export function grantTerms(
  { contract, granted }: { contract: ContractFacts; granted: readonly GrantUse[] },
): DiscountTerms[] {
  const currency = parseCurrencyCode(contract.plan.currency);
  return granted.map(({ walletCreditId, amount }) => {
    return { id: walletCreditId, amount: moneyToDecimal(money(amount, currency)) };
  });
}

/** Units of a charge that are free in a period; decimal texts. */
export interface AgreedFreeUnits {
  term: ContractTerm;
  units: string;
  /** The days of the period on which the charge is in force, where those are not all. */
  part: { days: number; of: number } | null;
}

/** What is free of a charge in a period, each term by the days on which the charge is in force. Throws as `commitmentTerms`. */
export function agreedFreeUnits(
  facts: AgreedFacts,
  period: Period,
  charge: ChargeInForce,
): AgreedFreeUnits[] {
  const of = daysBetween(period.start, period.end);
  const days = charge.during?.reduce((sum, { from, to }) => sum + daysBetween(from, to), 0) ?? of;
  return termsInForce(facts, period)
    .filter((term) =>
      term.kind === "free_units" && namedCharges(facts, term).charges!.includes(charge.caseId)
    )
    .map((term) => ({
      term,
      units: Rational.parse(term.units!).multiply(Rational.of(BigInt(days), BigInt(of))).toDecimal(),
      part: days === of ? null : { days, of },
    }));
}

/** The charges that a term is for, in every version of the plan that is in force; none means all of them. Throws `InvalidInput` for one that the plan does not have. */
export function namedCharges(facts: AgreedFacts, term: ContractTerm): { charges?: string[] } {
  if (term.charges === null) return {};
  const named = term.charges;
  const unknown = named.find((name) => !facts.charges.some(({ reference }) => reference === name));
  if (unknown !== undefined) {
    refuseTerm(facts, term, "charges", `is on the charge “${unknown}”, which the plan does not have`);
  }
  return {
    charges: facts.charges.filter(({ reference }) => named.includes(reference)).map(({ caseId }) => caseId),
  };
}

function refuseTerm({ contract }: AgreedFacts, term: ContractTerm, field: string, what: string): never {
  const rule = `“${term.name}” of contract ${contract.reference} ${what}. End it and agree it anew.`;
  throw milepostError("InvalidInput", { message: rule, fields: [{ field, value: term.name, rule }] });
}
