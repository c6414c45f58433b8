/** Generated price cases that are valid: every model, meter and term of the contract in one small fleet. */
import fc from "fast-check";
import { mayHaveFreeUnits } from "../../lib/pricing/charge.ts";
import { number, optional, text } from "./generated_numbers.ts";
import { termsOf } from "./generated_terms.ts";
import type { CaseInput } from "./price_case.ts";

const DAYS = 40;
/** The period is January; the fleet and its usage start ten days earlier. */
const dayOf = (index: number) => `${Temporal.PlainDate.from("2023-12-22").add({ days: index })}`;

/** Often one of few, so that lines are equal and the last cent of a share has more than one taker. */
const money = fc.oneof(number(0, 50_000), fc.constantFrom("1", "10"));
const unit = number(0, 9_999, 3);

const tiers = (rest: fc.Arbitrary<CaseInput>) =>
  fc.tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: 300 }), { maxLength: 3 }),
    fc.array(rest, { minLength: 4, maxLength: 4 }),
  )
    .map(([bounds, rests]) =>
      [...bounds.sort((left, right) => left - right).map(String), null].map((upTo, index) => ({
        ...rests[index],
        upTo,
      }))
    );
const unitTiers = tiers(fc.record({ unit, flat: unit }, { requiredKeys: [] }));

export const quantityPrice: fc.Arbitrary<CaseInput> = fc.oneof(
  fc.record({ model: fc.constant("flat"), amount: money }),
  fc.record({ model: fc.constant("per_unit"), unit }),
  fc.record({ model: fc.constant("graduated"), tiers: unitTiers, flatFeeOnZero: fc.boolean() }),
  fc.record({ model: fc.constant("volume"), tiers: unitTiers, flatFeeOnZero: fc.boolean() }),
  fc.record({
    model: fc.constant("package"),
    size: number(1, 2_000),
    price: money,
    free: optional(number(0, 5_000)),
  }),
  fc.record({ model: fc.constant("stairstep"), tiers: tiers(fc.record({ amount: money })) }),
);

export const percentage = fc.record({
  model: fc.constant("percentage"),
  field: fc.constant("cost"),
  percent: number(0, 1_000),
  perEvent: optional(unit),
  freeEvents: optional(number(0, 4, 0)),
  freeAmount: optional(money),
  minPerEvent: optional(number(0, 300)),
  maxPerEvent: optional(number(300, 900)),
});
export const bestRate = fc.uniqueArray(fc.constantFrom("hour", "day", "week", "month"), { minLength: 1 })
  .chain((
    pers,
  ) =>
    fc.tuple(...pers.map((per) => fc.record({ per: fc.constant(per), price: money }))).map((units) => {
      return { model: "best_rate", startField: "start", endField: "end", units };
    })
  );
export const indexed = fc.record({
  model: fc.constant("indexed"),
  base: unit,
  index: fc.constant("diesel"),
  baseIndex: number(200, 300),
  step: number(1, 50),
  change: number(-20, 20, 3),
  floor: optional(number(0, 500, 3)),
  ceiling: optional(number(500, 2_000, 3)),
});
const timeOfUse = fc.record({
  model: fc.constant("time_of_use"),
  bands: fc.tuple(unit, unit).map(([night, peak]) => [
    {
      name: "night",
      days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
      from: "22:00",
      to: "06:00",
      unit: night,
    },
    { name: "peak", days: ["mon", "fri"], from: "07:00", to: "09:30", unit: peak },
  ]),
  otherwise: fc.record({ unit }),
});
const usagePrice: fc.Arbitrary<CaseInput> = fc.oneof(
  quantityPrice,
  percentage,
  fc.record({
    model: fc.constant("pass_through"),
    field: fc.constant("cost"),
    markupPercent: optional(number(0, 2_000)),
    markupPerEvent: optional(unit),
  }),
  bestRate,
  fc.record({ model: fc.constant("pooled"), includedPerVehicle: number(0, 9_000), overage: quantityPrice }),
  indexed,
  timeOfUse,
  fc.record({ model: fc.constant("active_vehicle"), amount: money }),
);

const meter = (model: unknown) => {
  const eventWise = model === "indexed" || model === "time_of_use";
  const aggregates = eventWise
    ? ["sum", "count"]
    : ["sum", "count", "max", "unique", "last_minus_first", "time_weighted"];
  return fc.constantFrom(...aggregates).chain((aggregate) =>
    fc.record({
      event: fc.constant("trip"),
      aggregate: fc.constant(aggregate),
      field: fc.constant(
        aggregate === "last_minus_first" ? "odometer" : aggregate === "unique" ? "driver" : "km",
      ),
      where: optional(fc.constantFrom<CaseInput>({ purpose: "business" }, {})),
    })
  );
};

