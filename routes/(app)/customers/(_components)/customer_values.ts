/** A customer as the values of its form, and a sent form as the input of its command. */
import type { Option } from "../../../../components/ui/choice.tsx";
import { COUNTRY_CODES, countryName } from "../../../../lib/core/country.ts";
import type { CustomerInput } from "../../../../lib/customers/commands.ts";
import type { Customer } from "../../../../lib/customers/views.ts";
import { wholeNumberOf } from "../../(_components)/sent_form.ts";
import type { CustomerFormValues } from "./customer_form.tsx";

export const newCustomerValues: CustomerFormValues = {
  name: "",
  reference: "",
  email: "",
  invoiceDelivery: "email",
  addressLines: "",
  country: "",
  language: "",
  paymentTermsDays: "30",
};

export function customerValuesOf(customer: Customer): CustomerFormValues {
  return {
    name: customer.name,
    reference: customer.reference,
    email: customer.email ?? "",
    invoiceDelivery: customer.invoiceDelivery,
    addressLines: customer.addressLines.join("\n"),
    country: customer.country ?? "",
    language: customer.language ?? "",
    paymentTermsDays: String(customer.paymentTermsDays),
  };
}

export function readCustomerValues(field: (name: string) => string): CustomerFormValues {
  return {
    name: field("name"),
    reference: field("reference"),
    email: field("email"),
    invoiceDelivery: field("invoiceDelivery"),
    addressLines: field("addressLines").replaceAll("\r\n", "\n"),
    country: field("country"),
    language: field("language"),
    paymentTermsDays: field("paymentTermsDays"),
  };
}

export function customerInputOf(values: CustomerFormValues): CustomerInput {
  return {
    ...values,
    addressLines: values.addressLines.split("\n"),
    paymentTermsDays: wholeNumberOf(values.paymentTermsDays),
  };
}

/** Every country by name, after none. */
export const customerCountries: Option[] = [
  { value: "", label: "No country" },
  ...countryOptions(),
];

function countryOptions(): Option[] {
  return COUNTRY_CODES.map((value) => ({ value, label: countryName(value) }))
    .sort((one, other) => one.label.localeCompare(other.label, "en-GB"));
}
