/** Guards how a change is shown: to tenths of a percent, half away from zero, exact for any amount. */
import assert from "node:assert/strict";
import { showChange } from "./run_words.tsx";

for (
  const [now, before, text] of [
    [10380n, 10000n, "+3.8%"],
    [7040n, 10000n, "−29.6%"],
    [10000n, 10000n, "0.0%"],
    [10005n, 10000n, "+0.1%"],
    [9995n, 10000n, "−0.1%"],
    [10004n, 10000n, "0.0%"],
    [5n, 0n, "new"],
    [5n, null, "new"],
    [9_007_199_254_740_993_000n, 9_007_199_254_740_993_000n / 2n, "+100.0%"],
  ] as const
) {
  Deno.test(`${now} after ${before} is ${text}`, () => assert.equal(showChange(now, before), text));
}
