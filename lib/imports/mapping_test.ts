/** Mappings: what becomes of a row, whose it is, why a row is quarantined, and that saved mappings fit their files. */
import assert from "node:assert/strict";
import { isMilepostError } from "../core/errors.ts";
import { CsvReader } from "./csv.ts";
import {
  canonicalRow,
  columnsOf,
  type MappedEvent,
  mapRow,
  prepareMapping,
  type Quarantine,
  slug,
} from "./mapping.ts";
import type { UsageMapping } from "./mapping.ts";
import { fleetUsage } from "./mappings/fleet_usage.ts";
import { nycTaxi } from "./mappings/nyc_taxi.ts";
import { findMapping, savedMappings } from "./saved_mappings.ts";

const header = ["id", "event", "vehicle", "at", "km", "cost", "purpose"];
const fleet = prepareMapping(fleetUsage, header);

function eventOf(row: string): MappedEvent {
  const mapped = mapRow(fleet, row.split(","));
  assert.ok("event" in mapped, JSON.stringify(mapped));
  return mapped.event;
}

function quarantineOf(row: string): Quarantine {
  const mapped = mapRow(fleet, row.split(","));
  assert.ok("quarantine" in mapped, JSON.stringify(mapped));
  return mapped.quarantine;
}

Deno.test("a row becomes an event with its vehicle, instant, numbers and words", () => {
  const event = eventOf("t-1,trip, V-0001 ,2024-01-31T09:30:00+01:00,12.40,,business");
  assert.deepEqual({ ...event, at: event.at.toString() }, {
    id: "t-1",
    event: "trip",
    at: "2024-01-31T08:30:00Z",
    subject: { kind: "vehicle", reference: "V-0001" },
    properties: { km: "12.40", purpose: "business" },
  });
  assert.deepEqual(eventOf("r,fuel,V-1,2024-01-31T09:30:00Z,,-12.40,").properties, { cost: "-12.40" });
});

Deno.test("a row that cannot be an event names its column, value and reason", () => {
  const good = {
    id: "t-1",
    event: "trip",
    vehicle: "V-1",
    at: "2024-01-31T09:30:00Z",
    km: "1",
    cost: "",
    purpose: "",
  };
  const cases: [Partial<typeof good>, string, string, RegExp][] = [
    [{ km: "twelve" }, "km", "twelve", /decimal number like 12\.5/],
    [{ km: "1e3" }, "km", "1e3", /decimal number/],
    [{ km: "+5" }, "km", "+5", /decimal number/],
    [{ km: "1.1234567890123" }, "km", "1.1234567890123", /at most 12 decimals/],
    [{ km: "9".repeat(101) }, "km", "9".repeat(101), /100 characters/],
    [{ km: "" }, "km", "", /A trip needs a number here/],
    [{ event: "toll" }, "cost", "", /A toll needs a number here/],
    [{ event: "" }, "event", "", /Name the event/],
    [{ vehicle: " " }, "vehicle", " ", /names no vehicle, so it leads to no customer/],
    [{ vehicle: "v".repeat(201) }, "vehicle", "v".repeat(201), /longer than 200/],
    [{ at: "yesterday" }, "at", "yesterday", /with its offset/],
    [{ id: "" }, "id", "", /id of 1 to 200/],
  ];
  for (const [change, column, value, reason] of cases) {
    const quarantined = quarantineOf(Object.values({ ...good, ...change }).join(","));
    assert.equal(quarantined.column, column);
    assert.equal(quarantined.value, value);
    assert.match(quarantined.reason, reason);
  }
});

Deno.test("an id that is corrected is no longer than an id can be", () => {
  const header = ["id", "event", "vehicle", "at", "km", "cost", "purpose", "corrects"];
  const prepared = prepareMapping(findMapping("fleet-usage"), header);
  const row = ["b", "trip", "V-1", "2024-03-05T10:00:00Z", "1", "", "", "c".repeat(201)];
  const mapped = mapRow(prepared, row);
  assert.ok("quarantine" in mapped);
  assert.equal(mapped.quarantine.column, "corrects");
  assert.match(mapped.quarantine.reason, /at most 200/);
});

Deno.test("a name becomes a reference by small letters, digits and hyphens", () => {
  assert.equal(slug("Blue Ribbon Taxi Association Inc."), "blue-ribbon-taxi-association-inc");
  assert.equal(slug("3201 - C&D Cab Co Inc"), "3201-c-d-cab-co-inc");
  assert.equal(slug("Chicago Elite Cab Corp. (Chicago Carriag"), "chicago-elite-cab-corp-chicago-carriag");
  assert.equal(slug("Žižkov Überlandbus"), "zizkov-uberlandbus");
  assert.equal(slug("東京"), "");
});

