/** Guards account numbers: examples that banks publish are taken, one wrong or swapped character is not. */
import assert from "node:assert/strict";
import { compactNumber, groupedNumber, ibanProblem, isAmericanRoutingNumber, isBic } from "./iban.ts";

/** The examples of the registry, one for each of these countries. */
const published = [
  "AD12 0001 2030 2003 5910 0100",
  "BE68 5390 0754 7034",
  "BR18 0036 0305 0000 1000 9795 493C 1",
  "CH93 0076 2011 6238 5295 7",
  "DE89 3704 0044 0532 0130 00",
  "FR14 2004 1010 0505 0001 3M02 606",
  "GB29 NWBK 6016 1331 9268 19",
  "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
  "NL91 ABNA 0417 1643 00",
  "NO93 8601 1117 947",
];

Deno.test("published examples are taken, in any spelling", () => {
  for (const iban of published) {
    assert.equal(ibanProblem(compactNumber(iban)), null, iban);
    assert.equal(ibanProblem(compactNumber(iban.toLowerCase().replaceAll(" ", "-"))), null, iban);
    assert.equal(groupedNumber(compactNumber(iban)), iban);
  }
});

Deno.test("every single wrong digit and every swap of neighbours is seen", () => {
  const iban = compactNumber("DE89 3704 0044 0532 0130 00");
  for (let at = 2; at < iban.length; at++) {
    for (const digit of "0123456789") {
      const wrong = iban.slice(0, at) + digit + iban.slice(at + 1);
      assert.equal(ibanProblem(wrong) === null, wrong === iban, wrong);
    }
    const swapped = iban.slice(0, at - 1) + iban[at] + iban[at - 1] + iban.slice(at + 1);
    if (at > 2 && swapped !== iban) assert.notEqual(ibanProblem(swapped), null, swapped);
  }
});

Deno.test("a wrong length says the right one, and an unknown country says what to begin with", () => {
  assert.match(ibanProblem("GB29NWBK601613319268") ?? "", /An IBAN of GB has 22 characters; this has 20/);
  for (const text of ["", "US64SVBKUS6S3300958879", "5390", "constructor"]) {
    assert.match(ibanProblem(text) ?? "", /two letters of a country that has IBANs/, text);
  }
  assert.match(ibanProblem("GB2ANWBK60161331926819") ?? "", /two letters, two digits/);
});

Deno.test("BIC and routing numbers by their forms", () => {
  for (const bic of ["NWBKGB2L", "DEUTDEFF500"]) assert.ok(isBic(bic), bic);
  for (const text of ["NWBKGB2", "NWBKGB2LX", "nwbkgb2l", "NWBK4B2L"]) assert.ok(!isBic(text), text);
  for (const routing of ["021000021", "011401533"]) assert.ok(isAmericanRoutingNumber(routing), routing);
  for (const text of ["021000022", "201000021", "02100002", "000000000"]) {
    assert.ok(!isAmericanRoutingNumber(text), text);
  }
});
