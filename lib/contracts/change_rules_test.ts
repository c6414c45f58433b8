/** What is billed stays, and a day outside of the contract is told which days there are. */
import assert from "node:assert/strict";
import { requireUnbilled, requireWithin, showPeriod } from "./change_rules.ts";

const day = (text: string) => Temporal.PlainDate.from(text);
const march = { start: day("2024-03-01"), end: day("2024-04-01") };

Deno.test("a period is said as its month, or by its days where it is not one", () => {
  assert.equal(showPeriod(march), "March 2024");
  assert.equal(
    showPeriod({ start: day("2024-03-15"), end: day("2024-04-15") }),
    "15 March 2024 to 14 April 2024",
  );
});

Deno.test("nothing changes before the end of what is billed", () => {
  assert.throws(
    () => requireUnbilled("fromDate", day("2024-03-31"), march),
    { message: "March 2024 is billed. Choose 1 April 2024 or later." },
  );
  requireUnbilled("fromDate", day("2024-04-01"), march);
  requireUnbilled("fromDate", day("1999-01-01"), undefined);
});

Deno.test("a stay lies within its contract, and may end with it", () => {
  const contract = { reference: "K-1", startDate: day("2024-01-01"), endDate: day("2024-07-01") };
  const refused = (text: string, options?: { mayBeEnd: boolean }) => () =>
    requireWithin("date", day(text), contract, options);
  assert.throws(refused("2023-12-31"), { message: /starts on 1 January 2024\. Choose that day/ });
  assert.throws(refused("2024-07-01"), {
    message: /ends before 1 July 2024\. Choose 30 June 2024 or earlier/,
  });
  assert.throws(refused("2024-07-02", { mayBeEnd: true }), { message: /Choose 1 July 2024 or earlier/ });
  requireWithin("date", day("2024-06-30"), contract);
  requireWithin("date", day("2024-07-01"), contract, { mayBeEnd: true });
  requireWithin("date", day("2050-07-01"), { ...contract, endDate: null });
});
