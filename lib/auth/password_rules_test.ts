/** Guards which passwords may be set. */
import assert from "node:assert/strict";
import { passwordProblem } from "./password_rules.ts";

const amira = { email: "amira.haddad@calder.example", name: "Amira Haddad" };

Deno.test("four plain words are fine, and so is a long random text", () => {
  for (
    const good of [
      "four plain words here",
      "milepost-demo",
      "xK9#vQ2!mLp4",
      "пять простых слов",
      "汽车账单每月都要看清楚才行",
    ]
  ) {
    assert.equal(passwordProblem(good, amira), null, good);
  }
});

Deno.test("too short says how long it is", () => {
  assert.match(passwordProblem("short", amira) ?? "", /at least 12 characters; this has 5/);
  assert.match(passwordProblem("🚚🚚🚚🚚", amira) ?? "", /this has 4/, "an emoji is one character");
});

Deno.test("too long is refused", () => {
  assert.match(passwordProblem("abcdefgh ijkl".repeat(20), amira) ?? "", /at most 256/);
});

Deno.test("your name, your address or ours is refused, with or without a few digits", () => {
  for (
    const guess of [
      "amira.haddad",
      "Amira Haddad 1",
      "amira.haddad@calder.example",
      "MilepostMilepost",
      "milepost-milepost-12",
    ]
  ) {
    assert.match(passwordProblem(guess, amira) ?? "", /mostly your name/, guess);
  }
});

Deno.test("what repeats or counts up is refused", () => {
  for (
    const guess of [
      "aaaaaaaaaaaa",
      "abababababab",
      "123456789012",
      "qwertyuiop12",
      "qwertyuiopasdf",
      "abcdefghijkl",
    ]
  ) {
    assert.match(passwordProblem(guess, amira) ?? "", /repeats or counts up/, guess);
  }
});
