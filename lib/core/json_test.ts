/** Canonical JSON: equal values have one text, and what JSON cannot hold is refused. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkProperty } from "../../tests/support/property.ts";
import { canonicalJson } from "./json.ts";

Deno.test("the order of names does not matter, the order of items does", () => {
  assert.equal(canonicalJson({ b: 1, a: { d: [2, 1], c: null } }), '{"a":{"c":null,"d":[2,1]},"b":1}');
  assert.notEqual(canonicalJson([1, 2]), canonicalJson([2, 1]));
});

Deno.test("what is read back is the same value, and has the same text", () => {
  checkProperty(fc.property(fc.jsonValue({ maxDepth: 2 }), (value) => {
    const text = canonicalJson(value);
    // JSON has no negative zero.
    assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
    assert.equal(canonicalJson(JSON.parse(text)), text);
  }));
});

Deno.test("money, bytes and dates have exact texts, and a member that is left out is left out", () => {
  assert.equal(
    canonicalJson({
      amount: 12_345_678_901_234_567_890n,
      hash: new Uint8Array([1, 255]),
      on: Temporal.PlainDate.from("2024-02-29"),
      none: undefined,
    }),
    '{"amount":"12345678901234567890","hash":"01ff","on":"2024-02-29"}',
  );
});

Deno.test("what JSON cannot hold is refused", () => {
  for (const value of [undefined, NaN, Infinity, () => 1, Symbol("x"), new Map(), new Set([1])]) {
    assert.throws(() => canonicalJson(value), TypeError);
  }
});
