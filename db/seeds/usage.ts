/** What the demo fleet did in three months, as the lines of a CSV file, awkward rows included. */
import { seededRandom, type SeedEntity, type SeedFleet } from "./fleet.ts";

/** The columns of the file; an empty field means that the row has no such quantity. */
export const usageHeader = "id,event,vehicle,at,km,cost,purpose";

/** Costs of the currency as written in the file: yen have no decimals. */
function cost(random: () => number, entity: SeedEntity, from: number, to: number): string {
  const minorUnits = Math.round((from + random() * (to - from)) * 100);
  if (entity.currency === "JPY") return String(Math.round(minorUnits * 1.9));
  return `${Math.floor(minorUnits / 100)}.${String(minorUnits % 100).padStart(2, "0")}`;
}

/** A local time of day in the entity's zone as an RFC 3339 instant with its offset. */
function at(day: Temporal.PlainDate, minuteOfDay: number, zone: string): string {
  return day.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from({ hour: 0 }) })
    .add({ minutes: minuteOfDay }).toString({ timeZoneName: "never", smallestUnit: "second" });
}

/** Rows of one vehicle on one day: trips on most days, now and then fuel, a toll or a repair. */
function* vehicleDay(
  random: () => number,
  entity: SeedEntity,
  vehicle: string,
  day: Temporal.PlainDate,
): Generator<string> {
  const weekend = day.dayOfWeek > 5;
  const trips = weekend ? (random() < 0.2 ? 1 : 0) : 1 + Math.floor(random() * 2);
  const key = `${vehicle}-${day.toString().replaceAll("-", "")}`;
  for (let trip = 1; trip <= trips; trip++) {
    const tenths = 20 + Math.floor(random() * 900);
    const purpose = weekend || random() < 0.1 ? "private" : "business";
    const when = at(day, 360 + Math.floor(random() * 900), entity.zone);
    yield `${key}-t${trip},trip,${vehicle},${when},${Math.floor(tenths / 10)}.${tenths % 10},,${purpose}`;
  }
  if (random() < 0.11) {
    yield `${key}-f,fuel,${vehicle},${at(day, 1100, entity.zone)},,${cost(random, entity, 38, 92)},`;
  }
  if (random() < 0.09) {
    yield `${key}-o,toll,${vehicle},${at(day, 700, entity.zone)},,${cost(random, entity, 2, 14)},`;
  }
  if (random() < 0.004) {
    yield `${key}-m,maintenance,${vehicle},${at(day, 600, entity.zone)},,${cost(random, entity, 60, 640)},`;
  }
}

/** Rows that go wrong elsewhere: the hour that a clock change repeats or drops, zero and negative usage, repeats, nonsense. */
function* awkwardRows(fleet: SeedFleet): Generator<string> {
  const clockChange = lastSunday(fleet.end.subtract({ days: 1 }));
  for (const [index, minute] of [30, 90, 150, 210].entries()) {
    yield `dst-${index},trip,V-0001,${at(clockChange, minute, "Europe/London")},1.5,,business`;
  }
  const day = fleet.start.add({ days: 9 });
  const noon = at(day, 720, "Europe/London");
  yield `zero,trip,V-0002,${noon},0,,business`;
  yield `refund,fuel,V-0002,${noon},,-12.40,`;
  yield `minus-km,trip,V-0002,${noon},-3.2,,business`;
  // the same event twice is a duplicate; the same id with another content is set aside
  yield `twice,trip,V-0003,${noon},8.8,,business`;
  yield `twice,trip,V-0003,${noon},8.8,,business`;
  yield `changed,trip,V-0003,${noon},8.8,,business`;
  yield `changed,trip,V-0003,${noon},9.9,,business`;
  yield `unknown-vehicle,trip,V-9999,${noon},4.0,,business`;
  yield `no-number,trip,V-0004,${noon},twelve,,business`;
  yield `no-time,trip,V-0004,yesterday,12.0,,business`;
}

function lastSunday(lastDay: Temporal.PlainDate): Temporal.PlainDate {
  return lastDay.subtract({ days: lastDay.dayOfWeek % 7 });
}

/** Every line of the file, header first, without line ends; the same for the same fleet and seed. */
export function* usageLines(fleet: SeedFleet, seed: number): Generator<string> {
  yield usageHeader;
  const random = seededRandom(seed);
  const entities = new Map(fleet.entities.map((entity) => [entity.prefix, entity]));
  const stays = fleet.contracts.flatMap((contract) =>
    contract.vehicles.map((stay) => ({ ...stay, entity: entities.get(contract.entity)! }))
  );
  for (let day = fleet.start; Temporal.PlainDate.compare(day, fleet.end) < 0; day = day.add({ days: 1 })) {
    const date = day.toString();
    for (const { vehicle, fromDate, toDate, entity } of stays) {
      if (fromDate <= date && (toDate === null || date < toDate)) {
        yield* vehicleDay(random, entity, vehicle, day);
      }
    }
  }
  yield* awkwardRows(fleet);
}

/** What arrives after its month was billed: usage of the first month, from a card company that reports late. */
export function* lateUsageLines(fleet: SeedFleet): Generator<string> {
  yield usageHeader;
  for (let number = 1; number <= 6; number++) {
    const day = fleet.start.add({ days: 4 * number });
    yield `late-${number},fuel,V-000${number},${at(day, 800, "Europe/London")},,${40 + number}.10,`;
  }
}

/** Whose odometer was read wrongly: the first trip of the second month was half as long, and the next one never took place. */
const misread = ["V-0012", "V-0013", "V-0150"];

/** What is put right after the second month was billed: events that take the place of others, and voids. */
export function* correctedUsageLines(fleet: SeedFleet, seed: number): Generator<string> {
  yield `${usageHeader},corrects`;
  const month = fleet.start.add({ months: 1 }).toString().slice(0, 7);
  const seen = new Map(misread.map((vehicle) => [vehicle, 0]));
  for (const line of usageLines(fleet, seed)) {
    const [id, event, vehicle, when, km, , purpose] = line.split(",");
    const before = seen.get(vehicle);
    if (event !== "trip" || before === undefined || before > 1 || !when.startsWith(month)) continue;
    seen.set(vehicle, before + 1);
    const half = Math.round(Number(km) * 5) / 10;
    yield before === 0
      ? `${id}-mended,trip,${vehicle},${when},${half},,${purpose},${id}`
      : `${id}-void,void,,${when},,,,${id}`;
  }
}
