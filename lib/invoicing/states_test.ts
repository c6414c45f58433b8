/** The state table is the one of the domain, and a step outside it is refused by name. */
import assert from "node:assert/strict";
import type { InvoiceState } from "../../db/schema.ts";
import { isMilepostError } from "../core/errors.ts";
import { isOverdue, nextStates, requireTransition, settledState, stateNames } from "./states.ts";

const legal = new Set([
  "draft>approved",
  "approved>issued",
  "issued>partially_paid",
  "issued>paid",
  "issued>credited",
  "issued>void",
  "issued>uncollectible",
  "partially_paid>issued",
  "partially_paid>paid",
  "partially_paid>credited",
  "partially_paid>uncollectible",
  "paid>partially_paid",
  "paid>issued",
  "paid>credited",
  "uncollectible>issued",
  "uncollectible>partially_paid",
]);
const states = Object.keys(stateNames) as InvoiceState[];

Deno.test("every pair of states is either a way or an error that names both", () => {
  for (const from of states) {
    for (const to of states) {
      if (legal.has(`${from}>${to}`)) {
        requireTransition(from, to);
        continue;
      }
      assert.throws(
        () => requireTransition(from, to),
        (error) =>
          isMilepostError(error, "IllegalTransition") && error.message.includes(stateNames[from]) &&
          error.message.includes(stateNames[to]),
        `${from} > ${to}`,
      );
    }
  }
});

Deno.test("a draft never becomes an issued invoice without approval", () => {
  assert.deepEqual(nextStates("draft"), ["approved"]);
});

Deno.test("overdue is the day after the due date, for open invoices only", () => {
  const dueDate = Temporal.PlainDate.from("2026-04-22");
  const on = (state: InvoiceState, today: string) =>
    isOverdue({ state, dueDate }, Temporal.PlainDate.from(today));
  assert.equal(on("issued", "2026-04-22"), false);
  assert.equal(on("issued", "2026-04-23"), true);
  assert.equal(on("partially_paid", "2026-04-23"), true);
  assert.equal(on("paid", "2026-04-23"), false);
  assert.equal(on("void", "2026-04-23"), false);
  assert.equal(isOverdue({ state: "draft", dueDate: null }, dueDate), false);
});

function settled(total: bigint, creditedAmount: bigint, openAmount: bigint, writtenOffAmount = 0n) {
  return settledState({ total, creditedAmount, openAmount, writtenOffAmount });
}

Deno.test("what is open decides between issued, partly paid and paid", () => {
  assert.equal(settled(100n, 0n, 100n), "issued");
  assert.equal(settled(100n, 0n, 99n), "partially_paid");
  assert.equal(settled(100n, 0n, 1n), "partially_paid");
  assert.equal(settled(100n, 0n, 0n), "paid");
  assert.throws(() => settled(100n, 0n, 101n), RangeError);
  assert.throws(() => settled(100n, 0n, -1n), RangeError);
});

Deno.test("a partial credit never marks an invoice paid, and only all of it makes it credited", () => {
  assert.equal(settled(100n, 30n, 70n), "issued");
  assert.equal(settled(100n, 30n, 20n), "partially_paid");
  assert.equal(settled(100n, 30n, 0n), "paid");
  assert.equal(settled(100n, 100n, 0n), "credited");
  assert.throws(() => settled(100n, 30n, 71n), RangeError);
  assert.throws(() => settled(100n, 101n, 0n), RangeError);
});

Deno.test("once a part is given up, the rest decides: nothing open is written off, and a payment taken back opens it again", () => {
  assert.equal(settled(100n, 0n, 0n, 100n), "uncollectible");
  assert.equal(settled(100n, 20n, 0n, 50n), "uncollectible");
  assert.equal(settled(100n, 20n, 30n, 50n), "issued");
  assert.equal(settled(100n, 20n, 10n, 50n), "partially_paid");
  assert.throws(() => settled(100n, 20n, 31n, 50n), RangeError);
  assert.throws(() => settled(100n, 60n, 0n, 50n), RangeError);
});
