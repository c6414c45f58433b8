/** The time-weighted mean, checked second by second. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkProperty } from "../../tests/support/property.ts";
import { Rational } from "../core/decimal.ts";
import { type Level, levelIntegral } from "./time_weighted.ts";

const level = (at: number, value: number): Level => ({ at: BigInt(at), value: Rational.of(BigInt(value)) });

Deno.test("a level counts from its start, or from the opening, until the next or the end", () => {
  assert.equal(`${levelIntegral([level(-5, 2), level(4, 10)], 0n, 10n)}`, "68");
  assert.equal(`${levelIntegral([level(4, 10)], 0n, 10n)}`, "60");
  assert.equal(`${levelIntegral([], 0n, 10n)}`, "0");
});

Deno.test("what lies after the end weighs nothing", () => {
  assert.equal(`${levelIntegral([level(4, 10), level(12, 99)], 0n, 10n)}`, "60");
});

Deno.test("the integral is the sum over every instant of the level that holds", () => {
  const anyLevels = fc.array(fc.tuple(fc.integer({ min: -20, max: 60 }), fc.integer({ min: -9, max: 9 })), {
    maxLength: 8,
  })
    .map((pairs) => pairs.sort(([left], [right]) => left - right).map(([at, value]) => level(at, value)));
  checkProperty(fc.property(anyLevels, fc.integer({ min: 0, max: 50 }), (levels, end) => {
    let expected = Rational.zero;
    for (let instant = 0; instant < end; instant++) {
      expected = expected.add(levels.findLast(({ at }) => at <= BigInt(instant))?.value ?? Rational.zero);
    }
    assert.deepEqual(levelIntegral(levels, 0n, BigInt(end)), expected);
  }));
});
