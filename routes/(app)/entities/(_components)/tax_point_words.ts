/** When tax falls due for a seller of a country, in a sentence. */
import { profileOf, type TaxPointBasis } from "../../../../lib/tax/countries.ts";

const sentences: Record<TaxPointBasis, string> = {
  period_end: "A plan taxed by the rules has the rate of the last day that is billed.",
  event: "A plan taxed by the rules has the rate of each day. A change of the rate parts a line.",
  invoice: "A plan taxed by the rules has the rate of the day of the invoice.",
  payment: "A plan taxed by the rules has the rate of the day of the invoice.",
};

export function taxPointWords(country: string): string {
  const { scheme, taxPoint } = profileOf(country);
  return scheme === "none" ? "Its rules are not known, so plans need fixed rates." : sentences[taxPoint];
}
