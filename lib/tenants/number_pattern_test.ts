/** A pattern says of a form of numbers all there is, and nothing else is one. */
import assert from "node:assert/strict";
import { isMilepostError } from "../core/errors.ts";
import { readNumberPattern, writeNumberPattern } from "./number_pattern.ts";

Deno.test("a pattern is read and written again", () => {
  const format = { prefix: "RE-DE", separator: ".", yearDigits: 2, numberDigits: 5 };
  assert.deepEqual(readNumberPattern("invoice", " RE-DE.YY.00000 "), format);
  for (const pattern of ["CFS-YYYY-0000", "CFS-CN-YYYY-0000", "YY-YYYY-0", "A.YYYY.000000000"]) {
    assert.equal(writeNumberPattern(readNumberPattern("invoice", pattern)), pattern);
  }
});

Deno.test("anything else is refused with what is allowed", () => {
  const wrong = [
    "CFS",
    "CFS-0000",
    "CFS-YYYY",
    "CFS-YYY-0000",
    "CFS-YYYY.0000",
    "cfs-YYYY-0000",
    "CFS/YYYY/0000",
  ];
  for (const pattern of [...wrong, "-YYYY-0000", "CFS-YYYY-0000000000", `${"A".repeat(17)}-YYYY-0`]) {
    assert.throws(() => readNumberPattern("invoice", pattern), (error) => {
      assert.ok(isMilepostError(error, "InvalidInput"), pattern);
      assert.equal(error.fields[0].example, "CFS-YYYY-0000");
      return true;
    });
  }
});
