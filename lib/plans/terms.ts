/** The meter and the price of a saved charge, in the form of a price case. Only charges that were read without a fault are saved. */
import type { Aggregate } from "../pricing/meter.ts";

export interface MeterTerms {
  event: string;
  aggregate: Aggregate;
  /** Left out for a count. */
  field?: string;
  where?: Record<string, string | boolean>;
}

export interface UnitTierTerms {
  upTo?: string | null;
  unit?: string;
  flat?: string;
}

export interface StepTerms {
  upTo?: string | null;
  amount: string;
}

/** A price of a model that prices any quantity. Numbers are decimal text. */
export type QuantityPriceTerms =
  | { model: "flat"; amount: string }
  | { model: "per_unit"; unit: string }
  | { model: "graduated" | "volume"; tiers: UnitTierTerms[]; flatFeeOnZero?: boolean }
  | { model: "package"; size: string; price: string; free?: string }
  | { model: "stairstep"; tiers: StepTerms[]; flatFeeOnZero?: boolean };

export type PriceTerms =
  | QuantityPriceTerms
  | {
    model: "percentage";
    field: string;
    percent: string;
    perEvent?: string;
    freeEvents?: string;
    freeAmount?: string;
    minPerEvent?: string;
    maxPerEvent?: string;
  }
  | { model: "pass_through"; field: string; markupPercent?: string; markupPerEvent?: string }
  | { model: "active_vehicle"; amount: string }
  | {
    model: "best_rate";
    startField: string;
    endField: string;
    units: { per: "hour" | "day" | "week" | "month"; price: string }[];
  }
  | { model: "pooled"; includedPerVehicle: string; overage: QuantityPriceTerms }
  | {
    model: "indexed";
    base: string;
    index: string;
    baseIndex: string;
    step: string;
    change: string;
    floor?: string;
    ceiling?: string;
  }
  | {
    model: "time_of_use";
    bands: { name: string; days?: string[]; from: string; to: string; unit: string }[];
    otherwise: { unit: string };
  };
