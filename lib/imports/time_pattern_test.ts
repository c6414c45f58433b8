/** Guards what a pattern of times becomes: an expression in which everything but its own parts stands for itself. */
import assert from "node:assert/strict";
import { localSyntaxOf, readTimePattern } from "./time_pattern.ts";

Deno.test("signs that mean something to an expression stand for themselves in a pattern", () => {
  for (
    const sign of [
      ".",
      "*",
      "+",
      "?",
      "^",
      "$",
      "{",
      "}",
      "(",
      ")",
      "|",
      "[",
      "]",
      "\\",
      "/",
      "-",
      "(?:",
      ".*",
      "[^",
      "){9}",
    ]
  ) {
    const pattern = `DD${sign}MM${sign}YYYY HH:mm`;
    if (/\d/.test(sign)) {
      assert.throws(() => readTimePattern("pattern", pattern), /stands for nothing/);
      continue;
    }
    const { syntax, example } = localSyntaxOf(readTimePattern("pattern", pattern));
    assert.equal(example, `31${sign}01${sign}2024 09:30`);
    assert.deepEqual({ ...syntax.exec(example)?.groups }, {
      day: "31",
      month: "01",
      year: "2024",
      hour: "09",
      minute: "30",
    }, pattern);
    for (const other of ["31x01x2024 09:30", "31012024 09:30", `31${sign}01${sign}2024 09:30 `]) {
      assert.equal(syntax.exec(other), null, `${pattern} ${other}`);
    }
  }
});
