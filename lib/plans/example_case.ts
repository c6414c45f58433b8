/** One example of a plan version: one vehicle, a month of 31 days, and a quantity for each charge for usage, priced as a bill is. */
import { isDecimal, Rational } from "../core/decimal.ts";
import { type FieldProblem, milepostError } from "../core/errors.ts";
import { price, type PriceResult } from "../pricing/price.ts";
import { parsePriceCase } from "../pricing/price_case.ts";
import { PriceCaseError } from "../pricing/price_case_error.ts";
import type { NewCharge } from "../../db/queries/rate_plan.ts";
import type { MeterTerms, PriceTerms } from "./terms.ts";
import { caseOf, type VersionInput } from "./version_rules.ts";

/** Days in the month of the example. */
export const exampleDays = 31;
const firstDay = Temporal.PlainDate.from("2024-01-01");
/** So many events are made for a number of events. */
const eventsMost = 1_000;
const vehicle = "V-1";

export interface ExampleFigures {
  /** Days of the vehicle on the contract, as typed. */
  days: string;
  /** As typed, in the order of the charges; those of charges without usage are not read. */
  quantities: readonly string[];
}

export interface Example {
  result: PriceResult;
  /** Names of charges that an example cannot show, because their index has no value yet. */
  leftOut: string[];
}

/** What has to be typed for a charge for usage: its quantity is so many of these. */
export function exampleUnit({ meter, price }: Pick<NewCharge, "meter" | "price">): string {
  const { aggregate, field, event } = meter as MeterTerms;
  const { model } = price as PriceTerms;
  if (model === "percentage" || model === "pass_through") {
    return `Money in ${(price as { field: string }).field} of one ${event} event`;
  }
  if (model === "best_rate") return "Whole hours of one hire";
  if (aggregate === "count" || aggregate === "unique") return `Number of ${event} events`;
  if (aggregate === "time_weighted") return `Level of ${field} all month`;
  if (aggregate === "last_minus_first") return `Rise of ${field}`;
  return `${aggregate === "max" ? "Highest" : "Sum of"} ${field} of ${event} events`;
}

/** A quantity to begin with, so that every charge shows. */
export function exampleQuantity(charge: NewCharge): string {
  return isCounted(charge) ? "10" : "100";
}

/** Throws `InvalidInput` that names `days` or `quantity-1` and so on. */
export function priceExample(version: VersionInput, { days, quantities }: ExampleFigures): Example {
  const all = version.charges.map((charge, index) => ({ charge, quantity: quantities[index] ?? "0", index }));
  const shown = all.filter(({ charge: { price } }) => {
    const terms = price as PriceTerms;
    return terms.model !== "indexed" || version.indexes.has(terms.index);
  });
  const leftOut = all.filter((each) => !shown.includes(each)).map(({ charge }) => charge.name);
  const problems = [
    ...dayProblems(days),
    ...shown.flatMap(({ charge, quantity, index }) => quantityProblems(charge, quantity, index)),
  ];
  if (problems.length > 0) throw milepostError("InvalidInput", { fields: problems });
  const charges = shown.map(({ charge }) => ownEvents(charge, version.charges));
  const to = Number(days) === exampleDays ? null : firstDay.add({ days: Number(days) }).toString();
  const example = {
    ...caseOf({ ...version, charges }),
    vehicles: [{ id: vehicle, from: firstDay.toString(), to }],
    usage: shown.flatMap(({ quantity }, index) => usageOf(charges[index], quantity)),
  };
  try {
    return { result: price(parsePriceCase(example)), leftOut };
  } catch (error) {
    if (!(error instanceof PriceCaseError)) throw error;
    throw milepostError("InvalidInput", {
      fields: error.faults.map(({ path, value, message }) => {
        const place = /^\$\.charges\[(\d+)\]/.exec(path);
        const rule = message.slice(path.length + 2);
        return { field: place ? `quantity-${shown[Number(place[1])].index + 1}` : undefined, value, rule };
      }),
    });
  }
}

function dayProblems(days: string): FieldProblem[] {
  if (/^\d{1,2}$/.test(days) && Number(days) >= 1 && Number(days) <= exampleDays) return [];
  const rule = `Use a whole number from 1 to ${exampleDays}.`;
  return [{ field: "days", value: days, rule, example: String(exampleDays) }];
}

function quantityProblems(charge: NewCharge, quantity: string, index: number): FieldProblem[] {
  if (charge.kind !== "usage") return [];
  const field = `quantity-${index + 1}`;
  if (!isDecimal(quantity)) {
    return [{ field, value: quantity, rule: "Use a number with a point.", example: "1200.5" }];
  }
  if (!isCounted(charge)) return [];
  const number = Rational.parse(quantity);
  const isAllowed = number.denominator === 1n && !number.isNegative && number.numerator <= BigInt(eventsMost);
  const rule = `Use a whole number from 0 to ${eventsMost}.`;
  return isAllowed ? [] : [{ field, value: quantity, rule, example: "10" }];
}

/** Whether the quantity is a number of things and not a measure. */
function isCounted({ meter, price }: NewCharge): boolean {
  const { model } = price as PriceTerms;
  if (model === "percentage" || model === "pass_through") return false;
  const { aggregate } = meter as MeterTerms;
  return model === "best_rate" || aggregate === "count" || aggregate === "unique";
}

/** Two charges may count the same events; in an example each has its own, so that one figure does not move the other. */
function ownEvents(charge: NewCharge, all: readonly NewCharge[]): NewCharge {
  if (charge.kind !== "usage") return charge;
  const meter = charge.meter as MeterTerms;
  const sharing = all.filter((other) => (other.meter as MeterTerms | null)?.event === meter.event);
  if (sharing.length === 1) return charge;
  return { ...charge, meter: { ...meter, event: `${meter.event} (${charge.reference})` } };
}

/** The events that come to the quantity, at noon of 2 January, a Tuesday, or over the month. */
function usageOf(charge: NewCharge, quantity: string): Record<string, unknown>[] {
  if (charge.kind !== "usage" || !/[1-9]/.test(quantity)) return [];
  const { event, aggregate, field, where = {} } = charge.meter as MeterTerms;
  const terms = charge.price as PriceTerms;
  const make = (number: number, at: string, fields: Record<string, string>) => {
    return { ...where, ...fields, id: `${charge.reference} ${number}`, event, vehicle, at };
  };
  const noon = "2024-01-02T12:00:00Z", dawn = "2024-01-01T00:00:00Z";
  const measured: Record<string, string> = field === undefined ? {} : { [field]: quantity };
  if (terms.model === "percentage" || terms.model === "pass_through") {
    return [make(1, noon, { ...measured, [terms.field]: quantity })];
  }
  if (terms.model === "best_rate") {
    const end = Temporal.Instant.from(noon).add({ hours: Number(quantity) }).toString();
    return [make(1, noon, { ...measured, [terms.startField]: noon, [terms.endField]: end })];
  }
  if (aggregate === "count" || aggregate === "unique") {
    return Array.from(
      { length: Number(quantity) },
      (_, index) => make(index + 1, noon, field === undefined ? {} : { [field]: String(index + 1) }),
    );
  }
  if (aggregate === "last_minus_first") {
    return [make(1, dawn, { [field!]: "0" }), make(2, "2024-01-01T12:00:00Z", measured)];
  }
  return [make(1, aggregate === "time_weighted" ? dawn : noon, measured)];
}
