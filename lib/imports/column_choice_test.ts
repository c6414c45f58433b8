/** Guards mappings made by hand: what is guessed, what a choice becomes, and what is refused with which words. */
import assert from "node:assert/strict";
import { isMilepostError, type MilepostError } from "../core/errors.ts";
import { type ColumnChoice, readColumnChoice } from "./column_choice.ts";
import { choiceOf, guessChoice } from "./column_guess.ts";
import { lookAtFile } from "./file_look.ts";
import { instantReader } from "./instants.ts";
import { mapRow, prepareMapping } from "./mapping.ts";
import { readTimePattern } from "./time_pattern.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const csv = "Trip ID;Reg No;Start;Distance (km);Driver;Fuel cost\nt1;V-1;31/01/2024 09:30;12.5;Ann;3.20\n";
const look = lookAtFile(bytes(csv), true);
const guess = guessChoice(look, "Europe/London");

/** What is refused, as `field: words`. */
function refusals(change: Partial<ColumnChoice>, file = look): string[] {
  try {
    readColumnChoice({ ...guess, ...change }, file);
  } catch (error) {
    assert.ok(isMilepostError(error, "InvalidInput"), String(error));
    return error.fields.map(({ field, rule, example }) => `${field}: ${rule} (${example ?? ""})`);
  }
  return [];
}

/** One column of the file used otherwise. */
const others = (column: string, change: { use?: string; name?: string }) =>
  guess.others.map((other) => other.column === column ? { ...other, ...change } : other);

Deno.test("the look finds the separator, the columns and the first values", () => {
  assert.equal(look.delimiter, ";");
  assert.deepEqual(look.columns, ["Trip ID", "Reg No", "Start", "Distance (km)", "Driver", "Fuel cost"]);
  assert.deepEqual(look.rows, [["t1", "V-1", "31/01/2024 09:30", "12.5", "Ann", "3.20"]]);
  const lines = lookAtFile(
    bytes('{"id":"a","at":1.50,"place":{"x":1}}\n\n{"id":"b","vehicle":"V"}\n{"i'),
    false,
  );
  assert.deepEqual([lines.form, lines.columns], ["ndjson", ["id", "at", "vehicle"]]);
  assert.deepEqual(lines.rows, [["a", "1.50", ""], ["b", "", "V"]].slice(0, lines.rows.length));
});

Deno.test("a file that no mapping could read is refused in a sentence", () => {
  const said = (text: string) => {
    try {
      lookAtFile(bytes(text), true);
    } catch (error) {
      return (error as MilepostError).message;
    }
  };
  assert.match(said("")!, /The file is empty/);
  assert.match(said("km;at;km\n")!, /Two columns are called "km"/);
  assert.match(said("just words\n")!, /one column, “just words”.*comma, a semicolon/);
  assert.match(said('{"id":1}\n')!, /no JSON object with two fields/);
  assert.match(said(Array.from({ length: 101 }, (_, index) => `c${index}`).join(","))!, /At most 100/);
});

Deno.test("columns are guessed by name, and the time by its values", () => {
  const { id, vehicle, contract, time, timeForm, timePattern } = guess;
  assert.deepEqual([id, vehicle, contract, time], ["Trip ID", "Reg No", "", "Start"]);
  assert.deepEqual([timeForm, timePattern], ["pattern", "DD/MM/YYYY HH:mm"]);
  assert.deepEqual(guess.others.slice(3), [
    { column: "Distance (km)", use: "quantity", name: "distance_km" },
    { column: "Driver", use: "word", name: "Driver" },
    { column: "Fuel cost", use: "quantity", name: "fuel_cost" },
  ]);
});

Deno.test("a time whose day may be its month is asked for, not guessed", () => {
  const timeOf = (value: string) => {
    const { timeForm, timePattern } = guessChoice(lookAtFile(bytes(`at,plate\n${value},V\n`), true), "UTC");
    return `${timeForm} ${timePattern}`.trim();
  };
  assert.equal(timeOf("05/03/2024 10:00"), "pattern");
  assert.equal(timeOf("3/25/2024 2:05 PM"), "pattern M/D/YYYY h:mm A");
  assert.equal(timeOf("2024-03-05T10:00:00Z"), "rfc3339");
  assert.equal(timeOf("2024-03-05 10:00"), "local");
  assert.equal(timeOf("1706693400"), "unix_seconds");
  assert.equal(timeOf("1706693400000"), "unix_milliseconds");
});

Deno.test("a choice becomes a mapping, and the mapping the same choice", () => {
  const mapping = readColumnChoice(guess, look);
  assert.deepEqual(mapping, {
    source: "files",
    form: "csv",
    delimiter: ";",
    event: "trip",
    at: { column: "Start", format: { form: "local", zone: "Europe/London", pattern: "DD/MM/YYYY HH:mm" } },
    subject: { vehicle: { column: "Reg No" } },
    id: { column: "Trip ID" },
    fields: [{ name: "distance_km", column: "Distance (km)" }, { name: "fuel_cost", column: "Fuel cost" }],
    dimensions: [{ name: "Driver", column: "Driver" }],
  });
  assert.deepEqual(choiceOf(mapping, look.columns), guess);
});

Deno.test("fields that are the same in every row are written a line each, and stand in every event", () => {
  const choice = { ...guess, constants: "purpose: business\nregion: North: west" };
  const mapping = readColumnChoice(choice, look);
  assert.deepEqual(choiceOf(mapping, look.columns), choice);
  const prepared = prepareMapping({ ...mapping, name: "own", title: "Own" }, look.columns);
  const mapped = mapRow(prepared, look.rows[0]);
  assert.deepEqual("event" in mapped && Object.entries(mapped.event.properties), [
    ["Driver", "Ann"],
    ["distance_km", "12.5"],
    ["fuel_cost", "3.20"],
    ["purpose", "business"],
    ["region", "North: west"],
  ]);
});

