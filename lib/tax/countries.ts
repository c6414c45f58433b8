/** What is special about the tax of a country: its scheme, when its tax falls due, and what becomes of lines outside the tax. */

/** The member states of the European Union. */
const UNION = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split(" ");

const union = new Set(UNION);

export const UNION_STATES: readonly string[] = UNION;

export function isInUnion(country: string | null): boolean {
  return country !== null && union.has(country);
}

/**
 * When the tax of a supply that goes on falls due, which decides what rate it has.
 * - `period_end`: on the last day that is billed (Directive 2006/112/EC art. 64(1)).
 * - `event`: day by day as it is given, so that a change of rate splits a line (Art. 115 MWSTG; merverdiavgiftsloven § 15-1).
 * - `invoice`: on the day of the invoice (VAT Regulations 1995, reg. 90; GST Act 1999, s 29-5; Excise Tax Act, s 168).
 * - `payment`: when it is paid, at the latest; until then the rate is that of the day of the invoice.
 */
export type TaxPointBasis = "period_end" | "event" | "invoice" | "payment";

/** Whose rules hold. `none` stands for countries that Milepost does not know. */
export type TaxScheme = "vat" | "gst" | "us" | "none";

export interface CountryProfile {
  readonly scheme: TaxScheme;
  readonly taxPoint: TaxPointBasis;
  /** Lines outside the tax need a document of their own (EN 16931 BR-O-11), or are exempt here with this reason. */
  readonly outOfScope: "own_document" | "exempt";
}

const PROFILES: Readonly<Record<string, CountryProfile>> = {
  GB: { scheme: "vat", taxPoint: "invoice", outOfScope: "own_document" },
  CH: { scheme: "vat", taxPoint: "event", outOfScope: "own_document" },
  NO: { scheme: "vat", taxPoint: "event", outOfScope: "own_document" },
  // No e-invoice of these countries follows EN 16931, so one document may have both.
  AU: { scheme: "gst", taxPoint: "invoice", outOfScope: "exempt" },
  CA: { scheme: "gst", taxPoint: "invoice", outOfScope: "exempt" },
  NZ: { scheme: "gst", taxPoint: "payment", outOfScope: "exempt" },
  SG: { scheme: "gst", taxPoint: "invoice", outOfScope: "exempt" },
  US: { scheme: "us", taxPoint: "period_end", outOfScope: "exempt" },
};

const UNION_PROFILE: CountryProfile = { scheme: "vat", taxPoint: "period_end", outOfScope: "own_document" };
const NO_PROFILE: CountryProfile = { scheme: "none", taxPoint: "period_end", outOfScope: "own_document" };

export function profileOf(country: string): CountryProfile {
  return isInUnion(country) ? UNION_PROFILE : PROFILES[country] ?? NO_PROFILE;
}
