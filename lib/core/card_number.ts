/** Finds what looks like the number of a payment card (ISO/IEC 7812), so that none is ever kept. */

/** How numbers of each scheme begin, and how long they are. Visa's old ones of 13 digits are given out no more, and look like telephone numbers. */
const schemes: readonly { beginsWith: RegExp; lengths: readonly number[] }[] = [
  { beginsWith: /^4/, lengths: [16, 18, 19] }, // Visa
  { beginsWith: /^(?:5[1-5]|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)/, lengths: [16] }, // Mastercard
  { beginsWith: /^3[47]/, lengths: [15] }, // American Express
  { beginsWith: /^(?:6011|64[4-9]|65)/, lengths: [16, 17, 18, 19] }, // Discover
  { beginsWith: /^(?:30[0-5]|3095|36|3[89])/, lengths: [14, 16, 17, 18, 19] }, // Diners Club
  { beginsWith: /^35(?:2[89]|[3-8]\d)/, lengths: [16, 17, 18, 19] }, // JCB
  { beginsWith: /^62/, lengths: [16, 17, 18, 19] }, // UnionPay
  { beginsWith: /^(?:5018|5020|5038|5893|6304|6759|676[1-3])/, lengths: [13, 14, 15, 16, 17, 18, 19] }, // Maestro
];

/**
 * 13 to 19 digits in a row or in groups, and not a part of something longer: of an id, of a decimal fraction, of a
 * telephone number with its plus.
 */
const candidates = /(?<![\w+.-]|[+\d][ -])\d(?:[ -]?\d){12,18}(?![\w-]|[ -]\d|\.\d)/g;

/** Whether a text holds one: digits of a scheme's form whose check digit is right. */
export function holdsCardNumber(text: string): boolean {
  for (const [found] of text.matchAll(candidates)) {
    const digits = found.replace(/\D/g, "");
    const isOfScheme = schemes.some(({ beginsWith, lengths }) =>
      lengths.includes(digits.length) && beginsWith.test(digits)
    );
    if (isOfScheme && hasCheckDigit(digits)) return true;
  }
  return false;
}

/** By Luhn's formula (ISO/IEC 7812-1, annex B): every second digit from the right counts twice. */
function hasCheckDigit(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}
