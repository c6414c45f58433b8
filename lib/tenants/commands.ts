/** What a tenant's administrator sets up once: the billing entities that issue its invoices. */
import { insertBillingEntity } from "../../db/queries/billing_entity.ts";
import { defineCommand } from "../core/command.ts";
import { isCurrencyCode } from "../core/currency.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { readCountry, readOptionalText, readText } from "../core/input.ts";
import { isTimeZone } from "../core/period.ts";
import { openAccounts } from "../ledger/steps.ts";

export interface BillingEntityInput {
  name: string;
  addressLines: readonly string[];
  /** Two letters. */
  country: string;
  currency: string;
  /** IANA name: `Europe/London`. */
  zone: string;
  /** BCP 47 tag; `en-GB` if left out. */
  language?: string;
  rounding?: "half_up" | "half_even";
  /** Stands before the numbers of its documents: 1 to 12 capital letters and digits. */
  numberPrefix: string;
  taxRegistration?: string | null;
}

/** Sets up a billing entity with its chart of accounts. */
export const createBillingEntity = defineCommand<BillingEntityInput, { billingEntityId: string }>({
  name: "billing_entity.create",
  capability: "entities.write",
  subject: (_input, { billingEntityId }) => ({ type: "billing_entity", id: billingEntityId }),
  async run({ db }, input) {
    const { currency, zone } = input;
    if (!isCurrencyCode(currency)) {
      refuseField("currency", currency, "Use the three letters of a currency in use.", "GBP");
    }
    if (!isTimeZone(zone)) refuseField("zone", zone, "Use the name of a time zone.", "Europe/London");
    const numberPrefix = input.numberPrefix.trim();
    if (!/^[A-Z0-9]{1,12}$/.test(numberPrefix)) {
      refuseField("numberPrefix", input.numberPrefix, "Use 1 to 12 capital letters and digits.", "INV");
    }
    const billingEntityId = await insertBillingEntity(db, {
      name: readText("name", input.name, "Calder Fleet Services Ltd"),
      addressLines: input.addressLines.map((line) => line.trim()).filter((line) => line !== ""),
      country: readCountry("country", input.country),
      currency,
      zone,
      language: input.language ?? "en-GB",
      rounding: input.rounding ?? "half_up",
      numberPrefix,
      taxRegistration: readOptionalText("taxRegistration", input.taxRegistration, "GB 123 4567 89"),
    });
    if (billingEntityId === undefined) {
      const rule = `Another billing entity numbers with ${numberPrefix}. Choose another prefix.`;
      throw milepostError("AlreadyExists", {
        message: rule,
        fields: [{ field: "numberPrefix", value: numberPrefix, rule }],
      });
    }
    await openAccounts(db, billingEntityId);
    return { billingEntityId };
  },
});
