/** How the charges of an invoice should be taxed, worked out a second time from what was known when it was drafted. */
import type { AuditedFacts, AuditedTaxFacts } from "../../../db/queries/audit_facts.ts";
import type { AgreedCharge } from "./agreed.ts";
import { OracleCannotTell } from "./oracle/facts.ts";
import { plus, read, whole } from "./oracle/fraction.ts";

interface Tax {
  category: string;
  percent: string;
  /** What else tells days apart: where it is taxed and why. */
  note: string;
}

const union = new Set(
  ("AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE").split(" "),
);
/** Sellers whose bills are taxed by the day of the draft, and those taxed day by day; all others by the last day. */
const byDraft = ["GB", "AU", "CA", "NZ", "SG"];
const byDay = ["CH", "NO"];

/** The charges with category and percentage in the place of what they supply, parted where the tax changes between their days. */
export function withTaxes(invoice: AuditedFacts, charges: readonly AgreedCharge[]): AgreedCharge[] {
  return charges.flatMap((charge) => charge.taxSupply === null ? [charge] : taxed(invoice, charge));
}

function taxed(invoice: AuditedFacts, charge: AgreedCharge): AgreedCharge[] {
  const { taxFacts: facts } = invoice;
  if (facts === null) throw new OracleCannotTell(`Nothing is kept of how ${charge.name} is taxed.`);
  const at = (day: string) => taxOf(charge.taxSupply!, facts, day);
  const home = facts.seller.country;
  const days = byDraft.includes(home) ? [] : daysOf(invoice, charge);
  const last = days.at(-1);
  if (last === undefined) return [{ ...charge, ...rateOnly(at(facts.draftedOn)) }];
  if (!byDay.includes(home) || !comesInParts(invoice, charge)) {
    return [{ ...charge, ...rateOnly(at(last.toString())) }];
  }
  const parts: { tax: Tax; days: Temporal.PlainDate[] }[] = [];
  for (const day of days) {
    const tax = at(day.toString());
    const part = parts.at(-1);
    if (part && JSON.stringify(part.tax) === JSON.stringify(tax)) part.days.push(day);
    else parts.push({ tax, days: [day] });
  }
  if (parts.length === 1) return [{ ...charge, ...rateOnly(parts[0].tax) }];
  return parts.map(({ tax, days }, place) => ({
    ...charge,
    ...rateOnly(tax),
    name: place === 0 ? charge.name : `${charge.name} (part ${place + 1})`,
    during: days.map((day) => ({ from: day, to: day.add({ days: 1 }) })),
  }));
}

function rateOnly({ category, percent }: Tax): { taxCategory: string; taxPercent: string } {
  return { taxCategory: category, taxPercent: percent };
}

/** Those of its period on which it is in force; of what falls due once that day, if it lies there. */
function daysOf({ priceCase }: AuditedFacts, charge: AgreedCharge): Temporal.PlainDate[] {
  const start = charge.period?.start ?? Temporal.PlainDate.from(priceCase.period.start);
  const end = charge.period?.end ?? Temporal.PlainDate.from(priceCase.period.end);
  const all: Temporal.PlainDate[] = [];
  for (let day = start; !day.equals(end); day = day.add({ days: 1 })) all.push(day);
  const on = priceCase.charges.find(({ id }) => id === charge.name)?.on;
  const due = all.filter((day) => day.toString() === on);
  if (due.length > 0) return due;
  if (charge.during === undefined) return all;
  return all.filter((day) =>
    charge.during!.some(({ from, to }) => !isBefore(day, from) && isBefore(day, to))
  );
}

function isBefore(day: Temporal.PlainDate, other: Temporal.PlainDate): boolean {
  return Temporal.PlainDate.compare(day, other) < 0;
}

/** Whether the prices of its parts come to that of the whole. */
function comesInParts({ terms }: AuditedFacts, charge: AgreedCharge): boolean {
  const model = String(charge.price.model);
  if (charge.kind === "one_time") return false;
  if (charge.kind === "recurring") return charge.proration !== "none" && /^(flat|per_unit)$/.test(model);
  const free = terms.some(({ kind, charges }) =>
    kind === "free_units" && charges!.includes(charge.reference)
  );
  return !free && /^(sum|count)$/.test(charge.meter!.aggregate) &&
    /^(per_unit|pass_through|time_of_use|indexed|best_rate)$/.test(model);
}

