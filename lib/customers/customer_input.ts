/** What a customer may be, whether one form says it or a row of a file. */
import type { NewCustomer } from "../../db/queries/customer.ts";
import type { InvoiceDelivery } from "../../db/schema.ts";
import { refuseField } from "../core/errors.ts";
import { readDocumentLanguage } from "../core/language.ts";
import { readAll, readCountry, readInteger, readLines, readOptionalText, readText } from "../core/input.ts";

export interface CustomerInput {
  /** The tenant's own name for the customer, unique. */
  reference: string;
  name: string;
  email?: string | null;
  /** At most 6, without name and country. */
  addressLines: readonly string[];
  country?: string | null;
  /** BCP 47 tag of a language of documents; that of the billing entity if left out. */
  language?: string | null;
  /** Days from issue to due date, 0 to 365; 30 if left out. */
  paymentTermsDays?: number;
  /** `email` or `by_hand`; `email` if left out, which sends nothing while there is no address. */
  invoiceDelivery?: string;
}

/** Throws `InvalidInput` with everything that is wrong at once. */
export function readCustomer(input: CustomerInput): NewCustomer {
  const { addressLines, country, paymentTermsDays = 30 } = input;
  return readAll<NewCustomer>({
    name: () => readText("name", input.name, "Brightwater Facilities Ltd"),
    reference: () => readText("reference", input.reference, "C-118", 100),
    email: () => readEmail(input.email),
    addressLines: () => readLines("addressLines", addressLines, "18 Canal Wharf", { most: 6, longest: 100 }),
    country: () => country ? readCountry("country", country) : null,
    language: () => readDocumentLanguage("language", input.language ?? ""),
    paymentTermsDays: () => readInteger("paymentTermsDays", paymentTermsDays, 0, 365),
    invoiceDelivery: () => readDelivery(input.invoiceDelivery),
  });
}

function readDelivery(value = ""): InvoiceDelivery {
  const way = value.trim();
  if (way === "") return "email";
  if (way === "email" || way === "by_hand") return way;
  return refuseField("invoiceDelivery", value, "Use email or by_hand.", "email");
}

function readEmail(value: string | null | undefined): string | null {
  const email = readOptionalText("email", value, "accounts@example.com");
  if (email === null || /^[^\s@]+@[^\s@]+$/.test(email)) return email;
  return refuseField("email", email, "Write an e-mail address with one @.", "accounts@example.com");
}
