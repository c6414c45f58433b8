/** What an invoice says is said the same way every time. */
import assert from "node:assert/strict";
import { lineDescription, lineDetail, periodLabel } from "./texts.ts";

const period = (start: string, end: string) => ({
  start: Temporal.PlainDate.from(start),
  end: Temporal.PlainDate.from(end),
});

Deno.test("a period is said with its last day, not with the day after", () => {
  assert.equal(periodLabel(period("2026-03-01", "2026-04-01")), "1–31 March 2026");
  assert.equal(periodLabel(period("2026-03-15", "2026-04-15")), "15 March – 14 April 2026");
  assert.equal(periodLabel(period("2025-12-16", "2026-01-16")), "16 December 2025 – 15 January 2026");
  assert.equal(periodLabel(period("2026-03-05", "2026-03-06")), "5 March 2026");
});

Deno.test("a line of one vehicle carries its plate and its own days", () => {
  assert.equal(lineDescription({ name: "Lease" }, { plate: "LV24 FHT" }), "Lease, LV24 FHT");
  assert.equal(lineDescription({ name: "Distance" }), "Distance");
  const march = period("2026-03-01", "2026-04-01");
  const stays = [{ from: "2025-01-01", to: "2026-03-05" }, { from: "2026-03-12", to: null }];
  assert.equal(
    lineDetail({ kind: "recurring", during: null }, march, stays),
    "1–4 March 2026, 12–31 March 2026",
  );
  assert.equal(lineDetail({ kind: "usage", during: null }, march, stays), "1–31 March 2026");
  const span = (from: string, to: string) => ({
    from: Temporal.PlainDate.from(from),
    to: Temporal.PlainDate.from(to),
  });
  const during = [span("2026-03-03", "2026-03-10"), span("2026-03-20", "2026-04-01")];
  assert.equal(lineDetail({ kind: "recurring", during }, march, stays), "3–4 March 2026, 20–31 March 2026");
  assert.equal(lineDetail({ kind: "usage", during }, march, stays), "3–9 March 2026, 20–31 March 2026");
});
