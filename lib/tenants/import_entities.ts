/** Billing entities from a file: the columns that the export writes, and the command that takes their rows. */
import {
  insertBillingEntities,
  listEntitiesByPrefix,
  listEntitiesWithPrefixes,
  type NewBillingEntity,
  type WholeBillingEntity,
} from "../../db/queries/billing_entity.ts";
import { listNumberFormats, setNumberFormat } from "../../db/queries/number_format.ts";
import { insertTaxRegistrations, listTaxRegistrations } from "../../db/queries/tax_registration.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { defineCommand } from "../core/command.ts";
import { readAll } from "../core/input.ts";
import { documentTypes, type NumberFormat, standardNumberFormat } from "../core/number_format.ts";
import type { RecordKind } from "../imports/import_records.ts";
import {
  describeBatch,
  inOrder,
  type RecordBatch,
  type RecordBatchResult,
  type RecordRules,
  requireWritten,
  takeRecords,
} from "../imports/record_batch.ts";
import type { RecordColumn, RecordRow } from "../imports/record_file.ts";
import { openAccounts } from "../ledger/steps.ts";
import { readBillingEntity } from "./entity_input.ts";
import { readNumberPattern, writeNumberPattern } from "./number_pattern.ts";
import { lockPrefixesInUse, type PrefixesInUse, standardPrefixes } from "./number_prefixes.ts";
import {
  readRegistrationLines,
  registrationLineExample,
  type RegistrationValues,
  writeRegistrationLines,
} from "./registration_lines.ts";

/** An entity as a file says it. */
export interface EntityRecord extends NewBillingEntity {
  /** Its short code. */
  reference: string;
  registrations: readonly RegistrationValues[];
  /** How series are written that have not begun. */
  formats: { invoice: NumberFormat; credit_note: NumberFormat };
}

export const entityColumns: readonly RecordColumn<EntityRecord>[] = [
  {
    name: "short_code",
    about: "short code",
    help: "1 to 12 capital letters and digits. Files of contracts name it.",
    example: "CFS",
    required: true,
    value: ({ reference }) => reference,
  },
  {
    name: "name",
    about: "name",
    help: "As it stands on its invoices.",
    example: "Calder Fleet Services Ltd",
    required: true,
    value: ({ name }) => name,
  },
  {
    name: "address",
    about: "address",
    help: "Up to 6 lines in one cell.",
    example: "Unit 4, Saltworks Road",
    value: ({ addressLines }) => addressLines.join("\n"),
  },
  {
    name: "country",
    about: "country",
    help: "Two letters.",
    example: "GB",
    required: true,
    value: ({ country }) => country,
  },
  {
    name: "currency",
    about: "currency",
    help: "Three letters. All its invoices are in it.",
    example: "GBP",
    required: true,
    value: ({ currency }) => currency,
  },
  {
    name: "time_zone",
    about: "time zone",
    help: "Its days begin at midnight there.",
    example: "Europe/London",
    required: true,
    value: ({ zone }) => zone,
  },
  {
    name: "language",
    about: "language",
    help: "Language and country; en-GB if empty.",
    example: "en-GB",
    value: ({ language }) => language,
  },
  {
    name: "rounding",
    about: "rounding",
    help: "half_up or half_even; half_up if empty.",
    example: "half_up",
    value: ({ rounding }) => rounding,
  },
  {
    name: "tax_registrations",
    about: "tax registrations",
    help:
      "One on each line of the cell: country, kind, number, first day, and first day without it if there is one.",
    example: registrationLineExample,
    value: ({ registrations }) => writeRegistrationLines(registrations),
  },
  {
    name: "invoice_numbers",
    about: "form of invoice numbers",
    help: "Prefix, year and zeros for the number; by the short code if empty.",
    example: "CFS-YYYY-0000",
    value: ({ formats }) => writeNumberPattern(formats.invoice),
  },
  {
    name: "credit_note_numbers",
    about: "form of credit note numbers",
    help: "As for invoices, with a prefix of its own.",
    example: "CFS-CN-YYYY-0000",
    value: ({ formats }) => writeNumberPattern(formats.credit_note),
  },
];

/** By the fields of the rules, where the column has another name. */
const columnOf = {
  numberPrefix: "short_code",
  addressLines: "address",
  zone: "time_zone",
  invoice: "invoice_numbers",
  credit_note: "credit_note_numbers",
};

