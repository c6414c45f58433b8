/** Odometers: the distance driven comes out right whatever was reset on the way. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkProperty } from "../../tests/support/property.ts";
import { Rational } from "../core/decimal.ts";
import { distanceRun, type Reading, type Reset } from "./odometer.ts";
import { Faults, PriceCaseError } from "./price_case_error.ts";

const number = (value: number) => Rational.of(BigInt(value));
const reading = (value: number): Reading => ({ kind: "reading", value: number(value), path: `$.r${value}` });
const reset = (from: number, to: number): Reset => {
  return { kind: "reset", from: number(from), to: number(to), path: `$.reset${from}` };
};
function run(...marks: (Reading | Reset)[]): string {
  const faults = new Faults();
  const distance = distanceRun(marks, faults);
  faults.throwIfAny();
  return `${distance}`;
}

Deno.test("the run is the last reading minus the first; one reading or none is no run", () => {
  assert.deepEqual([run(), run(reading(7)), run(reading(7), reading(9), reading(30))], ["0", "0", "23"]);
});

Deno.test("a reset before the first reading or after the last adds nothing", () => {
  assert.equal(run(reset(50, 0), reading(7), reading(9), reset(20, 0)), "2");
  assert.equal(run(reading(7), reset(10, 0), reset(5, 0)), "0");
});

Deno.test("a reading or a reset below what was shown before is a fault at its place", () => {
  for (
    const marks of [[reading(9), reading(8)], [reading(1), reset(5, 3), reading(2)], [
      reading(9),
      reset(8, 0),
    ]]
  ) {
    assert.throws(
      () => run(...marks),
      (error) => error instanceof PriceCaseError && error.allowed.startsWith("at least"),
    );
  }
});

Deno.test("the distance driven between the first and the last reading comes out, whatever was reset between", () => {
  const stretch = fc.record({ driven: fc.nat(500), isReset: fc.boolean(), to: fc.nat(50) });
  checkProperty(fc.property(fc.nat(900), fc.array(stretch, { maxLength: 10 }), (start, stretches) => {
    let shown = start, sinceReading = 0, expected = 0;
    const marks: (Reading | Reset)[] = [reading(start)];
    for (const { driven, isReset, to } of stretches) {
      shown += driven;
      sinceReading += driven;
      marks.push(isReset ? reset(shown, to) : reading(shown));
      if (isReset) shown = to;
      else [expected, sinceReading] = [expected + sinceReading, 0];
    }
    assert.equal(run(...marks), `${expected}`);
  }));
});
