/** Guards that what Postgres cannot keep is known as such, and has a form that it can keep. */
import assert from "node:assert/strict";
import { isStorable, toStorable } from "./stored_text.ts";

Deno.test("zero characters and halves of pairs are replaced, everything else stays", () => {
  for (const text of ["", "Ä 😀 \t\n\u0007", "\\u0000"]) {
    assert.equal(isStorable(text), true, text);
    assert.equal(toStorable(text), text);
  }
  for (const [text, stored] of [["a\0b\0", "a�b�"], ["\ud800x", "�x"], ["x\udc00", "x�"]]) {
    assert.equal(isStorable(text), false);
    assert.equal(toStorable(text), stored);
  }
});
