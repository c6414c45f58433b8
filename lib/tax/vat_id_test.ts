/** Guards VAT numbers: those that are published are taken in any spelling, one wrong digit is not, in every country. */
import assert from "node:assert/strict";
import { UNION_STATES } from "./countries.ts";
import { isVatIdFault, readVatId, VAT_ID_COUNTRIES } from "./vat_id.ts";

/** Published examples and numbers of the tax offices' own descriptions. */
const published: Readonly<Record<string, string[]>> = {
  AT: ["ATU13585627"],
  BE: ["BE 428759497", "BE0403.019.261"],
  BG: ["BG 175 074 752"],
  CH: ["CHE-107.787.577 IVA", "CHE100155212"],
  CY: ["CY-10259033P"],
  CZ: ["CZ 25123891"],
  DE: ["DE 136,695 976"],
  DK: ["DK 13585628"],
  EE: ["EE 100 931 558"],
  ES: ["ES B-58378431", "ESX2482300W"],
  FI: ["FI 20774740"],
  FR: ["FR 40 303 265 045", "FR 83 404 833 048"],
  GB: ["GB 980 7806 84", "GBGD001"],
  GR: ["EL 094259216", "GR 094259216"],
  HR: ["HR 33392005961"],
  HU: ["HU-12892312"],
  IE: ["IE 6433435F", "IE 6433435OA"],
  IT: ["IT 00743110157"],
  LT: ["LT 119511515", "LT100001919017"],
  LU: ["LU 150 274 42"],
  LV: ["LV 4000 3521 600"],
  MT: ["MT 1167-9112"],
  NL: ["NL004495445B01", "NL000099998B57"],
  NO: ["NO 995 525 828 MVA", "NO995525828"],
  PL: ["PL 8567346215"],
  PT: ["PT 501 964 843"],
  RO: ["RO 185 472 90"],
  SE: ["SE 123456789701"],
  SI: ["SI 5022 3054"],
  SK: ["SK 202 274 96 19"],
};

Deno.test("every state of the Union, GB, CH and NO is known", () => {
  assert.deepEqual([...VAT_ID_COUNTRIES].toSorted(), [...UNION_STATES, "CH", "GB", "NO"].toSorted());
  assert.deepEqual(Object.keys(published), VAT_ID_COUNTRIES);
});

for (const country of VAT_ID_COUNTRIES) {
  Deno.test(`${country}: what is published passes, with and without its letters, and a mistyped digit does not`, () => {
    for (const text of published[country]) {
      const read = readVatId(text);
      assert.ok(!isVatIdFault(read), `${text} is refused`);
      assert.equal(read.country, country);
      assert.match(read.number, country === "GR" ? /^EL/ : new RegExp(`^${country}`));
      assert.deepEqual(readVatId(read.number.replace(country === "CH" ? "CHE" : /^../, ""), country), read);
      assert.deepEqual(readVatId(read.number.toLowerCase()), read);
      // The last digit is mistyped; where it is a check digit, that must show, else in the digit before.
      const mistyped = [...text.matchAll(/\d/g)].slice(-3).map(({ index }) => {
        return text.slice(0, index) + (Number(text[index]) + 1) % 10 + text.slice(index + 1);
      });
      assert.ok(
        text === "GBGD001" || mistyped.some((other) => isVatIdFault(readVatId(other))),
        `${mistyped} all pass`,
      );
    }
  });

  Deno.test(`${country}: a wrong number is answered with one that would pass`, () => {
    const fault = readVatId("123", country);
    assert.ok(isVatIdFault(fault));
    assert.ok(!isVatIdFault(readVatId(fault.example)), fault.example);
    assert.equal((readVatId(fault.example) as { country: string }).country, country);
  });
}

Deno.test("a number without the letters of a known country is refused where no home is known", () => {
  assert.ok(isVatIdFault(readVatId("136695976")));
  assert.ok(isVatIdFault(readVatId("US136695976")));
  assert.ok(isVatIdFault(readVatId("")));
});
