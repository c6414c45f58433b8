/** The kinds of tax registrations, and the plain form of the numbers of those countries whose form is fixed. */

/** Each kind as it stands before its number on paper. */
export const taxKinds = {
  vat: "VAT",
  oss: "One Stop Shop",
  gst: "GST",
  consumption_tax: "Consumption tax",
  sales_tax: "Sales tax",
  other: "Tax number",
} as const;

export type TaxKind = keyof typeof taxKinds;

/** The kind of tax that a seller of a country charges. */
export function taxKindIn(country: string): TaxKind {
  if (["AU", "CA", "IN", "NZ", "SG"].includes(country)) return "gst";
  if (country === "JP") return "consumption_tax";
  return country === "US" ? "sales_tax" : "vat";
}

/** A registration as it is printed. */
export interface TaxNumber {
  /** Two letters. */
  country: string;
  kind: TaxKind;
  number: string;
}

export function isTaxKind(text: string): text is TaxKind {
  return Object.hasOwn(taxKinds, text);
}

/** "VAT GB 123 4567 89". */
export function taxNumberLine({ kind, number }: TaxNumber): string {
  return `${taxKinds[kind]} ${number}`;
}

interface NumberForm {
  /** What may stand before the number, where that is not the country's two letters. */
  prefix?: string;
  form: RegExp;
  /** In words, without the letters of the country. */
  words: string;
  example: string;
}

/** Forms of VAT numbers without spaces, by country (Council Directive 2006/112/EC art. 215; VIES; HMRC). Check digits are another matter. */
const vatForms: Readonly<Record<string, NumberForm>> = {
  AT: { form: /^U\d{8}$/, words: "U and 8 digits", example: "ATU12345678" },
  BE: { form: /^[01]\d{9}$/, words: "10 digits, the first 0 or 1", example: "BE0123456789" },
  BG: { form: /^\d{9,10}$/, words: "9 or 10 digits", example: "BG123456789" },
  CY: { form: /^\d{8}[A-Z]$/, words: "8 digits and a letter", example: "CY12345678X" },
  CZ: { form: /^\d{8,10}$/, words: "8 to 10 digits", example: "CZ12345678" },
  DE: { form: /^\d{9}$/, words: "9 digits", example: "DE123456789" },
  DK: { form: /^\d{8}$/, words: "8 digits", example: "DK12345678" },
  EE: { form: /^\d{9}$/, words: "9 digits", example: "EE123456789" },
  ES: { form: /^(?:[A-Z]\d{7}[A-Z0-9]|\d{8}[A-Z])$/, words: "9 digits and letters", example: "ESX1234567X" },
  FI: { form: /^\d{8}$/, words: "8 digits", example: "FI12345678" },
  FR: { form: /^[A-HJ-NP-Z0-9]{2}\d{9}$/, words: "2 signs and 9 digits", example: "FR12345678901" },
  GB: {
    form: /^(?:\d{9}|\d{12}|GD[0-4]\d{2}|HA[5-9]\d{2})$/,
    words: "9 or 12 digits",
    example: "GB 123 4567 89",
  },
  GR: { prefix: "EL", form: /^\d{9}$/, words: "9 digits", example: "EL123456789" },
  HR: { form: /^\d{11}$/, words: "11 digits", example: "HR12345678901" },
  HU: { form: /^\d{8}$/, words: "8 digits", example: "HU12345678" },
  IE: {
    form: /^(?:\d{7}[A-W][A-I]?|\d[A-Z+*]\d{5}[A-W])$/,
    words: "7 digits and 1 or 2 letters",
    example: "IE1234567WA",
  },
  IT: { form: /^\d{11}$/, words: "11 digits", example: "IT12345678901" },
  LT: { form: /^(?:\d{9}|\d{12})$/, words: "9 or 12 digits", example: "LT123456789" },
  LU: { form: /^\d{8}$/, words: "8 digits", example: "LU12345678" },
  LV: { form: /^\d{11}$/, words: "11 digits", example: "LV12345678901" },
  MT: { form: /^\d{8}$/, words: "8 digits", example: "MT12345678" },
  NL: { form: /^[A-Z0-9+*]{10}\d{2}$/, words: "12 signs, the last 2 digits", example: "NL123456789B01" },
  PL: { form: /^\d{10}$/, words: "10 digits", example: "PL1234567890" },
  PT: { form: /^\d{9}$/, words: "9 digits", example: "PT123456789" },
  RO: { form: /^\d{2,10}$/, words: "2 to 10 digits", example: "RO1234567890" },
  SE: { form: /^\d{12}$/, words: "12 digits", example: "SE123456789001" },
  SI: { form: /^\d{8}$/, words: "8 digits", example: "SI12345678" },
  SK: { form: /^\d{10}$/, words: "10 digits", example: "SK1234567890" },
};

/** What is wrong with the form of a number, and one as it may be; nothing where it is right or its form is not fixed. */
export function taxNumberFault(
  { country, kind, number }: TaxNumber,
): { rule: string; example: string } | null {
  const known = kind === "vat" ? vatForms[country] : undefined;
  if (!known) return null;
  const prefix = known.prefix ?? country;
  const plain = number.toUpperCase().replace(/[\s.-]/g, "");
  if (known.form.test(plain.startsWith(prefix) ? plain.slice(2) : plain)) return null;
  return {
    rule: `A VAT number of ${country} has ${known.words}, with or without ${prefix} before it.`,
    example: known.example,
  };
}
