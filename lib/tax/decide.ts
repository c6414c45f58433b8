/**
 * The tax of one supply on one day: where it is supplied, who owes the tax there, and so category, rate and reason. What is
 * not certain is refused, never guessed.
 *
 * Directive 2006/112/EC: art. 44 and 45 (services), 56 (hire of means of transport), 79(c) (disbursements), 138 and 146
 * (goods that leave), 196 (reverse charge); Implementing Regulation 282/2011 art. 18 (who is a business) and 40 (30 days).
 * Categories: UNCL 5305 as in EN 16931; reasons: the CEF list VATEX.
 */
import { refuseField } from "../core/errors.ts";
import { isInUnion, profileOf } from "./countries.ts";
import { holdsOn, type TaxFacts, type TaxSupply } from "../core/tax_facts.ts";
import { type Place, rateOf } from "./rate.ts";

export interface TaxDecision {
  /** A code of EN 16931. */
  category: "S" | "Z" | "E" | "AE" | "K" | "G" | "O" | "L" | "M";
  /** A decimal text. */
  percent: string;
  /** Where the supply is taxed; null where it is outside the tax of the seller. */
  country: string | null;
  /** A code of VATEX; null where tax is charged. */
  reasonCode: string | null;
  /** What the paper says beside the words for the code. */
  reason: string | null;
  /** In plain words, one step each. */
  trace: string[];
}

/** A hire of more days is a long one (art. 56(2)). */
const SHORT_HIRE_DAYS_MAX = 30;

/** `date` is the tax point. Throws `InvalidInput` for what Milepost does not know how to tax. */
export function decideTax(supply: TaxSupply, facts: TaxFacts, date: string): TaxDecision {
  if (supply === "disbursement") return disbursement(facts);
  const scheme = profileOf(facts.seller.country).scheme;
  if (scheme === "none") {
    refuseSupply(
      facts.seller.country,
      `Milepost does not know the tax rules of ${facts.seller.country}. Give the charge a fixed tax rate in the plan.`,
    );
  }
  const { place, trace } = placeOf(supply, facts, date);
  if (scheme === "vat") return valueAddedTax(supply, facts, place, date, trace);
  return domesticTax(facts, place, date, trace);
}

/** Where something is supplied, and why. */
function placeOf(supply: TaxSupply, facts: TaxFacts, date: string): { place: Place; trace: string[] } {
  const { seller, buyer } = facts;
  const atSeller = { country: seller.country, region: null };
  const atBuyer = { country: buyer.country ?? seller.country, region: null };
  const given = facts.places.findLast(({ from }) => from <= date);
  const handedOver = given ?? atSeller;
  const here = given === undefined ? ", no other place being given" : "";
  const isAmerican = seller.country === "US";
  if (supply === "goods") {
    return { place: handedOver, trace: [`Goods are taxed where they go: ${nameOf(handedOver)}${here}.`] };
  }
  if (supply === "vehicle_hire" && (isAmerican || !isLong(facts))) {
    const why = isAmerican
      ? "A hire is taxed where the vehicle is"
      : `A hire of up to ${SHORT_HIRE_DAYS_MAX} days is taxed where the vehicle is handed over`;
    return { place: handedOver, trace: [`${why}: ${nameOf(handedOver)}${here}.`] };
  }
  if (isAmerican) {
    return {
      place: handedOver,
      trace: [`A service is taxed where it is received: ${nameOf(handedOver)}${here}.`],
    };
  }
  const what = supply === "vehicle_hire" ? `A hire of more than ${SHORT_HIRE_DAYS_MAX} days` : "A service";
  if (buysAsBusiness(facts)) {
    return {
      place: atBuyer,
      trace: [`${what} to a business is taxed where the business is: ${nameOf(atBuyer)}.`],
    };
  }
  const place = supply === "vehicle_hire" ? atBuyer : atSeller;
  const where = supply === "vehicle_hire" ? "where the customer lives" : "where the seller is";
  const unproven = buyer.isBusiness
    ? ["Without a VAT number of its country that holds, a business counts as a private person."]
    : [];
  return { place, trace: [...unproven, `${what} to a private person is taxed ${where}: ${nameOf(place)}.`] };
}

/** Whether the days of the contract are more than those of a short hire; one without an end is long. */
function isLong({ hire: { from, to } }: TaxFacts): boolean {
  if (to === null) return true;
  return Temporal.PlainDate.from(from).until(to).days > SHORT_HIRE_DAYS_MAX;
}

/** In another state of the Union only a VAT number shows a business, one that the tax office did not deny. */
function buysAsBusiness({ seller, buyer }: TaxFacts): boolean {
  if (!isInUnion(buyer.country) || buyer.country === seller.country) return buyer.isBusiness;
  return buyer.isBusiness && buyer.vatIdCountry === buyer.country && buyer.vatIdStatus !== "invalid";
}

