/** Currencies: the built-in table is the published one, and codes without decimals of their own are refused. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import {
  CURRENCY_CODES,
  currencyName,
  currencySymbol,
  isCurrencyCode,
  minorUnits,
  parseCurrencyCode,
} from "./currency.ts";

const published = fileURLToPath(new URL("../../../shared/data/currency/iso4217.csv", import.meta.url));

function isPresent(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
const absent = !isPresent(published);

Deno.test({
  name: `every active ISO 4217 code has its published decimals${
    absent ? " (skipped: no ../shared/data)" : ""
  }`,
  ignore: absent,
  fn() {
    const expected = new Map<string, number>();
    const withoutUnits = new Set<string>();
    for (const line of Deno.readTextFileSync(published).trim().split("\n").slice(1)) {
      // The four last columns hold no comma; names may.
      const [code, , units, withdrawn] = line.trim().split(",").slice(-4);
      if (code === "" || withdrawn !== "") continue;
      if (/^\d$/.test(units)) expected.set(code, Number(units));
      else withoutUnits.add(code);
    }
    assert.ok(expected.size > 150);
    assert.deepEqual(
      new Map(CURRENCY_CODES.map((code) => [code, minorUnits(code)])),
      new Map([...expected].sort()),
    );
    assert.ok(withoutUnits.has("XAU") && withoutUnits.has("XTS"));
    for (const code of withoutUnits) assert.ok(!isCurrencyCode(code), code);
  },
});

Deno.test("yen has no decimals, dinar three, unidad de fomento four", () => {
  assert.deepEqual(
    (["JPY", "CLP", "KRW", "ISK", "USD", "KWD", "BHD", "TND", "CLF"] as const).map(minorUnits),
    [
      0,
      0,
      0,
      0,
      2,
      3,
      3,
      3,
      4,
    ],
  );
});

Deno.test("gold, test codes, old money, small letters and object members are no currency", () => {
  for (
    const code of ["XAU", "XTS", "XXX", "XDR", "DEM", "HRK", "usd", "US", "", "constructor", "__proto__"]
  ) {
    assert.ok(!isCurrencyCode(code), code);
    assert.throws(
      () => parseCurrencyCode(code),
      /is not a currency\. Use an active ISO 4217 code such as USD\./,
    );
  }
  assert.equal(parseCurrencyCode("EUR"), "EUR");
});

Deno.test("a currency has a sign and a name in the reader's language", () => {
  assert.equal(currencySymbol("USD"), "$");
  assert.equal(currencySymbol("GBP", "en-GB"), "£");
  assert.equal(currencyName("USD"), "US Dollar");
});
