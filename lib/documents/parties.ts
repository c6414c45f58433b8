/** Who a document is from and to, on which sheet, and what the tax is called there. */
import { countryName } from "../core/country.ts";
import { taxKindIn, type TaxNumber } from "../core/tax_number.ts";
import type { DocumentContent, Party } from "./content.ts";
import type { Language } from "./language.ts";

/** Where Letter is the sheet of business (Unicode CLDR, `paperSize`). */
const letterCountries = "BZ CA CL CO CR GT MX NI PA PH PR SV US VE".split(" ");
/** Where the window of an envelope is on the right (AFNOR NF Z 11-001). */
const rightWindowCountries = ["FR"];

/** The sheet of the seller's country. */
export function sheetOf(country: string): Pick<DocumentContent, "paper" | "window"> {
  return {
    paper: letterCountries.includes(country) ? "us-letter" : "a4",
    window: rightWindowCountries.includes(country) ? "right" : "left",
  };
}

export function senderOf(
  seller: { name: string; addressLines: readonly string[]; taxNumbers: readonly TaxNumber[] },
  { words }: Language,
): Party {
  const { name, addressLines, taxNumbers } = seller;
  return {
    name,
    lines: [...addressLines, ...taxNumbers.map(({ kind, number }) => `${words.taxNumbers[kind]} ${number}`)],
  };
}

/** A letter that goes abroad says the country below the address, in capitals and in the words of where it is posted. */
export function receiverOf(
  buyer: { name: string; addressLines: readonly string[]; country?: string | null },
  from: { country: string; language: string },
  vatNumber: string | null = null,
): Party {
  const { name, addressLines, country } = buyer;
  const abroad = country && country !== from.country && addressLines.length > 0
    ? [countryName(country, from.language).toLocaleUpperCase(from.language)]
    : [];
  return { name, lines: [...addressLines, ...abroad, ...(vatNumber === null ? [] : [vatNumber])] };
}

/** The number of a buyer as it is printed; none on what is outside the tax (EN 16931 BR-O-02). */
export function vatNumberOf(
  { buyer, taxes }: { buyer: { vatId?: string | null }; taxes: readonly { category: string }[] },
  { words }: Language,
): string | null {
  const isOutside = taxes.some(({ category }) => category === "O");
  return isOutside || !buyer.vatId ? null : `${words.taxNumbers.vat} ${buyer.vatId}`;
}

/** What the tax of a seller's country is called in a language. */
export function taxIn(country: string, { words }: Language): string {
  return words.taxes[taxKindIn(country)];
}