function readRow(values: RecordRow["values"]): EntityRecord {
  const text = (column: string) => values[column]?.trim() ?? "";
  const formatOf = (documentType: "invoice" | "credit_note") => {
    const pattern = text(columnOf[documentType]);
    if (pattern !== "") return readNumberPattern(documentType, pattern);
    return standardNumberFormat(text("short_code"), documentType);
  };
  const { entity, registrations, ...formats } = readAll({
    entity: () =>
      readBillingEntity({
        name: values.name,
        addressLines: (values.address ?? "").split(/\r?\n/),
        country: values.country,
        currency: values.currency,
        zone: values.time_zone,
        language: text("language") || undefined,
        rounding: text("rounding") || undefined,
        numberPrefix: values.short_code,
      }),
    registrations: () => readRegistrationLines("tax_registrations", values.tax_registrations ?? ""),
    invoice: () => formatOf("invoice"),
    credit_note: () => formatOf("credit_note"),
  });
  return { ...entity, reference: entity.numberPrefix, registrations, formats };
}

/** Lets a new entity have its prefixes, unless they number other documents. */
function admit(prefixes: PrefixesInUse, { reference, name, formats }: EntityRecord): void {
  prefixes.take({ owner: reference, name }, [
    ...standardPrefixes(reference),
    ...documentTypes.map((documentType) => ({
      documentType,
      prefix: formats[documentType].prefix,
      field: documentType,
    })),
  ]);
}

async function recordsOf(db: TenantDb, entities: readonly WholeBillingEntity[]): Promise<EntityRecord[]> {
  const ids = entities.map(({ id }) => id);
  const [registrations, formats] = await Promise.all([
    listTaxRegistrations(db, ids),
    listNumberFormats(db, ids),
  ]);
  return entities.map((entity): EntityRecord => {
    const formatOf = (documentType: "invoice" | "credit_note") =>
      formats.find((set) => set.billingEntityId === entity.id && set.documentType === documentType) ??
        standardNumberFormat(entity.numberPrefix, documentType);
    return {
      ...entity,
      reference: entity.numberPrefix,
      registrations: registrations.filter(({ billingEntityId }) => billingEntityId === entity.id),
      formats: { invoice: formatOf("invoice"), credit_note: formatOf("credit_note") },
    };
  });
}

/** A file is written in pieces of this many rows. */
const rowsAtATime = 500;

/** Some entities by their short code, after another one: all of them, called until none comes. */
export async function listEntityRecords(
  db: TenantDb,
  last: EntityRecord | undefined,
): Promise<EntityRecord[]> {
  return await recordsOf(db, await listEntitiesByPrefix(db, rowsAtATime, last?.reference));
}

/** Adds the entities that are new, with their accounts, tax registrations and forms of numbers. */
export const importEntities = defineCommand<RecordBatch, RecordBatchResult>({
  name: "billing_entity.import",
  capability: "entities.write",
  subject: ({ sha256 }) => ({ type: "billing_entity_file", id: sha256 }),
  detail: describeBatch,
  run({ db }, { rows }) {
    return takeRecords<EntityRecord>(rows, {
      async prepare(slice): Promise<RecordRules<EntityRecord>> {
        const prefixes = await lockPrefixesInUse(db);
        const codes = slice.map(({ values }) => values.short_code.trim());
        const there = await recordsOf(db, await listEntitiesWithPrefixes(db, codes));
        return {
          noun: "billing entity",
          columns: entityColumns,
          columnOf,
          read: readRow,
          there: new Map(there.map((record) => [record.reference, record])),
          admit: (record) => admit(prefixes, record),
        };
      },
      add: (records) => addEntities(db, inOrder(records)),
    });
  },
});

async function addEntities(db: TenantDb, records: readonly EntityRecord[]): Promise<void> {
  if (records.length === 0) return;
  const ids = await insertBillingEntities(db, records);
  const withIds = records.map((record) => ({ record, id: requireWritten(ids, record.reference) }));
  await insertTaxRegistrations(
    db,
    withIds.flatMap(({ id: billingEntityId, record }) =>
      record.registrations.map((registration) => ({ ...registration, billingEntityId }))
    ),
  );
  for (const { id, record } of withIds) {
    await openAccounts(db, id);
    for (const documentType of documentTypes) {
      const format = record.formats[documentType];
      const standard = standardNumberFormat(record.numberPrefix, documentType);
      if (writeNumberPattern(format) === writeNumberPattern(standard)) continue;
      await setNumberFormat(db, id, documentType, format);
    }
  }
}

export const entityFile: RecordKind = {
  form: {
    noun: "billing entity",
    nouns: "billing entities",
    file: "entities",
    columns: entityColumns,
    repeats: [],
  },
  command: importEntities,
};
