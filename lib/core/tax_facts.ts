/** What the tax of a supply is decided by. As JSON it is kept with the document, so that it can be decided again. */

/** What is supplied, which decides where. A disbursement is spent in the customer's name. */
export const taxSupplies = ["vehicle_hire", "service", "goods", "disbursement"] as const;

export type TaxSupply = (typeof taxSupplies)[number];

export interface TaxRate {
  country: string;
  /** A part of the country with rates of its own, such as TX or TX/Harris/Houston; null for the whole. */
  region: string | null;
  /** The first day. */
  from: string;
  /** A decimal text. */
  percent: string;
}

/** Days are ISO dates, `[from, to)`; `to` is null while there is no end. */
export interface TaxFacts {
  /** The day of the draft where the seller is. */
  draftedOn: string;
  seller: {
    country: string;
    /** Of every country; `oss` is the One Stop Shop of the Union, with the country that it is held in. */
    registrations: { country: string; kind: string; from: string; to: string | null }[];
  };
  buyer: {
    country: string | null;
    isBusiness: boolean;
    /** The country of a VAT number whose check digits are right. */
    vatIdCountry: string | null;
    /** What the tax office said of that number; `unknown` where it was not asked or did not answer. */
    vatIdStatus: "valid" | "invalid" | "unknown";
    certificates: {
      country: string;
      /** A code of the CEF list VATEX. */
      reasonCode: string;
      reason: string;
      from: string;
      to: string | null;
    }[];
  };
  /** The days of the contract. */
  hire: { from: string; to: string | null };
  /** Where the vehicles of the contract are handed over or the goods go to, from a day on; by day. */
  places: { from: string; country: string; region: string | null }[];
  /** The standard rates of all countries named here; each holds until the next one of its place. */
  rates: TaxRate[];
}

/** Whether a span holds on a day. */
export function holdsOn(span: { from: string; to: string | null }, date: string): boolean {
  return span.from <= date && (span.to === null || date < span.to);
}
