/** A line names a vehicle and, if need be, its days. */
import assert from "node:assert/strict";
import { readStayLines } from "./stay_lines.ts";

Deno.test("a vehicle comes on its own day, or with the contract", () => {
  const text = "V-1\r\n\r\n V-2 from 2024-01-10 \nV-3 to 2024-02-01\nVan 4 From 2024-01-10 To 2024-02-01";
  assert.deepEqual(readStayLines(text, "2024-01-01"), {
    stays: [
      { reference: "V-1", fromDate: "2024-01-01", toDate: null },
      { reference: "V-2", fromDate: "2024-01-10", toDate: null },
      { reference: "V-3", fromDate: "2024-01-01", toDate: "2024-02-01" },
      { reference: "Van 4", fromDate: "2024-01-10", toDate: "2024-02-01" },
    ],
    problems: [],
  });
});

Deno.test("a date that is none is told with its line", () => {
  const { problems } = readStayLines("V-1\nV-2 from 10/1/2024 to 2024-02-30", "2024-01-01");
  assert.deepEqual(problems.map(({ rule }) => rule), [
    "Line 2: “10/1/2024” is not a date. Use year, month and day.",
    "Line 2: “2024-02-30” is not a date. Use year, month and day.",
  ]);
});
