/** Generated price cases that an invoice could carry: every model, aggregate and proration, in periods where the calendar is awkward. */
import fc from "fast-check";
import { number, optional, text } from "./generated_numbers.ts";
import { bestRate, during, indexed, percentage, quantityPrice } from "./generated_price_cases.ts";
import { termsOf } from "./generated_terms.ts";
import type { CaseInput } from "./price_case.ts";

/** Clocks that change within the period, a day that never was, short months, 31sts, leap days, and one day to a year. */
const periods: [zone: string, start: string, end: string, awkward: string][] = [
  ["America/Chicago", "2024-03-01", "2024-04-01", "2024-03-10"],
  ["America/Chicago", "2024-10-31", "2024-11-30", "2024-11-03"],
  ["Europe/Berlin", "2024-10-15", "2024-11-15", "2024-10-27"],
  ["Australia/Lord_Howe", "2024-10-01", "2024-11-01", "2024-10-06"],
  ["America/Sao_Paulo", "2018-10-31", "2018-11-30", "2018-11-04"],
  ["America/St_Johns", "2010-11-01", "2010-12-01", "2010-11-07"],
  ["Pacific/Apia", "2011-12-15", "2012-01-15", "2011-12-30"],
  ["Asia/Tokyo", "2024-01-31", "2024-02-29", "2024-02-28"],
  ["UTC", "2024-02-29", "2024-03-31", "2024-03-30"],
  ["UTC", "2023-02-01", "2023-03-01", "2023-01-31"],
  ["Europe/London", "2024-01-30", "2024-01-31", "2024-01-30"],
  ["Europe/London", "2024-03-25", "2024-04-01", "2024-03-31"],
  ["Australia/Lord_Howe", "2024-04-01", "2024-04-15", "2024-04-07"],
  ["Europe/Berlin", "2024-02-12", "2024-03-11", "2024-02-29"],
  ["America/Chicago", "2024-01-31", "2024-04-30", "2024-03-10"],
  ["Pacific/Chatham", "2023-08-31", "2024-02-29", "2023-09-24"],
  ["Australia/Lord_Howe", "2024-02-29", "2025-02-28", "2024-10-06"],
];

export const models = [
  "flat",
  "per_unit",
  "graduated",
  "volume",
  "package",
  "stairstep",
  "percentage",
  "pass_through",
  "best_rate",
  "pooled",
  "indexed",
  "time_of_use",
  "active_vehicle",
] as const;
export const aggregates = ["sum", "count", "max", "unique", "last_minus_first", "time_weighted"] as const;
export const prorations = ["day", "second", "fixed30", "none"] as const;

const clock = (quarters: number) =>
  text(quarters, 0).length && `${
    Temporal.PlainTime.from({
      hour: Math.floor(quarters / 4),
      minute: quarters % 4 * 15,
    })
  }`.slice(0, 5);
const week = fc.uniqueArray(fc.constantFrom("mon", "tue", "wed", "thu", "fri", "sat", "sun"), {
  minLength: 1,
});

/** Two bands that do not overlap, the second of which may pass midnight. */
const timeOfUse = fc.record({
  edges: fc.uniqueArray(fc.nat(95), { minLength: 4, maxLength: 4 }),
  days: fc.tuple(optional(week), week),
  units: fc.tuple(number(0, 999), number(0, 999), number(0, 999)),
  passesMidnight: fc.boolean(),
}).map(({ edges, days, units, passesMidnight }) => {
  const [first, second, third, last] = edges.toSorted((left, right) => left - right).map(clock);
  const band = (index: 0 | 1, from: unknown, to: unknown) => {
    return { name: `band ${index}`, ...(days[index] && { days: days[index] }), from, to, unit: units[index] };
  };
  const bands = passesMidnight
    ? [band(0, second, third), band(1, last, first)]
    : [band(0, first, second), band(1, third, "24:00")];
  return { model: "time_of_use", bands, otherwise: { unit: units[2] } };
});

const signed = number(-20_000, 50_000, 3);
const usagePrice: fc.Arbitrary<CaseInput> = fc.oneof(
  { weight: 4, arbitrary: quantityPrice },
  fc.record({ model: fc.constant("per_unit"), unit: signed }),
  percentage,
  fc.record({
    model: fc.constant("pass_through"),
    field: fc.constant("cost"),
    markupPercent: optional(number(0, 2_000)),
    markupPerEvent: optional(number(0, 9_999, 3)),
  }),
  bestRate,
  fc.record({ model: fc.constant("pooled"), includedPerVehicle: number(0, 900), overage: quantityPrice }),
  indexed,
  timeOfUse,
  fc.record({ model: fc.constant("active_vehicle"), amount: signed }),
);

