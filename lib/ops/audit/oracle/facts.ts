/** What the oracle derives an invoice from. The auditor reads it with its own statements. */

export interface OracleVehicle {
  /** The name by which events and lines mean it. */
  readonly id: string;
  /** First day on the contract, and the day after the last or null; one vehicle may have several stays. */
  readonly from: Temporal.PlainDate;
  readonly to: Temporal.PlainDate | null;
}

export interface OracleMeter {
  readonly event: string;
  readonly aggregate: string;
  readonly field?: string;
  readonly where?: Readonly<Record<string, unknown>>;
}

export interface OracleCharge {
  readonly id: string;
  readonly kind: "recurring" | "usage" | "one_time";
  readonly per: "vehicle" | "contract";
  readonly proration: "day" | "second" | "fixed30" | "none";
  readonly meter: OracleMeter | null;
  readonly price: Readonly<Record<string, unknown>>;
  /** What of a quantity above zero is not billed, as a decimal text. */
  readonly freeUnits?: string;
  readonly on?: string;
  /** The spans of days on which it is in force, `to` not included; all days if left out. */
  readonly during?: readonly { readonly from: Temporal.PlainDate; readonly to: Temporal.PlainDate }[];
  /** The period that it is for, if that is another one. */
  readonly period?: { readonly start: Temporal.PlainDate; readonly end: Temporal.PlainDate };
  readonly taxCategory: string | null;
  readonly taxPercent: string | null;
}

export interface OracleEvent {
  readonly id: string;
  readonly event: string;
  readonly vehicle: string | null;
  readonly at: Temporal.Instant;
  /** What calendar and clock showed in the zone of the facts. */
  readonly date: Temporal.PlainDate;
  readonly time: Temporal.PlainTime;
  /** Every field, `id`, `event`, `vehicle` and `at` included. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A minimum and a cap of what some charges come to; amounts are decimal texts in major units. */
export interface OracleCommitment {
  readonly minimum: string | null;
  readonly cap: string | null;
  /** The ids of the charges that count, or null for all. */
  readonly charges: readonly string[] | null;
  /** The tax of an amount up to the minimum, where it is agreed. */
  readonly category: string | null;
  readonly percent: string | null;
}

/** Either a percentage or an amount of the charges it names, or of all with null. */
export interface OracleDiscount {
  readonly id: string;
  readonly percent: string | null;
  readonly amount: string | null;
  readonly charges: readonly string[] | null;
}

export interface OracleFacts {
  /** Decimals of the currency: 2 for USD. */
  readonly decimals: number;
  readonly rounding: "half_up" | "half_even";
  readonly zone: string;
  readonly start: Temporal.PlainDate;
  /** The first day after the period. */
  readonly end: Temporal.PlainDate;
  readonly taxInclusive: boolean;
  readonly vehicles: readonly OracleVehicle[];
  readonly charges: readonly OracleCharge[];
  readonly events: readonly OracleEvent[];
  /** The published values of each index by its name. */
  readonly indexes: Readonly<Record<string, readonly OracleIndexValue[]>>;
  readonly commitment: OracleCommitment | null;
  /** In the order in which they are given. */
  readonly discounts: readonly OracleDiscount[];
  /** Prepaid money that is to be used, as a decimal text in major units. */
  readonly credit: string | null;
}

/** A value of an index, in force from a day until the next one. */
export interface OracleIndexValue {
  readonly from: Temporal.PlainDate;
  readonly value: string;
}

/** The oracle does not know a model or an aggregate, so it can neither confirm nor deny: a breach with a reason. */
export class OracleCannotTell extends Error {
  override name = "OracleCannotTell";
}

/** The members of a list in a price, such as its units or bands. */
export function listOf(
  price: Readonly<Record<string, unknown>>,
  name: string,
): readonly Readonly<Record<string, unknown>>[] {
  const value = price[name];
  if (!Array.isArray(value)) {
    throw new OracleCannotTell(`The price has no ${name}: ${JSON.stringify(price)}.`);
  }
  return value;
}

/** The decimal text of a price's member, or the given default. */
export function decimalText(
  price: Readonly<Record<string, unknown>>,
  name: string,
  otherwise?: string,
): string {
  const value = price[name] ?? otherwise;
  if (typeof value !== "string") {
    throw new OracleCannotTell(`The price has no ${name}: ${JSON.stringify(price)}.`);
  }
  return value;
}

export function onContract(vehicle: OracleVehicle, date: Temporal.PlainDate): boolean {
  return Temporal.PlainDate.compare(vehicle.from, date) <= 0 &&
    (vehicle.to === null || Temporal.PlainDate.compare(date, vehicle.to) < 0);
}

/** Whether a charge is in force on a day. */
export function isInForce({ during }: OracleCharge, date: Temporal.PlainDate): boolean {
  return during === undefined || during.some((span) => onContract({ id: "", ...span }, date));
}

/** A field of an event as it was given; null is as good as none. */
export function fieldText(event: OracleEvent, field: string): string | boolean | undefined {
  const value = Object.hasOwn(event.properties, field) ? event.properties[field] : undefined;
  return typeof value === "string" || typeof value === "boolean" ? value : undefined;
}