/** When a charge is in force: mostly always, else in up to three spans of `days`, some of which touch, or never. */
export const during = (days: fc.Arbitrary<number>, dayOf: (index: number) => string) =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant(undefined) },
    {
      weight: 1,
      arbitrary: fc.record({
        edges: fc.uniqueArray(days, { maxLength: 6, size: "max" }),
        touches: fc.boolean(),
      }).map(({ edges, touches }) => {
        const sorted = edges.toSorted((left, right) => left - right).map(dayOf);
        return sorted.flatMap((from, index) =>
          index + 1 < sorted.length && (touches || index % 2 === 0) ? [{ from, to: sorted[index + 1] }] : []
        );
      }),
    },
  );

const common = {
  during: during(fc.nat(DAYS + 9), dayOf),
  per: fc.constantFrom("vehicle", "contract"),
};
const charge: fc.Arbitrary<CaseInput> = fc.oneof(
  fc.record({
    ...common,
    kind: fc.constant("recurring"),
    proration: fc.constantFrom("day", "second", "fixed30", "none"),
    price: quantityPrice,
  }),
  fc.record({
    ...common,
    kind: fc.constant("one_time"),
    on: fc.integer({ min: 0, max: DAYS + 9 }).map(dayOf),
    price: quantityPrice,
  }),
  usagePrice.chain((price) =>
    fc.record({
      ...common,
      kind: fc.constant("usage"),
      meter: meter(price.model),
      price: fc.constant(price),
      ...(mayHaveFreeUnits(price.model as string)
        ? { freeUnits: fc.option(number(0, 2_000, 1), { nil: undefined }) }
        : {}),
    })
  ),
);

const vehicles = fc.array(
  fc.record({
    from: fc.nat(DAYS),
    length: fc.integer({ min: 1, max: 30 }),
    gap: fc.nat(3),
    isOpen: fc.boolean(),
  }),
  { minLength: 1, maxLength: 4 },
).map((stays) =>
  stays.flatMap(({ from, length, gap, isOpen }, index) => [
    { id: `v${index}`, from: dayOf(from), to: dayOf(from + length) },
    { id: `v${index}`, from: dayOf(from + length + gap), to: isOpen ? null : dayOf(from + length + gap + 9) },
  ])
);

/** Trips of vehicles v0 to v3 in time; odometers only rise, because each event's follows from its instant. */
const usage = fc.uniqueArray(
  fc.record({
    minute: fc.nat((DAYS + 5) * 1440),
    vehicle: fc.nat(3),
    km: number(-20, 3_000, 1),
    cost: number(-500, 9_000),
    hours: fc.nat(400),
    driver: fc.constantFrom("ann", "bob", "cy"),
    purpose: fc.constantFrom("business", "private"),
  }),
  { maxLength: 12, selector: ({ minute }) => minute },
);

/** A whole case that the contract allows. */
export const anyCase: fc.Arbitrary<CaseInput> = fc.record({
  currency: fc.constantFrom("USD", "JPY", "KWD"),
  zone: fc.constantFrom("America/Chicago", "Australia/Lord_Howe", "Europe/Berlin"),
  rounding: fc.constantFrom("half_up", "half_even"),
  vehicles,
  usage,
  charges: fc.array(charge, { minLength: 1, maxLength: 4 })
    .map((list) => list.map((each, index): CaseInput => ({ ...each, id: `c${index}` }))),
}).chain(({ charges, usage, ...rest }) =>
  termsOf(charges).map((terms): CaseInput => {
    const start = Temporal.PlainDate.from("2023-12-22").toZonedDateTime(rest.zone).toInstant();
    const known = new Set(rest.vehicles.map(({ id }) => id));
    return {
      ...rest,
      ...terms,
      period: { start: "2024-01-01", end: "2024-02-01" },
      usage: usage.filter(({ vehicle }) => known.has(`v${vehicle}`)).map(
        ({ minute, vehicle, hours, ...fields }) => {
          const at = start.add({ minutes: minute });
          return {
            id: `e${minute}`,
            event: "trip",
            vehicle: `v${vehicle}`,
            at: `${at}`,
            ...fields,
            odometer: text(minute * 3, 1),
            start: `${at}`,
            end: `${at.add({ hours })}`,
          };
        },
      ),
      indexes: { diesel: [{ from: "2023-12-01", value: "2.83" }, { from: "2024-01-15", value: "2.31" }] },
    };
  })
);
