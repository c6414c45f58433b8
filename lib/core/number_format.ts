/** How the number of a document is written: prefix, year and number in the series, with a sign between them. */

export const documentTypes = ["invoice", "credit_note"] as const;
export type DocumentType = typeof documentTypes[number];

export const separators = ["-", "."] as const;

/** The sign is in no year or number, so two formats of different prefixes never write the same. */
export interface NumberFormat {
  /** Capital letters and digits, in parts with a hyphen between them. */
  prefix: string;
  separator: typeof separators[number];
  /** 4 for 2026, 2 for 26. */
  yearDigits: 2 | 4;
  /** Digits that a number has at least, 1 to 9: with zeros before it, so that a list sorts as text up to there. */
  numberDigits: number;
}

/** As numbers are written until an entity sets it otherwise: CFS-2026-0001, and CFS-CN-2026-0001 for credit notes. */
export function standardNumberFormat(numberPrefix: string, documentType: DocumentType): NumberFormat {
  const prefix = documentType === "credit_note" ? `${numberPrefix}-CN` : numberPrefix;
  return { prefix, separator: "-", yearDigits: 4, numberDigits: 4 };
}

/** INV-2026-1731. */
export function writeNumber(format: NumberFormat, year: number, number: bigint): string {
  const yearText = String(year).slice(-format.yearDigits);
  return [format.prefix, yearText, String(number).padStart(format.numberDigits, "0")].join(format.separator);
}