function valueAddedTax(
  supply: TaxSupply,
  facts: TaxFacts,
  place: Place,
  date: string,
  trace: string[],
): TaxDecision {
  const { seller, buyer } = facts;
  const outside = { percent: "0", country: null, reason: null };
  if (place.country === seller.country) return chargedAt(place, facts, date, trace);
  const isAbroadForUnion = isInUnion(seller.country) && isInUnion(place.country);
  if (supply === "goods") {
    if (!isAbroadForUnion) {
      return {
        ...outside,
        category: "G",
        reasonCode: "VATEX-EU-G",
        trace: [...trace, "Goods that leave are free of tax."],
      };
    }
    if (buysAsBusiness(facts) && buyer.vatIdCountry !== null && buyer.vatIdCountry !== seller.country) {
      return {
        ...outside,
        category: "K",
        reasonCode: "VATEX-EU-IC",
        trace: [
          ...trace,
          "A business of another state buys them: free of tax here, taxed there by the buyer.",
          ...statusOf(facts),
        ],
      };
    }
    return chargedAt(place, facts, date, trace);
  }
  const isAtBusiness = buysAsBusiness(facts) && (supply === "service" || isLong(facts));
  if (isAtBusiness && isAbroadForUnion) {
    return {
      ...outside,
      category: "AE",
      country: place.country,
      reasonCode: "VATEX-EU-AE",
      trace: [...trace, "The business owes the tax there: reverse charge.", ...statusOf(facts)],
    };
  }
  if (isAtBusiness) {
    return {
      ...outside,
      category: "O",
      reasonCode: "VATEX-EU-O",
      trace: [...trace, `That is outside the tax of ${seller.country}.`],
    };
  }
  return chargedAt(place, facts, date, trace);
}

function statusOf({ buyer: { vatIdStatus } }: TaxFacts): string[] {
  return vatIdStatus === "valid"
    ? ["The tax office confirmed the VAT number."]
    : ["The VAT number has the right form; the tax office has not confirmed it yet."];
}

/** Taxes on goods and services and on sales: only what is supplied at home is certain. */
function domesticTax(facts: TaxFacts, place: Place, date: string, trace: string[]): TaxDecision {
  if (place.country === facts.seller.country) return chargedAt(place, facts, date, trace);
  const rule =
    `Milepost does not know how ${facts.seller.country} taxes what is supplied in ${place.country}. ` +
    "Give the charge a fixed tax rate in a plan for such customers.";
  return refuseSupply(place.country, rule);
}

/** Tax at the rate of a place, by a registration there or the One Stop Shop, unless a certificate exempts the buyer. */
function chargedAt(place: Place, facts: TaxFacts, date: string, before: string[]): TaxDecision {
  const { seller, buyer } = facts;
  const registered = seller.registrations.filter((each) => holdsOn(each, date));
  const isRegistered = registered.some(({ country, kind }) =>
    country === place.country && kind !== "oss" && kind !== "other"
  );
  const byShop = !isRegistered && place.country !== seller.country && isInUnion(place.country) &&
    !buysAsBusiness(facts) && registered.some(({ kind }) => kind === "oss");
  if (!isRegistered && !byShop) {
    const rule = `The company has no tax registration for ${place.country} on ${date}. ` +
      "Add it on the tax page of the billing entity.";
    refuseSupply(place.country, rule);
  }
  const trace = byShop
    ? [...before, `Declared by the One Stop Shop at the rate of ${place.country}.`]
    : before;
  const certificate = buyer.certificates.find((each) =>
    each.country === place.country && holdsOn(each, date)
  );
  if (certificate) {
    const { reasonCode, reason } = certificate;
    const until = certificate.to === null ? "" : ` until ${certificate.to}`;
    return {
      category: "E",
      percent: "0",
      country: place.country,
      reasonCode,
      reason,
      trace: [...trace, `An exemption certificate of the customer holds from ${certificate.from}${until}.`],
    };
  }
  const percent = rateOf(place, facts.rates, date);
  return {
    category: categoryIn(place),
    percent,
    country: place.country,
    reasonCode: null,
    reason: null,
    trace: [...trace, `The rate of ${nameOf(place)} on ${date} is ${percent}%.`],
  };
}

/** The Canary Islands have IGIC, Ceuta and Melilla IPSI (EN 16931 BR-AF, BR-AG). */
function categoryIn({ country, region }: Place): "S" | "L" | "M" {
  if (country !== "ES") return "S";
  return region === "CN" ? "L" : region === "CE" || region === "ML" ? "M" : "S";
}

function disbursement({ seller }: TaxFacts): TaxDecision {
  const trace = ["Spent in the customer's name and passed on at cost: outside the tax."];
  const common = { percent: "0", country: null, trace };
  if (profileOf(seller.country).outOfScope === "exempt") {
    return { ...common, category: "E", reasonCode: null, reason: "Paid in your name" };
  }
  return { ...common, category: "O", reasonCode: "VATEX-EU-O", reason: null };
}

function nameOf({ country, region }: Place): string {
  return region === null ? country : `${country}, ${region}`;
}

function refuseSupply(country: string, rule: string): never {
  refuseField("taxSupply", country, rule);
}
