/** What is known for tax, as pages show it. */
import {
  type Certificate,
  type CustomerTax,
  findCertificate as findCertificateRow,
  findCustomerTax,
  listCertificates,
  listTaxPlaces,
  type TaxPlace,
} from "../../db/queries/customer_tax.ts";
import {
  type DueVatCheck,
  findLastVatCheck,
  listDueVatChecks,
  listVatNumbersOn,
  type VatCheck,
} from "../../db/queries/vat_check.ts";
import { isInVies, isVatIdFault, readVatId } from "./vat_id.ts";
import { findTaxRate as findRateRow, listTaxRates, type OwnTaxRate } from "../../db/queries/tax_rate.ts";
import { listOwnTaxRates } from "../../db/queries/tax_facts.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { milepostError } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import { noRate } from "./own_rate.ts";
import { ratesOf } from "./rate.ts";
import { BUILT_IN_RATES } from "./standard_rates.ts";

export type { Certificate, OwnTaxRate, TaxPlace, VatCheck };
export { isAhead } from "./own_rate.ts";

export interface ShownCustomerTax extends CustomerTax {
  certificates: Certificate[];
  /** What was last said of the number that the customer has now. */
  lastCheck: VatCheck | undefined;
}

/** A customer of whom nothing was said counts as a private person. */
export async function customerTaxOf(db: TenantDb, customerId: string): Promise<ShownCustomerTax> {
  const [known, certificates] = await Promise.all([
    findCustomerTax(db, customerId),
    listCertificates(db, customerId),
  ]);
  const tax = known ?? { isBusiness: false, vatId: null, vatIdCountry: null };
  const lastCheck = tax.vatId === null ? undefined : await findLastVatCheck(db, customerId, tax.vatId);
  return { ...tax, certificates, lastCheck };
}

/** So many numbers are asked about at a time, one after the other, so that one business does not hold VIES up. */
const checksAtATime = 100;

/** The numbers of customers that are to be asked about now, those that wait longest first. */
export async function dueVatChecks(db: TenantDb, now: Temporal.Instant): Promise<DueVatCheck[]> {
  return await listDueVatChecks(db, now, checksAtATime);
}

/** The number by which the business asks: the first of its own that VIES knows the form of; null without one. */
export async function vatCheckAsker(db: TenantDb, now: Temporal.Instant): Promise<string | null> {
  const numbers = await listVatNumbersOn(db, now.toZonedDateTimeISO("UTC").toPlainDate());
  for (const { country, number } of numbers) {
    const read = readVatId(number, country);
    if (!isVatIdFault(read) && isInVies(read)) return read.number;
  }
  return null;
}

/** Throws `NotFound`, also for one of another customer. */
export async function findCertificate(db: TenantDb, customerId: string, id: string): Promise<Certificate> {
  const found = isId(id) ? await findCertificateRow(db, id) : undefined;
  if (found?.customerId === customerId) return found;
  throw milepostError("NotFound", {
    message: "There is no such certificate. Find it on the tax page of its customer.",
    fields: [{ field: "certificateId", value: id }],
  });
}

/** Where the vehicles of a contract are handed over, by day. */
export async function taxPlacesOf(db: TenantDb, contractId: string): Promise<TaxPlace[]> {
  return await listTaxPlaces(db, contractId);
}

/** A business' own rates, by place, the newest first. */
export async function ownTaxRates(db: TenantDb): Promise<OwnTaxRate[]> {
  return await listTaxRates(db);
}

/** Throws `NotFound`. */
export async function findTaxRate(db: TenantDb, id: string): Promise<OwnTaxRate> {
  const found = isId(id) ? await findRateRow(db, id) : undefined;
  if (!found) throw noRate(id);
  return found;
}

/** A rate as it is shown: `percents` are several where a country has several reduced rates. */
export interface ShownRate {
  country: string;
  region: string | null;
  rateClass: "standard" | "reduced";
  percents: readonly string[];
  from: Temporal.PlainDate;
  /** The first day of the one that follows; null where none is known. */
  until: Temporal.PlainDate | null;
}

/** What holds in some countries on a day or begins after it, by place. */
export async function ratesInForce(
  db: TenantDb,
  countries: readonly string[],
  today: Temporal.PlainDate,
): Promise<ShownRate[]> {
  const standard = ratesOf(countries, await listOwnTaxRates(db)).map(({ from, percent, ...place }) => ({
    ...place,
    rateClass: "standard" as const,
    percents: [percent],
    from: Temporal.PlainDate.from(from),
  }));
  const reduced = BUILT_IN_RATES.filter(({ country, rateClass }) =>
    rateClass === "reduced" && countries.includes(country)
  ).map((rate) => ({ ...rate, region: null }));
  const places = Map.groupBy(
    [...standard, ...reduced],
    ({ country, region, rateClass }) => `${country} ${region ?? ""} ${rateClass === "standard" ? 0 : 1}`,
  );
  return [...places].sort(([left], [right]) => left < right ? -1 : 1).flatMap(([, rates]) =>
    rates.map((rate, index) => ({ ...rate, until: rates[index + 1]?.from ?? null }))
      .filter(({ until }) => until === null || Temporal.PlainDate.compare(until, today) > 0)
  );
}
