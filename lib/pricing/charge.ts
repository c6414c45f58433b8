/** The charges of a price case: what is billed for the period, for usage, or once. */
import { Rational } from "../core/decimal.ts";
import { type ForceSpan, readDuring } from "./in_force.ts";
import { type Price, readPrice, readQuantityPrice } from "./models/price_model.ts";
import type { QuantityPrice } from "./models/quantity_price.ts";
import { type Meter, readMeter } from "./meter.ts";
import type { BillingPeriod, ProrationMode } from "../core/period.ts";
import { NOT_NEGATIVE, type Reader } from "./reader.ts";
import { readTreatment, type TaxRules, type TaxTreatment } from "./tax.ts";

interface AnyCharge {
  readonly id: string;
  readonly per: "vehicle" | "contract";
  readonly tax: TaxTreatment;
  /** The days on which it is in force; null means the whole period. */
  readonly during: readonly ForceSpan[] | null;
  /** Where the charge stands in the price case. */
  readonly path: string;
}

export interface RecurringCharge extends AnyCharge {
  readonly kind: "recurring";
  readonly proration: ProrationMode;
  readonly price: QuantityPrice;
  /** The period that it is for, where that is not the one of the case. */
  readonly period: Pick<BillingPeriod, "start" | "end"> | null;
}

export interface UsageCharge extends AnyCharge {
  readonly kind: "usage";
  readonly meter: Meter;
  readonly price: Price;
  /** What of the quantity is not billed, of each vehicle where the charge is per vehicle. */
  readonly freeUnits: Rational;
}

export interface OneTimeCharge extends AnyCharge {
  readonly kind: "one_time";
  /** The local date on which it falls. */
  readonly on: Temporal.PlainDate;
  readonly price: QuantityPrice;
}

export type Charge = RecurringCharge | UsageCharge | OneTimeCharge;

const KINDS = ["recurring", "usage", "one_time"] as const;
const PRORATIONS = ["day", "second", "fixed30", "none"] as const;
const PER = ["contract", "vehicle"] as const;

/** Stands in where the kind is not known: a case with a fault is never priced. */
const NO_PRICE: QuantityPrice = { model: "flat", amount: Rational.zero };

/** Reads `charges`. */
export function readCharges(reader: Reader, tax: TaxRules | null): Charge[] {
  const ids = new Set<string>();
  return reader.items().map((item) => {
    const charge = readCharge(item, tax);
    if (charge.id !== "" && ids.has(charge.id)) {
      item.requiredMember("id").fault("a different id for each charge", "is given twice");
    }
    ids.add(charge.id);
    return charge;
  });
}

function readCharge(reader: Reader, tax: TaxRules | null): Charge {
  const optional = [
    "per",
    "during",
    "proration",
    "period",
    "meter",
    "freeUnits",
    "on",
    "taxCategory",
    "taxRate",
  ] as const;
  const member = reader.members(["id", "kind", "price"], optional);
  const kind = member("kind").choice(KINDS);
  const proration = member("proration").isAbsent ? "day" : member("proration").choice(PRORATIONS);
  const base = {
    id: member("id").text(),
    per: member("per").isAbsent ? "contract" as const : member("per").choice(PER),
    tax: readTreatment(member("taxCategory"), member("taxRate"), tax),
    during: readDuring(member("during")),
    path: reader.path,
  };
  if (kind !== member("kind").value) {
    readPrice(member("price"));
    return { ...base, kind: "recurring", proration, price: NO_PRICE, period: null };
  }
  if (kind !== "usage") {
    refuse(member("meter"), kind, "usage");
    refuse(member("freeUnits"), kind, "usage");
  }
  if (kind !== "one_time") refuse(member("on"), kind, "one_time");
  // Days are what is meant when nothing is said, so saying that is no contradiction.
  if (kind !== "recurring") refuse(member("period"), kind, "recurring");
  if (kind !== "recurring" && proration !== "day" && proration !== "none") {
    refuse(member("proration"), kind, "recurring");
  }
  switch (kind) {
    case "recurring":
      return {
        ...base,
        kind,
        proration,
        price: readQuantityPrice(member("price")),
        period: readPeriod(member("period")),
      };
    case "one_time":
      return {
        ...base,
        kind,
        on: needed(member("on"), kind).date(),
        price: readQuantityPrice(member("price")),
      };
    case "usage": {
      const meter = readMeter(needed(member("meter"), kind)), price = readPrice(member("price"));
      checkEventWise(meter, price, member("meter"));
      const freeUnits = readFreeUnits(member("freeUnits"), price);
      return { ...base, kind, meter, price, freeUnits };
    }
  }
}

/** Models whose price is one of a whole quantity, of which a part can be free. */
const quantityModels: readonly string[] = [
  "per_unit",
  "graduated",
  "volume",
  "package",
  "stairstep",
  "pooled",
];

/** Whether units of a charge with this model can be given free. */
export function mayHaveFreeUnits(model: string): boolean {
  return quantityModels.includes(model);
}

function readFreeUnits(reader: Reader, price: Price): Rational {
  const units = reader.optionalDecimal(NOT_NEGATIVE);
  if (units === null) return Rational.zero;
  if (!mayHaveFreeUnits(price.model)) {
    reader.fault(`nothing here; a price by ${price.model} has no units that could be free`);
  }
  return units;
}

/** `[start, end)` in local dates; null if it is left out. */
function readPeriod(reader: Reader): RecurringCharge["period"] {
  if (reader.isAbsent) return null;
  const member = reader.members(["start", "end"]);
  const start = member("start").date(), end = member("end").date();
  if (!member("end").isAbsent && Temporal.PlainDate.compare(end, start) <= 0) {
    member("end").fault(`a date after "start", ${start}`);
  }
  return { start, end };
}

function needed(reader: Reader, kind: Charge["kind"]): Reader {
  if (reader.isAbsent) reader.fault(`a value; a ${kind} charge needs it`);
  return reader;
}

function refuse(reader: Reader, kind: Charge["kind"], owner: Charge["kind"]): void {
  if (!reader.isAbsent) {
    reader.fault(`nothing here; only a ${owner} charge has it`, `contradicts the kind ${kind}`);
  }
}

/** A price that looks at each event needs to know how much each event is: its field, or one. */
function checkEventWise(meter: Meter, price: Price, reader: Reader): void {
  if (price.model !== "time_of_use" && price.model !== "indexed") return;
  if (meter.aggregate === "sum" || meter.aggregate === "count") return;
  const aggregate = reader.requiredMember("aggregate");
  if (aggregate.value === meter.aggregate) {
    aggregate.fault(`sum or count; the model ${price.model} prices each event alone`);
  }
}