const meter = (model: unknown) =>
  fc.constantFrom(...model === "indexed" || model === "time_of_use" ? aggregates.slice(0, 2) : aggregates)
    .chain((aggregate) => {
      const field = { last_minus_first: "odometer", unique: "driver" }[aggregate as string] ?? "km";
      return fc.record({
        event: fc.constant("trip"),
        aggregate: fc.constant(aggregate),
        field: fc.constantFrom(...aggregate === "unique" ? [field, "vehicle", "business"] : [field]),
        where: fc.constantFrom<CaseInput | undefined>(
          undefined,
          undefined,
          undefined,
          { purpose: "business" },
          { business: true },
          { driver: "true" },
          { vehicle: "v0" },
        ),
      });
    });

/** Tiers and packages as small as shares of a period are. */
const sharePrice: fc.Arbitrary<CaseInput> = fc.record({
  bounds: fc.subarray(["0.25", "0.5", "1", "1.5", "2.75"]),
  amounts: fc.array(fc.tuple(number(0, 9_999), number(0, 9_999)), { minLength: 6, maxLength: 6 }),
  model: fc.constantFrom("graduated", "volume", "stairstep", "package"),
  size: number(3, 90),
}).map(({ bounds, amounts, model, size }): CaseInput => {
  if (model === "package") {
    return { model, size, price: amounts[0][0], free: bounds.length > 2 ? "0.1" : "0" };
  }
  const tiers = [...bounds, null].map((upTo, index) => {
    const [unit, flat] = amounts[index];
    return model === "stairstep" ? { upTo, amount: flat } : { upTo, unit, flat };
  });
  return { model, tiers };
});

const charge = (length: number, start: Temporal.PlainDate): fc.Arbitrary<CaseInput> => {
  const common = {
    per: fc.constantFrom("vehicle", "contract"),
    during: during(fc.integer({ min: -9, max: length + 3 }), (days) => `${start.add({ days })}`),
  };
  return fc.oneof(
    {
      weight: 2,
      arbitrary: fc.record({
        ...common,
        kind: fc.constant("recurring"),
        proration: fc.constantFrom(...prorations),
        price: fc.oneof(quantityPrice, sharePrice),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        ...common,
        kind: fc.constant("one_time"),
        on: fc.integer({ min: -2, max: length + 1 }).map((days) => `${start.add({ days })}`),
        price: quantityPrice,
      }),
    },
    {
      weight: 5,
      arbitrary: usagePrice.chain((price) =>
        fc.record({
          ...common,
          kind: fc.constant("usage"),
          meter: meter(price.model),
          price: fc.constant(price),
        })
      ),
    },
  );
};

/** Stays of up to three vehicles, some of which came back at once or after a gap. */
const stays = (length: number, awkward: number) =>
  fc.array(
    fc.record({
      from: fc.oneof(
        fc.integer({ min: -15, max: 3 }),
        fc.integer({ min: -15, max: length }),
        fc.constantFrom(awkward, awkward + 1),
      ),
      days: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 20, max: 60 })),
      gap: fc.nat(3),
      again: optional(fc.integer({ min: 1, max: 40 })),
      isOpen: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3, size: "max" },
  );

/** What happens: a trip, or an odometer that is set to another value; several may share an instant. */
const happenings = (minutes: number) =>
  fc.array(
    fc.record({
      minute: fc.oneof(
        fc.integer({ min: 9 * 1440, max: minutes }),
        fc.integer({ min: 9 * 96, max: Math.floor(minutes / 15) }).map((quarters) => quarters * 15),
        fc.integer({ min: 9, max: Math.floor(minutes / 1440) }).map((days) => days * 1440),
      ),
      vehicle: fc.oneof(fc.nat(1), fc.nat(3)),
      /** Whether it happens to the first one's vehicle at the same instant. */
      isTwin: fc.nat(5).map((side) => side === 0),
      isReset: fc.boolean().chain((first) => fc.boolean().map((second) => first && second)),
      km: fc.oneof(number(-20, 3_000, 1), number(0, 300, 0), number(1, 99_999, 3)),
      cost: number(-500, 9_000),
      driven: fc.nat(5_000),
      hire: fc.oneof({ weight: 5, arbitrary: fc.nat(24_000) }, { weight: 1, arbitrary: fc.nat(120_000) }),
      driver: fc.constantFrom<string | boolean>("ann", "bob", "true", true),
      purpose: fc.constantFrom("business", "private"),
      business: fc.boolean(),
      resetField: fc.constantFrom(undefined, "odometer", "engine_hours"),
    }),
    { maxLength: 16, size: "max" },
  );

