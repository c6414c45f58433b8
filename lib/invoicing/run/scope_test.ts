/** Which periods end in a month, for anchors at the end of months, contracts that begin or end, and what is billed already. */
import assert from "node:assert/strict";
import type { Cadence } from "../../core/period.ts";
import { periodsEndingIn } from "./scope.ts";

const date = Temporal.PlainDate.from;
const month = (text: string) => {
  const start = date(`${text}-01`);
  return { start, end: start.add({ months: 1 }) };
};

interface Case {
  name: string;
  anchorDay?: number;
  startDate?: string;
  endDate?: string;
  month?: string;
  billed?: string[];
  expected: string[];
}

const cases: Case[] = [
  { name: "from the first to the first", expected: ["2024-03-01/2024-04-01"] },
  { name: "from the 15th", anchorDay: 15, expected: ["2024-02-15/2024-03-15"] },
  { name: "from the 31st, in March", anchorDay: 31, expected: ["2024-02-29/2024-03-31"] },
  {
    name: "from the 31st, in February",
    anchorDay: 31,
    month: "2024-02",
    expected: ["2024-01-31/2024-02-29"],
  },
  { name: "from the 2nd", anchorDay: 2, expected: ["2024-02-02/2024-03-02"] },
  { name: "billed already", billed: ["2024-03-01"], expected: [] },
  { name: "another one billed", billed: ["2024-02-01"], expected: ["2024-03-01/2024-04-01"] },
  { name: "begins in the month", startDate: "2024-03-20", expected: ["2024-03-01/2024-04-01"] },
  { name: "begins after it", startDate: "2024-04-01", expected: [] },
  { name: "ended on its first day", endDate: "2024-03-01", expected: [] },
  { name: "ended within it", endDate: "2024-03-02", expected: ["2024-03-01/2024-04-01"] },
  { name: "ended before the period that ends in it", anchorDay: 15, endDate: "2024-02-15", expected: [] },
];

for (
  const { name, anchorDay = 1, startDate = "2023-01-01", endDate, billed = [], expected, ...rest } of cases
) {
  Deno.test(`${name}: ${expected.join(", ") || "nothing"}`, () => {
    const contract = {
      reference: "K-1",
      startDate: date(startDate),
      endDate: endDate === undefined ? null : date(endDate),
      cadence: "monthly" as const,
      anchorDay,
      anchorDate: null,
      zone: "Europe/London",
    };
    const found = periodsEndingIn(contract, month(rest.month ?? "2024-03"), new Set(billed));
    assert.deepEqual(found.map(({ start, end }) => `${start}/${end}`), expected);
  });
}

Deno.test("over twelve months each period is found once, for every anchor day", () => {
  for (let anchorDay = 1; anchorDay <= 31; anchorDay++) {
    const contract = {
      reference: "K-1",
      startDate: date("2023-06-01"),
      endDate: null,
      cadence: "monthly" as const,
      anchorDay,
      anchorDate: null,
      zone: "Europe/London",
    };
    const found = Array.from({ length: 12 }, (_, index) => {
      const start = date("2024-01-01").add({ months: index });
      return periodsEndingIn(contract, { start, end: start.add({ months: 1 }) }, new Set());
    }).flat();
    assert.equal(found.length, 12, `day ${anchorDay}`);
    for (const [index, { start }] of found.entries()) {
      if (index > 0) assert.equal(start.toString(), found[index - 1].end.toString(), `day ${anchorDay}`);
    }
  }
});

Deno.test("a month has several periods of a weekly contract, and one of a yearly one once a year", () => {
  const found = (cadence: Cadence, anchorDate: string, text: string, endDate: string | null = null) => {
    const contract = {
      reference: "K-1",
      startDate: date("2023-01-01"),
      endDate: endDate === null ? null : date(endDate),
      cadence,
      anchorDay: 1,
      anchorDate: date(anchorDate),
      zone: "Europe/London",
    };
    return periodsEndingIn(contract, month(text), new Set()).map(({ start, end }) => `${start}/${end}`);
  };
  assert.deepEqual(found("weekly", "2024-04-01", "2024-02"), [
    "2024-01-29/2024-02-05",
    "2024-02-05/2024-02-12",
    "2024-02-12/2024-02-19",
    "2024-02-19/2024-02-26",
  ]);
  assert.deepEqual(found("yearly", "2024-02-29", "2024-02"), ["2023-02-28/2024-02-29"]);
  assert.deepEqual(found("yearly", "2024-02-29", "2024-03"), []);
  // it ended long before the end of its period, and is billed then all the same
  assert.deepEqual(found("yearly", "2024-01-01", "2024-12", "2024-02-01"), ["2024-01-01/2025-01-01"]);
});
