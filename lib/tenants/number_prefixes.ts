/** Which prefixes number which documents of a tenant: each belongs to one document type of one entity, also once it is given up. */
import { listBillingEntities } from "../../db/queries/billing_entity.ts";
import { listSetPrefixes, lockPrefixes } from "../../db/queries/number_format.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { milepostError } from "../core/errors.ts";
import { type DocumentType, documentTypes, standardNumberFormat } from "../core/number_format.ts";

/** A prefix for documents, and the field that asks for it. */
export interface WantedPrefix {
  documentType: DocumentType;
  prefix: string;
  field: string;
}

/** What an entity's short code says for all its documents, and keeps for it whatever is set for them. */
export function standardPrefixes(numberPrefix: string): WantedPrefix[] {
  return documentTypes.map((documentType) => ({
    documentType,
    prefix: standardNumberFormat(numberPrefix, documentType).prefix,
    field: "numberPrefix",
  }));
}

interface Owner {
  /** The id of the entity, or whatever tells a new one from the others. */
  owner: string;
  name: string;
}

type Uses = Map<string, Owner & { documentType: DocumentType }>;

/** The prefixes in use, with those that are taken since. */
export class PrefixesInUse {
  readonly #uses: Uses;

  constructor(uses: Uses) {
    this.#uses = new Map(uses);
  }

  /**
   * Takes all of them, or none. Throws `AlreadyExists`, with the field, where one numbers or has numbered other documents: two
   * of them would get the same number.
   */
  take({ owner, name }: Owner, wanted: readonly WantedPrefix[]): void {
    const taken: Uses = new Map();
    for (const { documentType, prefix, field } of wanted) {
      const other = taken.get(prefix) ?? this.#uses.get(prefix);
      if (other && (other.owner !== owner || other.documentType !== documentType)) {
        const documents = other.documentType === "invoice" ? "invoices" : "credit notes";
        const rule = `${prefix} is for the ${documents} of ${other.name}. Choose another prefix.`;
        throw milepostError("AlreadyExists", { message: rule, fields: [{ field, value: prefix, rule }] });
      }
      taken.set(prefix, { owner, name, documentType });
    }
    for (const [prefix, use] of taken) this.#uses.set(prefix, use);
  }
}

/** Until the transaction ends nobody else of the tenant chooses a prefix. */
export async function lockPrefixesInUse(db: TenantDb): Promise<PrefixesInUse> {
  await lockPrefixes(db);
  const [entities, set] = await Promise.all([listBillingEntities(db), listSetPrefixes(db)]);
  const uses: Uses = new Map();
  for (const { id: owner, name, numberPrefix } of entities) {
    for (const { documentType, prefix } of standardPrefixes(numberPrefix)) {
      uses.set(prefix, { owner, name, documentType });
    }
    for (const { documentType, prefix } of set.filter(({ billingEntityId }) => billingEntityId === owner)) {
      uses.set(prefix, { owner, name, documentType });
    }
  }
  return new PrefixesInUse(uses);
}