type Happening = ReturnType<typeof happenings> extends fc.Arbitrary<(infer One)[]> ? One : never;

/** The events by time, then id, with odometers that only rise until they are reset. */
function eventsOf(
  found: readonly Happening[],
  first: Temporal.Instant,
  vehicleCount: number,
  allowsNone: boolean,
): CaseInput[] {
  const shown = new Map<string | null, number>();
  return found.map(({ isTwin, ...each }, index) => {
    const { minute, vehicle } = isTwin ? found[0] : each;
    return { ...each, minute, vehicle, id: `e${index}` };
  })
    .sort((left, right) => left.minute - right.minute || (left.id < right.id ? -1 : 1))
    .flatMap(({ id, minute, vehicle, isReset, driven, hire, resetField, ...fields }): CaseInput[] => {
      const who = vehicle < vehicleCount ? `v${vehicle}` : null;
      if (who === null && (!allowsNone || isReset)) return [];
      const at = first.add({ minutes: minute });
      const reached = (shown.get(who) ?? 0) + driven;
      const common = { id, at: `${at}`, ...(who !== null && { vehicle: who }) };
      if (isReset) {
        if (resetField !== "engine_hours") shown.set(who, driven % 100);
        const values = { from: text(reached, 1), to: text(driven % 100, 1) };
        return [{ ...common, event: "odometer_reset", ...values, ...(resetField && { field: resetField }) }];
      }
      shown.set(who, reached);
      const times = { start: `${at}`, end: `${at.add({ minutes: hire })}` };
      return [{ ...common, ...fields, event: "trip", odometer: text(reached, 1), ...times }];
    });
}

/** A whole case that the contract allows. */
export const anyAuditCase: fc.Arbitrary<CaseInput> = fc.constantFrom(...periods).chain(
  ([zone, start, end, awkward]) => {
    const first = Temporal.PlainDate.from(start);
    const length = first.until(end).days;
    const opening = first.subtract({ days: 15 });
    return fc.record({
      currency: fc.constantFrom("USD", "JPY", "KWD"),
      rounding: fc.constantFrom("half_up", "half_even"),
      fleet: stays(length, first.until(Temporal.PlainDate.from(awkward)).days),
      charges: fc.array(charge(length, first), { minLength: 1, maxLength: 3 })
        .map((list) => list.map((each, index): CaseInput => ({ ...each, id: `c${index}` }))),
      found: happenings((length + 20) * 1440),
    }).chain((facts) => termsOf(facts.charges).map((terms) => ({ ...facts, terms })))
      .map(({ fleet, charges, found, terms, ...rest }): CaseInput => {
        const needsVehicle = charges.some(({ per, kind, price, meter }) =>
          kind === "usage" &&
          (per === "vehicle" || (price as CaseInput).model === "active_vehicle" ||
            (meter as CaseInput).field === "vehicle")
        );
        const instant = opening.toZonedDateTime(zone).toInstant();
        return {
          ...rest,
          zone,
          period: { start, end },
          vehicles: fleet.flatMap(({ from, days, gap, again, isOpen }, index) => {
            const day = (count: number) => `${first.add({ days: count })}`;
            const back = from + days + gap;
            return [
              {
                id: `v${index}`,
                from: day(from),
                to: again === undefined && isOpen ? null : day(from + days),
              },
              ...(again === undefined
                ? []
                : [{ id: `v${index}`, from: day(back), to: isOpen ? null : day(back + again) }]),
            ];
          }),
          ...terms,
          usage: eventsOf(found, instant, fleet.length, !needsVehicle),
          indexes: {
            diesel: [{ from: "2000-01-01", value: "2.83" }, {
              from: `${first.add({ days: 9 })}`,
              value: "2.31",
            }],
          },
        };
      });
  },
);
