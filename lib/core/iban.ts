/** Account numbers: IBAN (ISO 13616) with its check digits and the length of its country, BIC (ISO 9362), US routing numbers. */

/** Characters of an IBAN by country, of the registry of ISO 13616 that SWIFT keeps. */
// deno-fmt-ignore
const lengths: Readonly<Record<string, number>> = {
  AD: 24, AE: 23, AL: 28, AT: 20, AZ: 28, BA: 20, BE: 16, BG: 22, BH: 22, BI: 27, BR: 29, BY: 28, CH: 21, CR: 22,
  CY: 28, CZ: 24, DE: 22, DJ: 27, DK: 18, DO: 28, EE: 20, EG: 29, ES: 24, FI: 18, FK: 18, FO: 18, FR: 27, GB: 22,
  GE: 22, GI: 23, GL: 18, GR: 27, GT: 28, HN: 28, HR: 21, HU: 28, IE: 22, IL: 23, IQ: 23, IS: 26, IT: 27, JO: 30,
  KW: 30, KZ: 20, LB: 28, LC: 32, LI: 21, LT: 20, LU: 20, LV: 21, LY: 25, MC: 27, MD: 24, ME: 22, MK: 19, MN: 20,
  MR: 27, MT: 31, MU: 30, NI: 28, NL: 18, NO: 15, OM: 23, PK: 24, PL: 28, PS: 29, PT: 25, QA: 29, RO: 24, RS: 22,
  RU: 33, SA: 24, SC: 31, SD: 18, SE: 24, SI: 19, SK: 24, SM: 27, SO: 23, ST: 25, SV: 28, TL: 23, TN: 24, TR: 26,
  UA: 29, VA: 22, VG: 24, XK: 20, YE: 30,
};

/** Without spaces and hyphens, in capitals. */
export function compactNumber(text: string): string {
  return text.replace(/[\s-]/g, "").toUpperCase();
}

/** What is wrong with an IBAN in its compact form, as a sentence; null if nothing is. */
export function ibanProblem(iban: string): string | null {
  const country = iban.slice(0, 2);
  const length = Object.hasOwn(lengths, country) ? lengths[country] : undefined;
  if (!length) return "Begin with the two letters of a country that has IBANs.";
  if (iban.length !== length) {
    return `An IBAN of ${country} has ${length} characters; this has ${iban.length}.`;
  }
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(iban)) return "Use two letters, two digits, then letters and digits.";
  if (remainder97(iban) !== 1n) {
    return "The check digits do not fit. Compare each character with your statement.";
  }
  return null;
}

/** The country's letters and the check digits go to the end and letters count from 10 (ISO 7064, mod 97-10). */
function remainder97(iban: string): bigint {
  const moved = iban.slice(4) + iban.slice(0, 4);
  return BigInt(moved.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55))) % 97n;
}

/** In groups of four, as it is printed. */
export function groupedNumber(compact: string): string {
  return compact.replace(/(.{4})(?=.)/g, "$1 ");
}

/** Whether a text in capitals has the form of a BIC: bank, country, place and perhaps a branch. */
export function isBic(text: string): boolean {
  return /^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$/.test(text);
}

/** Whether nine digits are a routing number of the American Bankers Association: weights 3, 7 and 1, a sum that ends in 0. */
export function isAmericanRoutingNumber(text: string): boolean {
  if (!/^\d{9}$/.test(text)) return false;
  const sum = [...text].reduce((total, digit, index) => total + Number(digit) * [3, 7, 1][index % 3], 0);
  return sum > 0 && sum % 10 === 0;
}