/** The tax of a supply on a day. Throws `OracleCannotTell` for what should not have been billed. */
function taxOf(supply: string, facts: AuditedTaxFacts, day: string): Tax {
  const home = facts.seller.country;
  const inUnion = union.has(home);
  const isValueAdded = inUnion || ["GB", "CH", "NO"].includes(home);
  if (supply === "disbursement") return free(isValueAdded ? "O" : "E", "");
  const { country, region } = placeOf(supply, facts, day);
  if (country === home || !isValueAdded) return charged(facts, country, region, day);
  const buysThere = isBusiness(facts);
  const isUnionTrade = inUnion && union.has(country);
  if (supply === "goods") {
    if (!isUnionTrade) return free("G", "");
    const { vatIdCountry } = facts.buyer;
    const isAcquirer = buysThere && vatIdCountry !== null && vatIdCountry !== home;
    return isAcquirer ? free("K", "") : charged(facts, country, region, day);
  }
  const isGeneral = supply === "service" || hireDays(facts) > 30;
  if (!buysThere || !isGeneral) return charged(facts, country, region, day);
  return isUnionTrade ? free("AE", country) : free("O", "");
}

function free(category: string, note: string): Tax {
  return { category, percent: "0", note };
}

function placeOf(
  supply: string,
  facts: AuditedTaxFacts,
  day: string,
): { country: string; region: string | null } {
  const home = { country: facts.seller.country, region: null };
  const customer = { country: facts.buyer.country ?? home.country, region: null };
  let handedOver: { country: string; region: string | null } = home;
  for (const { from, country, region } of facts.places) if (from <= day) handedOver = { country, region };
  if (home.country === "US" || supply === "goods") return handedOver;
  if (supply === "vehicle_hire") return hireDays(facts) > 30 ? customer : handedOver;
  return isBusiness(facts) ? customer : home;
}

function hireDays({ hire: { from, to } }: AuditedTaxFacts): number {
  return to === null ? Infinity : Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to)).days;
}

/** Across borders within the Union a business is who has a number of its own state that holds. */
function isBusiness({ seller, buyer }: AuditedTaxFacts): boolean {
  const isAbroad = buyer.country !== null && buyer.country !== seller.country && union.has(buyer.country);
  return buyer.isBusiness &&
    (!isAbroad || (buyer.vatIdCountry === buyer.country && buyer.vatIdStatus !== "invalid"));
}

function charged(facts: AuditedTaxFacts, country: string, region: string | null, day: string): Tax {
  const holds = (span: { from: string; to: string | null }) =>
    span.from <= day && (span.to === null || span.to > day);
  const held = facts.seller.registrations.filter(holds);
  const here = held.some((one) => one.country === country && !["oss", "other"].includes(one.kind));
  const byShop = country !== facts.seller.country && union.has(country) && !isBusiness(facts) &&
    held.some(({ kind }) => kind === "oss");
  if (!here && !byShop) throw new OracleCannotTell(`There is no registration for ${country} on ${day}.`);
  const exempt = facts.buyer.certificates.find((one) => one.country === country && holds(one));
  if (exempt) return free("E", `${country} ${exempt.reasonCode}`);
  const special = country === "ES" ? { CN: "L", CE: "M", ML: "M" }[region ?? ""] : undefined;
  return { category: special ?? "S", percent: percentAt(facts, country, region, day), note: country };
}

/** The rate that began last; in the United States those of the state and of its parts together. */
function percentAt({ rates }: AuditedTaxFacts, country: string, region: string | null, day: string): string {
  const parts = region?.split("/") ?? [];
  const areas = country === "US" ? parts.map((_, index) => parts.slice(0, index + 1).join("/")) : [region];
  const found = areas.map((area) => {
    const begun = rates.filter((rate) =>
      rate.country === country && rate.region === area && rate.from <= day
    );
    return begun.sort((left, right) => left.from.localeCompare(right.from)).at(-1)?.percent;
  });
  if (found[0] === undefined) throw new OracleCannotTell(`There is no rate for ${country} on ${day}.`);
  if (found.length === 1) return found[0];
  const { top, bottom } = found.map((percent) => read(percent ?? "0")).reduce(plus, whole(0));
  return decimalOf(top, bottom);
}

/** Sums of decimals have an end. */
function decimalOf(top: bigint, bottom: bigint): string {
  const scale = 10n ** 12n;
  const digits = `${top * scale / bottom}`.padStart(13, "0");
  return `${digits.slice(0, -12)}.${digits.slice(-12)}`.replace(/\.?0+$/, "");
}
