/** Which tags of languages are taken, and how a wrong one is refused. */
import assert from "node:assert/strict";
import { isMilepostError } from "./errors.ts";
import { readDocumentLanguage, readLanguage } from "./language.ts";

const refusal = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    if (isMilepostError(error)) return error.fields[0];
    throw error;
  }
  assert.fail("it was not refused");
};

Deno.test("a tag is kept in its usual spelling", () => {
  assert.equal(readLanguage("language", " de-ch "), "de-CH");
  assert.equal(readDocumentLanguage("language", "JA-jp"), "ja-JP");
  assert.equal(readDocumentLanguage("language", "fr"), "fr");
  assert.equal(readDocumentLanguage("language", "  "), null);
});

Deno.test("a tag that is none is refused, and so is a language without documents", () => {
  assert.match(refusal(() => readLanguage("language", "german!")).rule!, /tag of a language/);
  assert.match(refusal(() => readDocumentLanguage("language", "pl-PL")).rule!, /en, de, fr, es, ja/);
  assert.match(refusal(() => readDocumentLanguage("language", "x")).rule!, /en, de, fr, es, ja/);
});
