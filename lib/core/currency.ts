/** The active ISO 4217 currencies with their decimals, and how a currency is shown to people. */

/**
 * Every active code that has minor units, by how many (ISO 4217 list one, with the amendments up to January 2026).
 * Codes without minor units (XAU, XDR, XTS …) are not money one can bill in, so they are not here.
 */
const CODES_BY_MINOR_UNITS = {
  0: ["BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"],
  2: [
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD",
    "CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP",
    "GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT",
    "LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN",
    "NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP",
    "SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS",
    "VED VES WST XAD XCD XCG YER ZAR ZMW ZWG",
  ],
  3: ["BHD IQD JOD KWD LYD OMR TND"],
  4: ["CLF UYW"],
} as const;

type Words<Text extends string, Found extends string = never> = Text extends `${infer Word} ${infer Rest}`
  ? Words<Rest, Found | Word>
  : Found | Text;
type CodesWith<Lines extends readonly string[]> = Lines extends readonly (infer Line extends string)[]
  ? Line extends string ? Words<Line> : never
  : never;

/** An active ISO 4217 code that has minor units, such as `USD`, `JPY` or `KWD`. */
export type CurrencyCode = CodesWith<(typeof CODES_BY_MINOR_UNITS)[keyof typeof CODES_BY_MINOR_UNITS]>;

const MINOR_UNITS: ReadonlyMap<string, number> = new Map(
  Object.entries(CODES_BY_MINOR_UNITS).flatMap(([minorUnits, lines]) =>
    lines.join(" ").split(" ").map((code): [string, number] => [code, Number(minorUnits)])
  ),
);

/** All currency codes, in alphabetical order. */
export const CURRENCY_CODES: readonly CurrencyCode[] = [...MINOR_UNITS.keys()].sort() as CurrencyCode[];

/** Whether `text` is an active ISO 4217 code with minor units, in capitals. */
export function isCurrencyCode(text: string): text is CurrencyCode {
  return MINOR_UNITS.has(text);
}

/** Reads a currency code. Throws a `RangeError` that says what is allowed. */
export function parseCurrencyCode(text: string): CurrencyCode {
  if (isCurrencyCode(text)) return text;
  throw new RangeError(`"${text.slice(0, 20)}" is not a currency. Use an active ISO 4217 code such as USD.`);
}

/** How many decimals amounts of the currency have: 2 for USD, 0 for JPY, 3 for KWD, 4 for CLF. */
export function minorUnits(currency: CurrencyCode): number {
  return MINOR_UNITS.get(currency)!;
}

/** The sign of the currency as written in `locale`: `$` for USD in en-US, `US$` in en-GB. */
export function currencySymbol(currency: CurrencyCode, locale = "en-US"): string {
  const parts = new Intl.NumberFormat(locale, { style: "currency", currency }).formatToParts(0);
  return parts.find((part) => part.type === "currency")!.value;
}

/** The name of the currency in the language of `locale`: `US Dollar`. */
export function currencyName(currency: CurrencyCode, locale = "en-US"): string {
  return new Intl.DisplayNames(locale, { type: "currency" }).of(currency)!;
}
