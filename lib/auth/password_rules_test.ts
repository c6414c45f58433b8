/** Guards which passwords may be set. */
import assert from "node:assert/strict";
import { commonPasswords, filterOf } from "../../tools/common_passwords.ts";
import { isCommonPassword } from "./common_passwords.ts";
import { commonPasswordBits } from "./common_password_bits.ts";
import { passwordProblem } from "./password_rules.ts";

const amira = { email: "amira.haddad@calder.example", name: "Amira Haddad" };

Deno.test("four plain words are fine, and so is a long random text", () => {
  for (
    const good of [
      "four plain words here",
      "milepost-demo",
      "xK9#vQ2!mLp4",
      "rN3vT8wQ1zK6hB9dF2gJ5mX7pL4cS0yV8tR3nW6qZ1kH9bD2fG5jM7xP4lC0sY8vT3",
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

Deno.test("each of the 10,000 most used passwords is refused, also twice or with a number", () => {
  assert.equal(commonPasswords.length, 10_000);
  assert.deepEqual(commonPasswords.filter((password) => passwordProblem(password, amira) === null), []);
  for (const guess of ["Leavemealone", "sunshine-2024", "2024 Football!", "Trustno1Trustno1"]) {
    assert.match(passwordProblem(guess, amira) ?? "", /first passwords that people try/, guess);
  }
});

Deno.test("the filter is the one that its tool makes, and seldom takes another text for a common one", () => {
  assert.equal(commonPasswordBits, filterOf(commonPasswords));
  const others = Array.from({ length: 60_000 }, (_, index) => `plain words ${index}`);
  const mistaken = others.filter(isCommonPassword).length;
  assert.ok(mistaken > 0 && mistaken < 60_000 / 400, `${mistaken} of 60,000`);
});