Deno.test("what cannot be is refused at its field, with what is allowed and an example", () => {
  const cases: [Partial<ColumnChoice>, RegExp][] = [
    [
      { time: "Reg No" },
      /^time_column: The column “Reg No” is chosen for the vehicle already.*\(Start\)$/,
    ],
    [{ time: "Speed" }, /^time_column: There is no column “Speed”\. There is "Trip ID", .*\(Trip ID\)$/],
    [{ time: "" }, /^time_column: Choose the column that says when/],
    [{ vehicle: "" }, /^vehicle_column: Choose the column that names the vehicle, or/],
    [{ contract: "Driver" }, /^contract_column: A row is about a vehicle or about a contract/],
    [{ zone: "Europe/Londom" }, /^zone: “Europe\/Londom” is no time zone.*\(Europe\/London\)$/],
    [{ zone: "", timeForm: "local" }, /^zone: Local time needs/],
    [{ timePattern: "DD/MM/YY HH:mm" }, /^time_pattern: “Y” stands for nothing.*\(DD\/MM\/YYYY HH:mm\)$/],
    [{ timePattern: "" }, /^time_pattern: Write the form of the time/],
    [{ timeForm: "roman" }, /^time_form: Choose one of rfc3339/],
    [{ eventKind: "" }, /^event_kind: Name the kind of event/],
    [{ eventKind: "void" }, /^event_kind: A void takes one event out/],
    [{ source: "our system" }, /^source: Use 1 to 60 letters/],
    [{ corrects: "Driver", id: "" }, /^corrects_column: A correction names another event by its id/],
    [{ others: others("Reg No", { use: "word" }) }, /^use-2: The column “Reg No” is chosen for the vehicle/],
    [{ others: others("Driver", { name: "vehicle" }) }, /^name-5: “vehicle” has a meaning of its own/],
    [
      { others: others("Driver", { name: "fuel_cost" }) },
      /^name-6: The column “Driver” has this name already/,
    ],
    [{ others: others("Driver", { name: "the driver" }) }, /^name-5: Name the field with letters/],
    [{ others: others("Driver", { use: "money" }) }, /^use-5: Choose one of left_out/],
    [{ constants: "purpose business" }, /^constants: “purpose business” is no field.*\(purpose: business\)$/],
    [{ constants: "purpose:" }, /^constants: “purpose:” is no field/],
    [{ constants: "at: noon" }, /^constants: at: “at” has a meaning of its own/],
    [{ constants: "Driver: Ann" }, /^constants: Driver: The column “Driver” has this name already/],
    [{ constants: "a: 1\na: 2" }, /^constants: a: The line “a: 1” has this name already/],
    [{ constants: `a: ${"x".repeat(201)}` }, /^constants: The value of a has at most 200/],
    [{ constants: "a: 1\n".repeat(21) }, /^constants: Write at most 20 lines/],
  ];
  for (const [change, said] of cases) {
    const found = refusals(change);
    assert.equal(found.length, 1, `${JSON.stringify(change)}: ${found.join(" | ")}`);
    assert.match(found[0], said);
  }
  assert.equal(refusals({ time: "", zone: "x", source: "" }).length, 3);
  const lines = lookAtFile(bytes('{"plate":"V","at":"2024-03-05 10:00"}\n'), true);
  const choice = guessChoice(lines, "UTC");
  assert.match(refusals(choice, lines)[0], /^id_column: Choose the field that tells one event from another/);
});

Deno.test("times are read by a pattern, in its zone", () => {
  const read = (pattern: string, text: string, zone = "UTC") =>
    String(instantReader({ form: "local", zone, pattern: readTimePattern("p", pattern) })(text));
  assert.equal(read("DD/MM/YYYY HH:mm", "05/03/2024 10:00"), "2024-03-05T10:00:00Z");
  assert.equal(
    read("DD.MM.YYYY HH:mm:ss", "05.07.2024 10:00:01.5", "Europe/Berlin"),
    "2024-07-05T08:00:01.5Z",
  );
  assert.equal(read("M/D/YYYY h:mm A", "3/5/2024 12:05 am"), "2024-03-05T00:05:00Z");
  assert.equal(read("M/D/YYYY h:mm A", "3/5/2024 12:05 PM"), "2024-03-05T12:05:00Z");
  assert.match(read("M/D/YYYY h:mm A", "3/5/2024 13:05 PM"), /Write the local time like 1\/31\/2024 9:30 AM/);
  assert.match(
    read("DD/MM/YYYY HH:mm", "31/02/2024 10:00"),
    /like 31\/01\/2024 09:30\. There is no such day/,
  );
  assert.match(read("DD/MM/YYYY HH:mm", "2024-03-05 10:00"), /Write the local time like/);
  assert.equal(
    String(instantReader({ form: "unix_milliseconds" })("1706693400500")),
    "2024-01-31T09:30:00.5Z",
  );
  for (
    const wrong of [
      "DD/MM HH:mm",
      "DD/MM/YYYY hh:mm",
      "DD/MM/YYYY HH:mm A",
      "DD/DD/YYYY HH:mm",
      "x".repeat(41),
    ]
  ) {
    assert.throws(() => readTimePattern("p", wrong), /Use YYYY for the year/);
  }
});
