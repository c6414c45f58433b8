/** How an entity numbers its invoices and credit notes: set for series that have not begun, so that no number changes its form. */
import { lockBillingEntity } from "../../db/queries/billing_entity.ts";
import { setNumberFormat as storeNumberFormat } from "../../db/queries/number_format.ts";
import { findSeries } from "../../db/queries/number_series.ts";
import { defineCommand } from "../core/command.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import { readAll, readInteger } from "../core/input.ts";
import { type DocumentType, documentTypes, type NumberFormat, separators } from "../core/number_format.ts";
import { localDate } from "../core/period.ts";
import { lockPrefixesInUse } from "./number_prefixes.ts";

export interface NumberFormatInput {
  billingEntityId: string;
  /** `invoice` or `credit_note`. */
  documentType: string;
  /** 1 to 16 capital letters and digits, in parts with a hyphen between them. */
  prefix: string;
  /** `-` or `.`. */
  separator: string;
  /** 4 or 2. */
  yearDigits: number;
  /** 1 to 9; numbers get zeros up to there. */
  numberDigits: number;
}

/**
 * Sets how the numbers of a document type are written, from the first series on that has not begun: that of this year as long
 * as it gave no number, else that of the next. Throws `NotFound`, `InvalidInput`, `AlreadyExists` for a prefix that numbers,
 * or has numbered, other documents of the tenant.
 */
export const setNumberFormat = defineCommand<
  NumberFormatInput,
  { billingEntityId: string; fromYear: number }
>({
  name: "number_format.set",
  capability: "entities.write",
  subject: ({ billingEntityId }) => ({ type: "billing_entity", id: billingEntityId }),
  async run({ db, now }, { billingEntityId, ...input }) {
    // Whoever begins a series holds the entity, so none begins in the old form between this lock and the commit.
    const entity = isId(billingEntityId) ? await lockBillingEntity(db, billingEntityId) : undefined;
    if (!entity) {
      throw milepostError("NotFound", {
        message: "There is no such billing entity. Find it in the list of them.",
        fields: [{ field: "billingEntityId", value: billingEntityId }],
      });
    }
    const documentType = readDocumentType(input.documentType);
    const format = readFormat(input);
    const prefixes = await lockPrefixesInUse(db);
    prefixes.take({ owner: billingEntityId, name: entity.name }, [{
      documentType,
      prefix: format.prefix,
      field: "prefix",
    }]);
    await storeNumberFormat(db, billingEntityId, documentType, format);
    const { year } = localDate(now, entity.zone);
    const begun = await findSeries(db, { billingEntityId, documentType, year });
    return { billingEntityId, fromYear: begun ? year + 1 : year };
  },
});

function readFormat({ prefix, separator, yearDigits, numberDigits }: FormatInput): NumberFormat {
  return readAll<NumberFormat>({
    prefix: () => readPrefix(prefix),
    separator: () =>
      separators.find((sign) => sign === separator) ??
        refuseField("separator", separator, "Choose a hyphen or a dot.", "-"),
    yearDigits: () =>
      yearDigits === 4 || yearDigits === 2
        ? yearDigits
        : refuseField("yearDigits", String(yearDigits), "Write the year with 4 or 2 digits.", "4"),
    numberDigits: () => readInteger("numberDigits", numberDigits, 1, 9),
  });
}

type FormatInput = Omit<NumberFormatInput, "billingEntityId" | "documentType">;

function readDocumentType(value: string): DocumentType {
  return documentTypes.find((type) => type === value) ??
    refuseField("documentType", value, "Choose one of the documents.", documentTypes.join(" or "));
}

function readPrefix(value: string): string {
  const prefix = value.trim();
  if (prefix.length <= 16 && /^[A-Z0-9]+(-[A-Z0-9]+)*$/.test(prefix)) return prefix;
  const rule = "Use 1 to 16 capital letters and digits, with hyphens only between them. " +
    "The year and the number follow by themselves.";
  return refuseField("prefix", value, rule, "CFS-CN");
}
