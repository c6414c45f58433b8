/** What a form or a request may hold, and what it is told otherwise. */
import assert from "node:assert/strict";
import { isMilepostError } from "./errors.ts";
import { readAll, readCountry, readInteger, readLines, readText } from "./input.ts";

function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (isMilepostError(error, "InvalidInput")) return error.message;
    throw error;
  }
  return "allowed";
}

Deno.test("a text has no outer spaces, and no sign that Postgres cannot keep", () => {
  assert.equal(readText("name", "  Łódź & Söhne 東京 \n", "Calder"), "Łódź & Söhne 東京");
  assert.match(refusal(() => readText("name", " \t ", "Calder")), /^Fill in name\./);
  assert.match(
    refusal(() => readText("name", "x".repeat(201), "Calder")),
    /at most 200 characters; this has 201/,
  );
  for (const sign of ["\0", "\u0007", "\u001b", "\u0085"]) {
    assert.match(refusal(() => readText("name", `Cal${sign}der`, "Calder")), /cannot be shown/);
  }
});

Deno.test("lines lose what is empty, and are neither too many nor too long", () => {
  const limits = { most: 2, longest: 5 };
  assert.deepEqual(readLines("address", [" one ", "", "  ", "two\r"], "x", limits), ["one", "two"]);
  assert.match(
    refusal(() => readLines("address", ["1", "2", "3"], "x", limits)),
    /at most 2 lines; this has 3/,
  );
  assert.match(
    refusal(() => readLines("address", ["longer"], "x", limits)),
    /at most 5 characters; this has 6/,
  );
});

Deno.test("a country is one of the standard's, in small letters too", () => {
  assert.equal(readCountry("country", " gb "), "GB");
  assert.match(refusal(() => readCountry("country", "UK")), /two letters of a country/);
});

Deno.test("all that is wrong is told at once, and a failure of another kind is not taken for input", () => {
  const readers = {
    name: () => readText("name", "Calder", "x"),
    country: () => readCountry("country", "UK"),
    days: () => readInteger("days", 400, 0, 365),
  };
  assert.throws(() => readAll(readers), (error) => {
    assert.ok(isMilepostError(error, "InvalidInput"));
    assert.deepEqual(error.fields.map(({ field }) => field), ["country", "days"]);
    assert.match(error.message, /two letters.* whole number from 0 to 365/);
    return true;
  });
  assert.deepEqual(readAll({ name: readers.name, days: () => 3 }), { name: "Calder", days: 3 });
  assert.throws(() =>
    readAll({
      name: () => {
        throw new RangeError("a defect");
      },
    }), RangeError);
});
