/** A billing entity as the values of its form, and a sent form as the input of its command. */
import type { Option } from "../../../../components/ui/choice.tsx";
import { COUNTRY_CODES, countryName } from "../../../../lib/core/country.ts";
import { CURRENCY_CODES, currencyName } from "../../../../lib/core/currency.ts";
import type { BillingEntityInput } from "../../../../lib/tenants/entity_input.ts";
import type { WholeBillingEntity } from "../../../../lib/tenants/views.ts";
import type { EntityFormValues } from "./entity_form.tsx";

const locale = "en-GB";

export const newEntityValues: EntityFormValues = {
  name: "",
  addressLines: "",
  country: "GB",
  currency: "GBP",
  zone: "",
  numberPrefix: "",
  language: locale,
  rounding: "half_up",
};

export function entityValuesOf(entity: WholeBillingEntity): EntityFormValues {
  return {
    name: entity.name,
    addressLines: entity.addressLines.join("\n"),
    country: entity.country,
    currency: entity.currency,
    zone: entity.zone,
    numberPrefix: entity.numberPrefix,
    language: entity.language,
    rounding: entity.rounding,
  };
}

export function readEntityValues(field: (name: string) => string): EntityFormValues {
  return {
    name: field("name"),
    addressLines: field("addressLines").replaceAll("\r\n", "\n"),
    country: field("country"),
    currency: field("currency"),
    zone: field("zone"),
    numberPrefix: field("numberPrefix"),
    language: field("language"),
    rounding: field("rounding"),
  };
}

export function entityInputOf(values: EntityFormValues): BillingEntityInput {
  return { ...values, addressLines: values.addressLines.split("\n") };
}

function byLabel(one: Option, other: Option): number {
  return one.label.localeCompare(other.label, locale);
}

export const entityCountries: Option[] = COUNTRY_CODES
  .map((value) => ({ value, label: countryName(value, locale) })).sort(byLabel);

export const entityCurrencies: Option[] = CURRENCY_CODES
  .map((value) => ({ value, label: `${value}, ${currencyName(value, locale)}` }));

/** "half up". */
export function roundingName(rounding: WholeBillingEntity["rounding"]): string {
  return rounding === "half_up" ? "half up" : "half to even";
}
