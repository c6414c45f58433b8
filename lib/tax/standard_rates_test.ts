/** Guards the built-in rates against the days on which states changed them. */
import assert from "node:assert/strict";
import { UNION_STATES } from "./countries.ts";
import { BUILT_IN_RATES, builtInRateOn } from "./standard_rates.ts";

function standard(country: string, date: string): string | undefined {
  return builtInRateOn(country, "standard", Temporal.PlainDate.from(date))?.percents[0];
}

/** The last day of one rate and the first of the next, as the laws have them. */
const changes: readonly [string, string, string, string, string][] = [
  ["DE", "2020-06-30", "19", "2020-07-01", "16"],
  ["DE", "2020-12-31", "16", "2021-01-01", "19"],
  ["IE", "2020-08-31", "23", "2020-09-01", "21"],
  ["IE", "2021-02-28", "21", "2021-03-01", "23"],
  ["LU", "2022-12-31", "17", "2023-01-01", "16"],
  ["LU", "2023-12-31", "16", "2024-01-01", "17"],
  ["EE", "2023-12-31", "20", "2024-01-01", "22"],
  ["EE", "2025-06-30", "22", "2025-07-01", "24"],
  ["CH", "2017-12-31", "8", "2018-01-01", "7.7"],
  ["CH", "2023-12-31", "7.7", "2024-01-01", "8.1"],
  ["FI", "2024-08-31", "24", "2024-09-01", "25.5"],
  ["SK", "2024-12-31", "20", "2025-01-01", "23"],
  ["RO", "2025-07-31", "19", "2025-08-01", "21"],
  ["SG", "2022-12-31", "7", "2023-01-01", "8"],
  ["SG", "2023-12-31", "8", "2024-01-01", "9"],
];

for (const [country, lastDay, before, firstDay, after] of changes) {
  Deno.test(`${country} changed its rate from ${before} to ${after} on ${firstDay}`, () => {
    assert.equal(standard(country, lastDay), before);
    assert.equal(standard(country, firstDay), after);
  });
}

Deno.test("each state of the Union, GB, CH and NO has one standard rate of today, within the bounds of the law", () => {
  for (const country of [...UNION_STATES, "GB", "CH", "NO"]) {
    const rate = builtInRateOn(country, "standard", Temporal.PlainDate.from("2026-01-01"));
    assert.equal(rate?.percents.length, 1, country);
    // Directive 2006/112/EC art. 97: 15% at least.
    if (UNION_STATES.includes(country)) assert.ok(Number(rate!.percents[0]) >= 15, country);
  }
});

Deno.test("the rows of a country and class stand in the order of their days, and none repeats the one before", () => {
  for (const [index, rate] of BUILT_IN_RATES.entries()) {
    const before = BUILT_IN_RATES[index - 1];
    if (before?.country !== rate.country || before.rateClass !== rate.rateClass) continue;
    assert.ok(Temporal.PlainDate.compare(before.from, rate.from) < 0, `${rate.country} ${rate.from}`);
    assert.notDeepEqual(before.percents, rate.percents, `${rate.country} ${rate.from}`);
  }
});

Deno.test("before its first row and for an unknown country nothing is known", () => {
  assert.equal(standard("DE", "2006-12-31"), undefined);
  assert.equal(standard("US", "2026-01-01"), undefined);
});