Deno.test("a name without letters or digits leads to no customer", () => {
  const mapping: UsageMapping = {
    ...nycTaxi,
    subject: { contract: { column: "who", form: "slug" } },
    fields: [],
    dimensions: [],
  };
  const prepared = prepareMapping(mapping, ["who", "tpep_pickup_datetime"]);
  const mapped = mapRow(prepared, ["東京", "2019-03-23 20:21:09"]);
  assert.ok("quarantine" in mapped);
  assert.match(mapped.quarantine.reason, /no letter a–z and no digit/);
});

Deno.test("a wrong mapping is refused with what it needs and what the file has", () => {
  const refuses = (mapping: UsageMapping, columns: string[], message: RegExp) =>
    assert.throws(() => prepareMapping(mapping, columns), (error) => {
      assert.ok(isMilepostError(error, "InvalidFile"));
      assert.match(error.message, message);
      return true;
    });
  refuses(
    fleetUsage,
    header.filter((name) => name !== "km"),
    /fleet-usage needs the column "km", which is not in the file/,
  );
  refuses(
    nycTaxi,
    header,
    /needs the columns "tpep_pickup_datetime", "VendorID".*The file has "id", "event"/,
  );
  refuses(fleetUsage, [header.join(";")], /separated by ";"; this mapping expects ","/);
});

Deno.test("a mapping cannot take a name that an event has already, or one name twice", () => {
  const renamed = (name: string) => ({ ...fleetUsage, dimensions: [{ name, column: "purpose" }] });
  assert.throws(() => prepareMapping(renamed("at"), header), /call a property "at"/);
  assert.throws(() => prepareMapping(renamed("km"), header), /call a property "km"/);
});

Deno.test("the canonical row ignores the order of columns, empty values and outer spaces, and nothing else", () => {
  const row = "t-1,trip,V-1,2024-01-31T09:30:00Z,1,,business".split(",");
  const same = canonicalRow(fleet, row);
  const moved = prepareMapping(fleetUsage, [...header].reverse().concat("note"));
  assert.equal(canonicalRow(moved, [...row].reverse().concat(" ")), same);
  const changes = row.map((value, index) => canonicalRow(fleet, row.with(index, `${value}x`)));
  assert.equal(new Set([same, ...changes]).size, row.length + 1);
  // values cannot slip into the neighbouring column
  assert.notEqual(
    canonicalRow(fleet, row.with(1, "trip,id").with(0, "1")),
    canonicalRow(fleet, row.with(1, "trip").with(0, "id,1")),
  );
});

Deno.test("saved mappings have their own names, and an unknown one is refused with the list", () => {
  assert.deepEqual(savedMappings.map(({ name }) => name).sort(), ["chicago-taxi", "fleet-usage", "nyc-taxi"]);
  for (const mapping of savedMappings) prepareMapping(mapping, columnsOf(mapping));
  assert.throws(
    () => findMapping("nyc"),
    /no mapping "nyc"\. Choose one of fleet-usage, chicago-taxi, nyc-taxi/,
  );
  assert.throws(() => findMapping(""), /No mapping was chosen/);
});

const trips = new URL("../../../shared/data/trips/", import.meta.url);
const present = await Deno.stat(trips).then(() => true, () => false);
if (!present) {
  console.warn("The taxi files of ../shared/data are absent: their mappings are tested without them.");
}

Deno.test({
  name: "saved mappings fit the real files: every row leads to a company, or names none",
  ignore: !present,
  fn() {
    const expected: Record<string, { rows: number; companies: number; nameless: number }> = {
      "nyc-taxi": { rows: 6_500, companies: 3, nameless: 0 },
      "chicago-taxi": { rows: 15_002, companies: 61, nameless: 5_140 },
    };
    for (const [name, counts] of Object.entries(expected)) {
      const file = name === "nyc-taxi" ? "nyc-taxi-2019-03.csv" : "chicago-taxi.csv";
      const reader = new CsvReader();
      const rows = [...reader.push(Deno.readFileSync(new URL(file, trips))), ...reader.end()];
      const prepared = prepareMapping(findMapping(name), reader.header!);
      const mapped = rows.map((row) => mapRow(prepared, row.fields));
      const quarantined = mapped.flatMap((row) => "quarantine" in row ? [row.quarantine] : []);
      const companies = new Set(mapped.flatMap((row) => "event" in row ? [row.event.subject.reference] : []));
      assert.deepEqual(
        { rows: rows.length, companies: companies.size, nameless: quarantined.length },
        counts,
      );
      assert.ok(
        quarantined.every(({ column, reason }) => column === "company" && /no customer/.test(reason)),
      );
    }
  },
});
