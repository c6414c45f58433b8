/** The price case of one contract and one period, built from its facts: what is priced, stored with the invoice and hashed. */
import { createHash, type Hash } from "node:crypto";
import type { ContractFacts, StayFacts, UsageFact } from "../../db/queries/billing_facts.ts";
import type { ContractTerm } from "../../db/queries/contract_term.ts";
import type { GrantUse } from "../../db/queries/wallet_grant.ts";
import type { PlanFacts } from "../../db/queries/rate_plan.ts";
import type { ValueInForce } from "../../db/queries/price_index.ts";
import { milepostError } from "../core/errors.ts";
import { canonicalJson } from "../core/json.ts";
import { Rational, sumRationals } from "../core/decimal.ts";
import {
  type AgreedFreeUnits,
  agreedFreeUnits,
  type CommitmentTerms,
  commitmentTerms,
  type DiscountTerms,
  discountTerms,
  grantTerms,
} from "./agreed_terms.ts";
import type { TaxFacts } from "../core/tax_facts.ts";
import type { ChargeInForce } from "./charges_in_force.ts";

export interface Period {
  /** `[start, end)` in the zone of the billing entity. */
  readonly start: Temporal.PlainDate;
  readonly end: Temporal.PlainDate;
}

export interface BillingFacts {
  /** With the plan version that is last in force in the period. */
  readonly contract: ContractFacts;
  /** Every version in force in the period, by its first day. */
  readonly plans: readonly PlanFacts[];
  readonly charges: readonly ChargeInForce[];
  readonly stays: readonly StayFacts[];
  readonly usage: readonly UsageFact[];
  /** The values of the indexes that charges name, by reference and then by day. */
  readonly indexes: ReadonlyMap<string, readonly ValueInForce[]>;
  /** What the contract agrees beside its plan on some day of the period. */
  readonly terms: readonly ContractTerm[];
  /** Granted wallet money that the period has, in the order of use; minor units. */
  readonly granted: readonly GrantUse[];
  /** What the tax rules decide by; null where every charge has a fixed rate. */
  readonly tax: TaxFacts | null;
}

export interface TaxRate {
  id?: string;
  category: string;
  percent: string;
}

/** A price case as JSON (contracts), without its usage. */
export interface PriceCaseTerms {
  currency: string;
  zone: string;
  rounding: "half_up" | "half_even";
  period: { start: string; end: string };
  vehicles: { id: string; from: string; to: string | null }[];
  charges: Record<string, unknown>[];
  commitment?: CommitmentTerms;
  discounts?: DiscountTerms[];
  tax?: { inclusive: boolean; rates: TaxRate[] };
  indexes?: Record<string, { from: string; value: string }[]>;
}

export interface PriceCaseUsage {
  id: string;
  event: string;
  vehicle?: string;
  at: string;
  [property: string]: unknown;
}

/** Vehicles and charges carry their references, so that a trace is readable. Throws `InvalidInput` for a plan half taxed or a term that does not fit it. */
export function priceCaseTerms(facts: Omit<BillingFacts, "usage">, period: Period): PriceCaseTerms {
  const { contract, charges } = facts;
  const rates = taxRates(contract, charges);
  const commitment = commitmentTerms(facts, period, rates);
  const discounts = [...discountTerms(facts, period), ...grantTerms(facts)];
  return {
    currency: contract.plan.currency,
    zone: contract.entity.zone,
    rounding: contract.entity.rounding,
    period: { start: period.start.toString(), end: period.end.toString() },
    vehicles: facts.stays.flatMap((stay) => staysWithin(stay, contract)),
    charges: charges.map((charge) => chargeTerms(charge, rates, agreedFreeUnits(facts, period, charge))),
    ...(commitment === null ? {} : { commitment }),
    ...(discounts.length > 0 ? { discounts } : {}),
    ...(rates.length > 0 ? { tax: { inclusive: contract.plan.taxInclusive, rates } } : {}),
    ...(facts.indexes.size > 0 ? { indexes: indexTerms(facts.indexes, period) } : {}),
  };
}

/** Of each index what is in force on some day of the period, so that other values do not change the case. */
function indexTerms(indexes: BillingFacts["indexes"], { start, end }: Period): PriceCaseTerms["indexes"] {
  const { compare } = Temporal.PlainDate;
  return Object.fromEntries(
    [...indexes].map(([reference, values]) => {
      const first = values.findLastIndex(({ from }) => compare(from, start) <= 0);
      const needed = values.slice(Math.max(first, 0)).filter(({ from }) => compare(from, end) < 0);
      return [reference, needed.map(({ from, value }) => ({ from: from.toString(), value }))];
    }),
  );
}

