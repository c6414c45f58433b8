/** Guards the reading of lines of JSON: exact digits, exact places, and no line that spoils the others. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { NdjsonReader } from "./ndjson.ts";

const columns = ["id", "km", "note"];
const encoder = new TextEncoder();

function readAll(reader: NdjsonReader, ...chunks: (string | Uint8Array)[]) {
  const rows = chunks.flatMap((chunk) =>
    reader.push(typeof chunk === "string" ? encoder.encode(chunk) : chunk)
  );
  return [...rows, ...reader.end()];
}

Deno.test("members become columns, and numbers keep their digits", () => {
  const rows = readAll(
    new NdjsonReader(columns),
    '{"km": 12.40, "id": "a", "other": 1}\r\n\n{"id": "b", "km": 9007199254740993.1, "note": null}\n{"id": true}',
  );
  assert.deepEqual(rows.map(({ line, fields }) => ({ line, fields })), [
    { line: 1, fields: ["a", "12.40", ""] },
    { line: 3, fields: ["b", "9007199254740993.1", ""] },
    { line: 4, fields: ["true", "", ""] },
  ]);
});

Deno.test("the end of each row is the byte behind its line end", () => {
  const text = '{"id":"ä"}\n{"id":"b"}';
  const rows = readAll(new NdjsonReader(columns), text);
  const whole = encoder.encode(text).length;
  assert.deepEqual(rows.map(({ endOffset }) => endOffset), [encoder.encode('{"id":"ä"}\n').length, whole]);
});

for (
  const [line, reason] of [
    ['{"id": "a\\u0000b"}', /"id" is not text. It holds a character that is none/],
    ['{"note": "\\ud800"}', /"note" is not text. It holds a character that is none/],
    [`{"other": ${"[".repeat(100_000)}${"]".repeat(100_000)}}`, /too many lists and objects/],
    ['{"id":', /not JSON/],
    ["[1]", /one object on each line/],
    ["7", /one object on each line/],
    ['{"id": {"a": 1}}', /"id" holds a list or an object/],
    [new Uint8Array([0x7b, 0xff, 0x7d]), /not UTF-8/],
  ] as const
) {
  Deno.test(`a line that cannot be used leaves the others alone (${reason.source})`, () => {
    const rows = readAll(new NdjsonReader(columns), '{"id":"a"}\n', line, '\n{"id":"b"}\n');
    assert.deepEqual(rows.map(({ line }) => line), [1, 2, 3]);
    assert.match(rows[1].fault!, reason);
    assert.deepEqual([rows[0].fault, rows[2].fault, rows[2].fields[0]], [undefined, undefined, "b"]);
  });
}

Deno.test("a line without end is never read into memory", () => {
  const reader = new NdjsonReader(columns, 1_000);
  assert.equal(readAll(reader, '{"id":"a"}\n').length, 1);
  for (let chunk = 0; chunk < 100; chunk++) reader.push(encoder.encode("x".repeat(100)));
  assert.match(reader.fault!.message, /Line 2 is longer than 1,000 bytes/);
});

Deno.test("rows are the same however the bytes are cut", () => {
  const text = '{"id":"ä","km":1.5}\n\n{"id":"b"}\r\nbroken\n{"id":"c","km":"2"}';
  const whole = readAll(new NdjsonReader(columns), text);
  const bytes = encoder.encode(text);
  fc.assert(fc.property(fc.array(fc.nat(bytes.length), { maxLength: 6 }), (cuts) => {
    const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
    const chunks = places.slice(1).map((to, index) => bytes.subarray(places[index], to));
    assert.deepEqual(readAll(new NdjsonReader(columns), ...chunks), whole);
  }));
});
