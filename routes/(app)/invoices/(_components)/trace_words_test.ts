/** Every kind of step that the price models write is shown as words, sum and result. */
import assert from "node:assert/strict";
import { roundingWords, traceSteps } from "./trace_words.ts";

const amount = { plain: "48.00", shown: "£48.00", rounding: roundingWords("half_up", 2) };

Deno.test("words, sum and result are taken apart, and the amount says how it was rounded", () => {
  assert.deepEqual(
    traceSteps([
      "Sum of miles over 3 trip events: 156.5",
      "The first 100 × 0.20 + 1.00 = 21.00",
      "Above the pool: 156.5 − 85.5 = 71",
      "Once, on 4 January 2024",
      "16 × 3.00 = 48.00",
      "v1: 112.5 − 35.5 = 77 above its own, its part is 21.30",
    ], amount),
    [
      { words: "Sum of miles over 3 trip events", result: "156.5" },
      { words: "The first 100 × 0.20 + 1.00", result: "21.00" },
      { words: "Above the pool", sum: "156.5 − 85.5", result: "71" },
      { words: "Once, on 4 January 2024", result: "" },
      { words: "Rounded once, half up, to 2 decimals", sum: "16 × 3.00", result: "£48.00" },
      { words: "v1", sum: "112.5 − 35.5", result: "77 above its own, its part is 21.30" },
    ],
  );
});

Deno.test("an amount that is its own sum needs no sum", () => {
  assert.deepEqual(traceSteps(["48.00"], amount), [
    { words: "Rounded once, half up, to 2 decimals", sum: undefined, result: "£48.00" },
  ]);
  assert.equal(roundingWords("half_even", 0), "Rounded once, half to even, to a whole number");
});