/** The usage of the case. An event's own fields come first, so that none of them can pose as its identity. */
export function priceCaseUsage(facts: Pick<BillingFacts, "stays" | "usage">): PriceCaseUsage[] {
  const references = new Map(facts.stays.map((stay) => [stay.vehicleId, stay.reference]));
  return facts.usage.map(({ source, eventId, event, vehicleId, at, properties }) => ({
    ...properties,
    id: `${source}/${eventId}`,
    event,
    // One that was never on the contract is named by its id, which the case then refuses.
    ...(vehicleId === null ? {} : { vehicle: references.get(vehicleId) ?? vehicleId }),
    at: at.toString(),
  }));
}

/**
 * SHA-256 over the canonical JSON of the terms and of each usage event, a line each. Equal facts have equal hashes, so a
 * preview can be held against what is issued.
 */
export function factsHash(terms: PriceCaseTerms, usage: Iterable<PriceCaseUsage>): Uint8Array {
  const hash: Hash = createHash("sha256").update(canonicalJson(terms));
  for (const event of usage) hash.update("\n").update(canonicalJson(event));
  return new Uint8Array(hash.digest());
}

function chargeTerms(
  charge: ChargeInForce,
  rates: readonly TaxRate[],
  free: readonly AgreedFreeUnits[],
): Record<string, unknown> {
  const rate = rates.find(({ category, percent }) =>
    category === charge.taxCategory && percent === (charge.taxPercent ?? "0")
  );
  return {
    id: charge.caseId,
    kind: charge.kind,
    per: charge.per,
    ...(charge.kind === "recurring" ? { proration: charge.proration } : {}),
    ...(charge.period === null
      ? {}
      : { period: { start: charge.period.start.toString(), end: charge.period.end.toString() } }),
    ...(charge.during === null
      ? {}
      : { during: charge.during.map(({ from, to }) => ({ from: from.toString(), to: to.toString() })) }),
    ...(charge.kind === "one_time" ? { on: charge.on.toString() } : {}),
    ...(charge.meter === null ? {} : { meter: charge.meter }),
    ...(free.length === 0
      ? {}
      : { freeUnits: sumRationals(free.map(({ units }) => Rational.parse(units))).toDecimal() }),
    price: charge.price,
    ...(rate ? { taxCategory: rate.category } : {}),
    ...(rate?.id ? { taxRate: rate.id } : {}),
  };
}

/** Each category and rate in use, once. Rates have ids only where a category has more than one. */
function taxRates(contract: ContractFacts, charges: readonly ChargeInForce[]): TaxRate[] {
  const rates: TaxRate[] = [];
  for (const { taxCategory: category, taxPercent } of charges) {
    if (category === null) continue;
    const percent = taxPercent ?? "0";
    if (!rates.some((rate) => rate.category === category && rate.percent === percent)) {
      rates.push({ category, percent });
    }
  }
  // A charge without a category next to taxed ones would silently get theirs.
  const untaxed = charges.find((charge) => charge.taxCategory === null);
  if (rates.length > 0 && untaxed) {
    throw milepostError("InvalidInput", {
      message:
        `The plan ${contract.plan.reference} taxes some charges, and "${untaxed.name}" has no tax category. ` +
        "Give it one in a new version of the plan; Z, E and O stand for no tax.",
      fields: [{ field: "taxCategory", value: untaxed.reference, rule: "All charges of a plan, or none." }],
    });
  }
  const repeated = (rate: TaxRate) => rates.filter(({ category }) => category === rate.category).length > 1;
  return rates.map((rate) => repeated(rate) ? { id: `${rate.category}-${rate.percent}`, ...rate } : rate);
}

/** The part of a stay while the contract itself runs, if there is one. */
function staysWithin(stay: StayFacts, { startDate, endDate }: ContractFacts): PriceCaseTerms["vehicles"] {
  const { compare } = Temporal.PlainDate;
  const from = compare(stay.from, startDate) < 0 ? startDate : stay.from;
  const to = stay.to === null || endDate !== null && compare(endDate, stay.to) < 0 ? endDate : stay.to;
  if (to !== null && compare(from, to) >= 0) return [];
  return [{ id: stay.reference, from: from.toString(), to: to?.toString() ?? null }];
}
