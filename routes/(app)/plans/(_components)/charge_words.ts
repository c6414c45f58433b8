/** A charge in one sentence: what is counted, what it costs, for whom, with which tax. */
import type { NewCharge } from "../../../../db/queries/rate_plan.ts";
import type { MeterTerms, PriceTerms, QuantityPriceTerms, StepTerms } from "../../../../lib/plans/terms.ts";
import type { TaxSupply } from "../../../../lib/core/tax_facts.ts";
import { showPercent, showPrice, showQuantity } from "../../invoices/(_components)/invoice_words.tsx";

const prorations = {
  day: "part periods by the day",
  second: "part periods by the second",
  fixed30: "part periods by 30ths",
  none: "always the whole period",
};

/** "Sum of km of trip events, £0.27 per km, per vehicle, tax S 20%." */
export function chargeSentence(charge: NewCharge, currency: string): string {
  const { kind, per, proration, timing } = charge;
  const meter = charge.meter as MeterTerms | null;
  const parts = [
    kind === "usage"
      ? meterWords(meter!)
      : kind === "recurring"
      ? "Each period"
      : "Once, when the contract starts",
    priceWords(charge.price as PriceTerms, currency, meter),
    per === "vehicle" ? "per vehicle" : "per contract",
    ...(kind === "recurring" ? [prorations[proration]] : []),
    ...(timing === "advance" ? ["billed before the period"] : []),
    taxWords(charge),
  ];
  return `${parts.join(", ")}.`;
}

/** What is supplied, where the rules decide the tax. */
export const supplyWords: Record<TaxSupply, string> = {
  vehicle_hire: "hire of a vehicle",
  service: "another service",
  goods: "goods",
  disbursement: "paid in the customer's name",
};

/** "tax S 20%", "no tax", "tax by the rules for hire of a vehicle". */
export function taxWords({ taxCategory, taxPercent, taxSupply }: NewCharge): string {
  if (taxSupply) return `tax by the rules for ${supplyWords[taxSupply]}`;
  return taxCategory === null ? "no tax" : `tax ${taxCategory}\u00a0${showPercent(taxPercent ?? "0")}`;
}

/** "Sum of km of trip events where purpose is business". */
export function meterWords({ event, aggregate, field, where = {} }: MeterTerms): string {
  const events = `${event} events`;
  const counted = {
    sum: `Sum of ${field} of ${events}`,
    count: `Number of ${events}`,
    max: `Highest ${field} of ${events}`,
    unique: `Different values of ${field} in ${events}`,
    last_minus_first: `Rise of ${field} in ${events}`,
    time_weighted: `Mean of ${field} over time, by ${events}`,
  }[aggregate];
  const conditions = Object.entries(where).map(([name, value]) => `${name} is ${value}`);
  return conditions.length === 0 ? counted : `${counted} where ${conditions.join(" and ")}`;
}

/** "mile" for a field of miles. */
function unitOf(field: string): string {
  return /[a-z]{3}[^s]s$/.test(field) ? field.slice(0, -1) : field;
}

function priceWords(price: PriceTerms, currency: string, meter: MeterTerms | null): string {
  const show = (text: string) => showPrice(text, currency);
  const each = meter?.aggregate === "sum" ? `per ${unitOf(meter.field!)}` : "each";
  switch (price.model) {
    case "percentage":
      return percentageWords(price, show);
    case "pass_through":
      return passThroughWords(price, show);
    case "active_vehicle":
      return `${show(price.amount)} for each vehicle with an event`;
    case "best_rate":
      return `the cheapest of ${
        price.units.map((unit) => `${show(unit.price)} a ${unit.per}`).join(", ")
      } for each hire`;
    case "pooled":
      return `${showQuantity(price.includedPerVehicle)} for each vehicle in one pool, above it ${
        quantityPriceWords(price.overage, show, each)
      }`;
    case "indexed":
      return `${show(price.base)} ${each}, moved by the index ${price.index}`;
    case "time_of_use":
      return `${price.bands.map(({ name, unit }) => `${name} ${show(unit)}`).join(", ")}, otherwise ${
        show(price.otherwise.unit)
      } ${each}`;
    default:
      return quantityPriceWords(price, show, each);
  }
}

type Show = (text: string) => string;

function quantityPriceWords(price: QuantityPriceTerms, show: Show, each: string): string {
  switch (price.model) {
    case "flat":
      return show(price.amount);
    case "per_unit":
      return `${show(price.unit)} ${each}`;
    case "package": {
      const free = price.free && /[1-9]/.test(price.free)
        ? `, the first ${showQuantity(price.free)} free`
        : "";
      return `${show(price.price)} for each started package of ${showQuantity(price.size)}${free}`;
    }
    case "stairstep":
      return `one amount by step: ${steps(price.tiers, (tier) => show((tier as StepTerms).amount))}`;
    case "graduated":
    case "volume": {
      const how = price.model === "graduated" ? "each part by its tier" : "all of it by the tier it reaches";
      const cost = ({ unit = "0", flat = "0" }: { unit?: string; flat?: string }) =>
        `${show(unit)} ${each}${/[1-9]/.test(flat) ? ` and ${show(flat)} once` : ""}`;
      return `${how}: ${steps(price.tiers, cost)}`;
    }
  }
}

/** "up to 10 at £10.00 each, above 10 at £5.00 each". */
function steps<Tier extends { upTo?: string | null }>(
  tiers: readonly Tier[],
  cost: (tier: Tier) => string,
): string {
  return tiers.map((tier, index) => {
    const below = tiers[index - 1]?.upTo;
    const bound = tier.upTo
      ? `up to ${showQuantity(tier.upTo)}`
      : below
      ? `above ${showQuantity(below)}`
      : "any quantity";
    return `${bound} at ${cost(tier)}`;
  }).join(", ");
}

function percentageWords(price: Extract<PriceTerms, { model: "percentage" }>, show: Show): string {
  const { field, percent, perEvent, freeEvents, freeAmount, minPerEvent, maxPerEvent } = price;
  return [
    `${showPercent(percent)} of ${field}`,
    perEvent && `${show(perEvent)} for each event`,
    freeEvents && `the first ${showQuantity(freeEvents)} events without that fee`,
    freeAmount && `the first ${show(freeAmount)} free of the percentage`,
    minPerEvent && `at least ${show(minPerEvent)} an event`,
    maxPerEvent && `at most ${show(maxPerEvent)} an event`,
  ].filter(Boolean).join(", ");
}

function passThroughWords(price: Extract<PriceTerms, { model: "pass_through" }>, show: Show): string {
  const { field, markupPercent, markupPerEvent } = price;
  return [
    `what each event cost (${field})`,
    markupPercent && `${showPercent(markupPercent)} on top`,
    markupPerEvent && `${show(markupPerEvent)} for each event on top`,
  ].filter(Boolean).join(", ");
}
