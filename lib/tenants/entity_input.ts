/** What a billing entity may be: the same for its form and for a row of a file. */
import type { NewBillingEntity } from "../../db/queries/billing_entity.ts";
import { isCurrencyCode } from "../core/currency.ts";
import { refuseField } from "../core/errors.ts";
import { readAll, readCountry, readLines, readText } from "../core/input.ts";
import { readLanguage } from "../core/language.ts";
import { isTimeZone } from "../core/period.ts";

export interface BillingEntityInput {
  name: string;
  /** At most 6, without name and country. */
  addressLines: readonly string[];
  /** Two letters. */
  country: string;
  currency: string;
  /** IANA name: `Europe/London`. */
  zone: string;
  /** BCP 47 tag; `en-GB` if left out. */
  language?: string;
  /** `half_up` or `half_even`; `half_up` if left out. */
  rounding?: string;
  /** Stands before the numbers of its documents: 1 to 12 capital letters and digits. */
  numberPrefix: string;
}

/** Throws `InvalidInput` with every field that is not allowed. */
export function readBillingEntity(input: BillingEntityInput): NewBillingEntity {
  return readAll<NewBillingEntity>({
    name: () => readText("name", input.name, "Calder Fleet Services Ltd"),
    addressLines: () =>
      readLines("addressLines", input.addressLines, "Unit 4, Saltworks Road", { most: 6, longest: 100 }),
    country: () => readCountry("country", input.country),
    currency: () => readCurrency(input.currency),
    zone: () => readZone(input.zone),
    numberPrefix: () => readPrefix(input.numberPrefix),
    language: () => readLanguage("language", input.language ?? "en-GB"),
    rounding: () => readRounding(input.rounding ?? "half_up"),
  });
}

function readCurrency(value: string): string {
  const code = value.trim().toUpperCase();
  if (isCurrencyCode(code)) return code;
  return refuseField("currency", value, "Use the three letters of a currency in use.", "GBP");
}

function readZone(value: string): string {
  const zone = value.trim();
  if (isTimeZone(zone)) return zone;
  return refuseField("zone", value, "Use the name of a time zone: region, slash, city.", "Europe/London");
}

function readPrefix(value: string): string {
  const prefix = value.trim();
  if (/^[A-Z0-9]{1,12}$/.test(prefix)) return prefix;
  return refuseField("numberPrefix", value, "Use 1 to 12 capital letters and digits.", "INV");
}

function readRounding(value: string): NewBillingEntity["rounding"] {
  if (value === "half_up" || value === "half_even") return value;
  return refuseField("rounding", value, "Choose one of the two ways to round.", "half_up");
}
