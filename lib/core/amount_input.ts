/** Reads an amount of money as people type it; what is not allowed is answered with the field, the value and an example. */
import { type CurrencyCode, minorUnits } from "./currency.ts";
import { formatScaled } from "./decimal.ts";
import { refuseField } from "./errors.ts";
import { parseMoney } from "./money.ts";

/** Far above any document, and far below what a bigint column holds. */
const largestMajorUnits = 1_000_000_000_000n;

/** An amount as it may be typed: "1250.00", "125000" of a currency without decimals. */
export function amountExample(currency: CurrencyCode): string {
  return formatScaled(125_000n, minorUnits(currency));
}

/** An amount above zero, in minor units; thousands may be parted by commas. Throws `InvalidInput`. */
export function readTypedAmount(
  field: string,
  text: string,
  currency: CurrencyCode,
  words: { empty: string; tooMuch: string },
): bigint {
  const typed = text.trim();
  const plain = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(typed) ? typed.replaceAll(",", "") : typed;
  const decimals = minorUnits(currency);
  const example = amountExample(currency);
  const digits = decimals === 0 ? "without decimals" : `with at most ${decimals} decimals`;
  if (typed === "") refuseField(field, text, words.empty, example);
  if (!/^(?:0|[1-9]\d{0,20})(?:\.\d+)?$/.test(plain) || (plain.split(".")[1] ?? "").length > decimals) {
    refuseField(field, text, `Type the amount in ${currency} as digits, ${digits}.`, example);
  }
  const { amount } = parseMoney(plain, currency);
  if (amount === 0n) refuseField(field, text, "Type an amount above zero.", example);
  if (amount > largestMajorUnits * 10n ** BigInt(decimals)) {
    refuseField(field, text, words.tooMuch, example);
  }
  return amount;
}
