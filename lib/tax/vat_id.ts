/** Value added tax numbers of customers: form, check digits and one spelling, for the states of the Union, GB, CH and NO. */
import { stdnum } from "stdnum";
import { UNION_STATES } from "./countries.ts";

/** Which number of a country is its number for value added tax, and one that passes (published examples and test numbers). */
const NUMBERS: Readonly<Record<string, { name: string; example: string }>> = {
  AT: { name: "uid", example: "ATU13585627" },
  BE: { name: "vat", example: "BE0428759497" },
  BG: { name: "vat", example: "BG175074752" },
  CH: { name: "vat", example: "CHE107787577MWST" },
  CY: { name: "vat", example: "CY10259033P" },
  CZ: { name: "dic", example: "CZ25123891" },
  DE: { name: "vat", example: "DE136695976" },
  DK: { name: "cvr", example: "DK13585628" },
  EE: { name: "kmkr", example: "EE100931558" },
  ES: { name: "nif", example: "ESB58378431" },
  FI: { name: "alv", example: "FI20774740" },
  FR: { name: "tva", example: "FR40303265045" },
  GB: { name: "vat", example: "GB980780684" },
  GR: { name: "vat", example: "EL094259216" },
  HR: { name: "oib", example: "HR33392005961" },
  HU: { name: "anum", example: "HU12892312" },
  IE: { name: "vat", example: "IE6433435F" },
  IT: { name: "iva", example: "IT00743110157" },
  LT: { name: "pvm", example: "LT119511515" },
  LU: { name: "tva", example: "LU15027442" },
  LV: { name: "pvn", example: "LV40003521600" },
  MT: { name: "vat", example: "MT11679112" },
  NL: { name: "btw", example: "NL004495445B01" },
  NO: { name: "mva", example: "NO995525828MVA" },
  PL: { name: "nip", example: "PL8567346215" },
  PT: { name: "nif", example: "PT501964843" },
  RO: { name: "cif", example: "RO18547290" },
  SE: { name: "vat", example: "SE123456789701" },
  SI: { name: "ddv", example: "SI50223054" },
  SK: { name: "dph", example: "SK2022749619" },
};

/** All countries whose numbers can be checked, in the order of their letters. */
export const VAT_ID_COUNTRIES: readonly string[] = Object.keys(NUMBERS);

/** A number that passed. */
export interface VatId {
  /** The country (ISO 3166-1): GR, though its numbers begin with EL. */
  readonly country: string;
  /** In one spelling: capitals, no spaces, with the letters of its country before it. */
  readonly number: string;
}

/** Why a number is refused, and one of that country that would pass. */
export interface VatIdFault {
  readonly rule: string;
  readonly example: string;
}

export function isVatIdFault(read: VatId | VatIdFault): read is VatIdFault {
  return "rule" in read;
}

/**
 * Reads a number in any usual spelling, with the letters of its country or with those of `home` left out. The check digits
 * are those of the tax offices (Directive 2006/112/EC art. 215 has the letters; `stdnum` the algorithms).
 */
export function readVatId(text: string, home: string | null = null): VatId | VatIdFault {
  const compact = text.toUpperCase().replace(/[^0-9A-Z+*]/g, "");
  const letters = compact.startsWith("EL") ? "GR" : compact.slice(0, 2);
  const country = [letters, home].find((each) => each !== null && Object.hasOwn(NUMBERS, each));
  if (!country) {
    return {
      rule: "A VAT number begins with the letters of its country: one of the European Union, GB, CH or NO.",
      example: NUMBERS.DE.example,
    };
  }
  return checked(country, compact) ?? {
    rule: `This is not a VAT number of ${countryLetters(country)}. Look for a digit that was mistyped.`,
    example: NUMBERS[country].example,
  };
}

function checked(country: string, compact: string): VatId | null {
  const prefix = countryLetters(country);
  const plain = country === "CH" && /^\d/.test(compact) ? `CHE${compact}` : compact;
  const result = stdnum[country][NUMBERS[country].name].validate(withEnding(country, plain));
  if (!result.isValid) return null;
  return { country, number: result.compact.startsWith(prefix) ? result.compact : prefix + result.compact };
}

/** Numbers of CH and NO end in the name of the tax, which many leave out. */
function withEnding(country: string, compact: string): string {
  if (country === "NO" && /\d$/.test(compact)) return `${compact}MVA`;
  if (country === "CH" && /\d$/.test(compact)) return `${compact}MWST`;
  return compact;
}

/** The letters before the numbers of a country: EL for Greece. */
export function countryLetters(country: string): string {
  return country === "GR" ? "EL" : country;
}

/** Whether the Union's VIES can be asked about it. */
export function isInVies({ country }: VatId): boolean {
  return UNION_STATES.includes(country);
}
