/** The mappings that a business can choose: those that come with Milepost, and those that its people made by hand. */
import {
  findOfferedMapping,
  findUsageMapping,
  listOfferedMappings,
  type StoredMapping,
} from "../../db/queries/usage_mapping.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { isMilepostError, milepostError } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import type { MappingTerms } from "../imports/column_choice.ts";
import { columnsOf, listed, missingColumns, type UsageMapping } from "../imports/mapping.ts";
import { type FileLook, lookAtFile } from "../imports/file_look.ts";
import { byHand, refuseMapping, savedMappings } from "../imports/saved_mappings.ts";

/** A mapping, and the row that holds it if it was made by hand. */
export interface ChosenMapping {
  mapping: UsageMapping;
  usageMappingId?: string;
}

/** A mapping that people made, as it can be chosen and changed. */
export interface OwnMapping extends Omit<StoredMapping, "terms" | "name"> {
  name: string;
  terms: MappingTerms;
}

/** What an import says of the mapping that it is read by. */
export interface NamedMapping {
  mapping: string;
  usageMappingId?: string | null;
}

/** The mapping that is offered by a name. Throws `InvalidInput` that lists the names. */
export async function chooseMapping(db: TenantDb, name: string): Promise<ChosenMapping> {
  const known = savedMappings.find((mapping) => mapping.name === name);
  if (known) return { mapping: known };
  const own = await findOfferedMapping(db, name);
  if (own) return { mapping: mappingIn(own), usageMappingId: own.id };
  const names = (await offeredMappings(db)).map(({ mapping }) => mapping.name);
  return refuseMapping(name, names);
}

/** Every mapping that is offered, those of Milepost first. */
export async function offeredMappings(db: TenantDb): Promise<ChosenMapping[]> {
  const own = await listOfferedMappings(db);
  return [
    ...savedMappings.map((mapping) => ({ mapping })),
    ...own.map((stored) => ({ mapping: mappingIn(stored), usageMappingId: stored.id })),
  ];
}

/** The mapping that an import is read by, also where it is no longer offered. */
export async function mappingOf(
  db: TenantDb,
  { mapping, usageMappingId }: NamedMapping,
): Promise<ChosenMapping> {
  if (!usageMappingId) return await chooseMapping(db, mapping);
  const stored = await findUsageMapping(db, usageMappingId);
  if (!stored) throw milepostError("NotFound", { message: "The mapping of this import does not exist." });
  return { mapping: mappingIn(stored), usageMappingId };
}

/** Mappings that people made and that are offered, by name. */
export async function ownMappings(db: TenantDb): Promise<OwnMapping[]> {
  return (await listOfferedMappings(db)).map(ownMapping);
}

/** One of them. Throws `NotFound`, also for one that is no longer offered. */
export async function requireOwnMapping(db: TenantDb, id: string): Promise<OwnMapping> {
  const stored = isId(id) ? await findUsageMapping(db, id) : undefined;
  if (stored && stored.name !== null && stored.retiredAt === null) return ownMapping(stored);
  throw milepostError("NotFound", {
    message: "There is no such mapping, or it was changed or removed since. Find it in the list of mappings.",
  });
}

function ownMapping({ terms, name, ...stored }: StoredMapping): OwnMapping {
  return { ...stored, name: name ?? byHand, terms: terms as MappingTerms };
}

function mappingIn({ name, terms }: StoredMapping): UsageMapping {
  return { name: name ?? byHand, title: name ?? "Mapped by hand", ...terms as MappingTerms };
}

/**
 * Why a file does not fit a mapping, as a sentence; nothing where it does, or where it could not be mapped by hand
 * either: then the import says what is wrong with it.
 */
export function misfitOf(mapping: UsageMapping, first: Uint8Array, isWhole: boolean): string | undefined {
  const { delimiter = "," } = mapping;
  const look = tryLook(first, isWhole, delimiter);
  if (!look) {
    return tryLook(first, isWhole) &&
      `This file does not fit the form ${mapping.name}, whose values are separated by ${
        delimiter === "," ? "commas" : `“${delimiter}”`
      }.`;
  }
  const lacking = lackingColumns(mapping, look);
  if (lacking.length > 0) {
    return `This file does not fit the form ${mapping.name}: it has no column ${listed(lacking, 5)}.`;
  }
  if (mapping.form === undefined || mapping.form === look.form) return undefined;
  return `This file does not fit the form ${mapping.name}, which reads ${
    mapping.form === "csv" ? "CSV" : "lines of JSON"
  }.`;
}

/** Lines of JSON may leave any field out, but none names no one, and none has no time. */
function lackingColumns(mapping: UsageMapping, { form, columns }: FileLook): string[] {
  const missing = missingColumns(mapping, columns);
  if (form === "csv" || missing.length === columnsOf(mapping).length) return missing;
  const { column } = "contract" in mapping.subject ? mapping.subject.contract : mapping.subject.vehicle;
  return missing.filter((name) => name === mapping.at.column || name === column);
}

function tryLook(first: Uint8Array, isWhole: boolean, delimiter?: string): FileLook | undefined {
  try {
    return lookAtFile(first, isWhole, delimiter);
  } catch (error) {
    if (isMilepostError(error, "InvalidFile")) return undefined;
    throw error;
  }
}
