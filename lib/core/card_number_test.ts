/** Guards what is taken for a card's number: the test numbers of every scheme in any spelling, and not what only looks long. */
import assert from "node:assert/strict";
import { holdsCardNumber } from "./card_number.ts";

/** The numbers that the schemes publish for tests. */
const published = [
  "4242424242424242",
  "4012888888881881",
  "5555555555554444",
  "2223003122003222",
  "378282246310005",
  "6011111111111117",
  "30569309025904",
  "3566002020360505",
  "6200000000000005",
  "6759649826438453",
];

Deno.test("the test numbers of every scheme are seen, alone, in groups and inside a sentence", () => {
  for (const number of published) {
    const grouped = number.replace(/(.{4})(?=.)/g, "$1 ");
    for (
      const text of [
        number,
        grouped,
        grouped.replaceAll(" ", "-"),
        `Paid by ${grouped}, thanks.`,
        `(${number})`,
      ]
    ) {
      assert.ok(holdsCardNumber(text), text);
    }
  }
});

Deno.test("any one wrong digit makes it none", () => {
  for (const number of published) {
    for (let at = 4; at < number.length; at++) {
      const other = String((Number(number[at]) + 1) % 10);
      assert.ok(!holdsCardNumber(number.slice(0, at) + other + number.slice(at + 1)), number);
    }
  }
});

Deno.test("what is part of something longer, or of no scheme, is none", () => {
  for (
    const text of [
      "WVWZZZ1JZXW000001",
      "GB29 NWBK 6016 1331 9268 19",
      "DE89 3704 0044 0532 0130 00",
      "018f4242-4242-4242-4242-424242424242",
      "0.4242424242424242",
      "4242424242424242.5",
      "+4242424242424242",
      "+42 4242 4242 4242 42",
      "42424242424242424242424242",
      "7042424242424247",
      "v4242424242424242",
      "1711929600000000",
      "4242 4242 4242",
    ]
  ) {
    assert.ok(!holdsCardNumber(text), text);
  }
});
