/** What a tenant's administrator sets up once: the billing entities that issue its invoices. */
import {
  type EntityUse,
  findEntityUse,
  insertBillingEntity,
  lockBillingEntity,
  type NewBillingEntity,
  setBillingEntity,
} from "../../db/queries/billing_entity.ts";
import { defineCommand } from "../core/command.ts";
import { type FieldProblem, milepostError } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import { openAccounts } from "../ledger/steps.ts";
import { type BillingEntityInput, readBillingEntity } from "./entity_input.ts";
import { lockPrefixesInUse, standardPrefixes } from "./number_prefixes.ts";

/** Sets up a billing entity with its chart of accounts. */
export const createBillingEntity = defineCommand<BillingEntityInput, { billingEntityId: string }>({
  name: "billing_entity.create",
  capability: "entities.write",
  subject: (_input, { billingEntityId }) => ({ type: "billing_entity", id: billingEntityId }),
  async run({ db }, input) {
    const entity = readBillingEntity(input);
    const { name, numberPrefix } = entity;
    (await lockPrefixesInUse(db)).take({ owner: "new", name }, standardPrefixes(numberPrefix));
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
      const { name, numberPrefix } = entity;
      (await lockPrefixesInUse(db)).take({ owner: billingEntityId, name }, standardPrefixes(numberPrefix));
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
