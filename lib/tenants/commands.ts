/** What a tenant's administrator sets up once: the billing entities that issue its invoices. */
import {
  type EntityUse,
  findEntityUse,
  insertBillingEntity,
  lockBillingEntity,
  type NewBillingEntity,
  setBillingEntity,
} from "../../db/queries/billing_entity.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { defineCommand } from "../core/command.ts";
import { isCurrencyCode } from "../core/currency.ts";
import { type FieldProblem, milepostError, refuseField } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import { readAll, readCountry, readLines, readText } from "../core/input.ts";
import { documentTypes, standardNumberFormat } from "../core/number_format.ts";
import { isTimeZone } from "../core/period.ts";
import { openAccounts } from "../ledger/steps.ts";
import { requireFreePrefix } from "./number_formats.ts";

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

/** Sets up a billing entity with its chart of accounts. */
export const createBillingEntity = defineCommand<BillingEntityInput, { billingEntityId: string }>({
  name: "billing_entity.create",
  capability: "entities.write",
  subject: (_input, { billingEntityId }) => ({ type: "billing_entity", id: billingEntityId }),
  async run({ db }, input) {
    const entity = readBillingEntity(input);
    await requireFreePrefixes(db, null, entity.numberPrefix);
    const billingEntityId = await insertBillingEntity(db, entity);
    await openAccounts(db, billingEntityId);
    return { billingEntityId };
  },
});

export interface BillingEntityChange extends BillingEntityInput {
  billingEntityId: string;
  /** Of the entity as it was read, so that a change made meanwhile is not lost. */
  rowVersion: string;
}

/**
 * Invoices that are issued keep what they were issued with. Once there is one, or a draft of one, the currency, the zone and
 * the number prefix stay: its numbers, days and sums rest on them. Throws `NotFound`, `Conflict` when someone changed the
 * entity meanwhile, `AlreadyExists` for a prefix in use, `InvalidInput`.
 */
export const updateBillingEntity = defineCommand<BillingEntityChange, { billingEntityId: string }>({
  name: "billing_entity.update",
  capability: "entities.write",
  subject: ({ billingEntityId }) => ({ type: "billing_entity", id: billingEntityId }),
  async run({ db }, input) {
    const { billingEntityId, rowVersion } = input;
    const current = isId(billingEntityId) ? await lockBillingEntity(db, billingEntityId) : undefined;
    if (!current) {
      throw milepostError("NotFound", {
        message: "There is no such billing entity. Find it in the list of them.",
        fields: [{ field: "billingEntityId", value: billingEntityId }],
      });
    }
    if (current.rowVersion !== rowVersion) {
      throw milepostError("Conflict", {
        message: "Someone changed this billing entity meanwhile. Compare the new values with yours, " +
          "then save again.",
      });
    }
    const entity = readBillingEntity(input);
    requireSameTerms(current, entity, await findEntityUse(db, billingEntityId));
    if (entity.numberPrefix !== current.numberPrefix) {
      await requireFreePrefixes(db, billingEntityId, entity.numberPrefix);
    }
    await setBillingEntity(db, billingEntityId, entity);
    return { billingEntityId };
  },
});

type Terms = Pick<NewBillingEntity, "currency" | "zone" | "numberPrefix">;

/** Each of the terms in the words of a sentence. */
const termNames: Record<keyof Terms, string> = {
  currency: "currency",
  zone: "time zone",
  numberPrefix: "short code",
};

/** Refuses a change of what invoices, or the plans of contracts, rest on. */
function requireSameTerms(current: Terms, wanted: Terms, { hasInvoices, hasContracts }: EntityUse): void {
  const fields = (Object.keys(termNames) as (keyof Terms)[])
    .filter((field) => wanted[field] !== current[field])
    .filter((field) => hasInvoices || (hasContracts && field === "currency"))
    .map((field): FieldProblem => ({
      field,
      value: wanted[field],
      rule: `The ${termNames[field]} stays ${current[field]}, because this entity has ` +
        `${hasInvoices ? "invoices" : "contracts"}. Add another billing entity for ${wanted[field]}.`,
    }));
  if (fields.length === 0) return;
  throw milepostError("InvalidInput", { message: fields.map(({ rule }) => rule).join(" "), fields });
}

const languageExample = "en-GB";

function readBillingEntity(input: BillingEntityInput): NewBillingEntity {
  return readAll<NewBillingEntity>({
    name: () => readText("name", input.name, "Calder Fleet Services Ltd"),
    addressLines: () =>
      readLines("addressLines", input.addressLines, "Unit 4, Saltworks Road", { most: 6, longest: 100 }),
    country: () => readCountry("country", input.country),
    currency: () => readCurrency(input.currency),
    zone: () => readZone(input.zone),
    numberPrefix: () => readPrefix(input.numberPrefix),
    language: () => readLanguage(input.language ?? languageExample),
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

function readLanguage(value: string): string {
  try {
    const [tag] = Intl.getCanonicalLocales(value.trim());
    if (tag !== undefined) return tag;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return refuseField("language", value, "Use the tag of a language, with its country.", languageExample);
}

function readRounding(value: string): NewBillingEntity["rounding"] {
  if (value === "half_up" || value === "half_even") return value;
  return refuseField("rounding", value, "Choose one of the two ways to round.", "half_up");
}

/** The prefix stands before invoices and, made longer, before credit notes: neither may number anything else. */
async function requireFreePrefixes(db: TenantDb, billingEntityId: string | null, numberPrefix: string) {
  for (const documentType of documentTypes) {
    const { prefix } = standardNumberFormat(numberPrefix, documentType);
    await requireFreePrefix(db, { billingEntityId, documentType, prefix }, "numberPrefix");
  }
}
