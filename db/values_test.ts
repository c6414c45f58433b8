/** Tests of the values that travel to Postgres and back: exact, or refused. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { testDatabase } from "../tests/support/database.ts";
import { withSystem } from "./system.ts";
import { valueTypes } from "./values.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);

/** Sends a value as a parameter of a type, and gives back what comes out of the database. */
async function roundTrip(type: string, value: unknown): Promise<unknown> {
  const rows = await withSystem(
    database,
    (db) => db.sql.unsafe(`select $1::${type} as value`, [value as string]),
    { readOnly: true },
  );
  return rows[0].value;
}

const instant = Temporal.Instant.from("2024-03-10T08:00:00.123456Z");
const values: [type: string, value: unknown][] = [
  ["bigint", 9_223_372_036_854_775_807n],
  ["bigint", -9_223_372_036_854_775_808n],
  ["int", 2_147_483_647],
  ["numeric", "12345678901234567890.123456789012"],
  ["numeric", "0.10"],
  ["date", Temporal.PlainDate.from("2024-02-29")],
  ["time", Temporal.PlainTime.from("23:59:59.5")],
  ["timestamp", Temporal.PlainDateTime.from("2024-03-10T02:30:00")],
  ["timestamptz", instant],
  ["timestamptz", Temporal.Instant.from("1883-11-18T12:03:58Z")],
  ["bytea", Uint8Array.of(0, 1, 255)],
  ["bytea", new Uint8Array()],
  ["boolean", true],
  ["jsonb", { a: [1, "x", null, { b: false }] }],
  ["jsonb", ["a", 1]],
  ["jsonb", "a text"],
  ["uuid", "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"],
  ["xid8", "18446744073709551615"],
  ["bigint[]", [1n, -2n, null]],
  ["boolean[]", [true, false]],
  ["date[]", [Temporal.PlainDate.from("2024-01-31"), null]],
  ["timestamptz[]", [instant]],
  ["numeric[]", ["1.50", "-0.001"]],
  ["bytea[]", [Uint8Array.of(1), Uint8Array.of(92, 34)]],
  ["jsonb[]", [{ a: '"\\' }, [1]]],
  ["text[]", []],
  ["text[][]", [["a", null], ["b,{}", "NULL"]]],
];
for (const [type, value] of values) {
  Deno.test(`a ${type} comes back as it went in: ${shown(value)}`, async () => {
    assert.deepEqual(plain(await roundTrip(type, value)), plain(value));
  });
}

Deno.test("any list of texts comes back as it went in", async () => {
  const text = fc.string({ unit: "grapheme" }).filter((one) => !one.includes("\0"));
  const lists = fc.sample(fc.array(fc.option(text)), { numRuns: 200, seed: 20_240_131 });
  const rows = await withSystem(
    database,
    (db) => Promise.all(lists.map((list) => db.sql`select ${list}::text[] as value`)),
  );
  assert.deepEqual(rows.map(([row]) => row.value), lists);
});

const refusals: [type: string, value: unknown, sentence: RegExp][] = [
  ["numeric", 0.1, /takes a decimal string, not number 0.1: a float is not exact/],
  ["bigint", 2 ** 60, /takes a bigint or a whole number/],
  ["int", 1.5, /takes a bigint or a whole number/],
  ["timestamptz", new Date(0), /takes a Temporal.Instant, not Date/],
  ["date", instant, /takes a Temporal.PlainDate, not Instant/],
  ["timestamptz", Temporal.PlainDate.from("2024-01-01"), /takes a Temporal.Instant, not PlainDate/],
];
for (const [type, value, sentence] of refusals) {
  Deno.test(`a ${type} refuses ${shown(value)}`, async () => {
    await assert.rejects(roundTrip(type, value), sentence);
  });
}

Deno.test("an infinite date is refused when it is read, not turned into something else", () => {
  assert.throws(() => valueTypes.date.parse("infinity"), RangeError);
});

/** Temporal has no own properties, so that deepEqual would call any two of a kind equal. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  const isTemporal = value instanceof Object && value.constructor.name in Temporal;
  return isTemporal ? `${value.constructor.name} ${value.toString()}` : value;
}

function shown(value: unknown): string {
  return typeof value === "bigint" || value instanceof Date
    ? String(value)
    : Deno.inspect(value, { compact: true, colors: false });
}
