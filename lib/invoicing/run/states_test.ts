/** Every pair of states of a run: which way is open, and that the refusal names both. */
import assert from "node:assert/strict";
import type { InvoiceRunState } from "../../../db/schema.ts";
import { isMilepostError } from "../../core/errors.ts";
import { openRunStates, requireRunTransition, runStateNames, runStepNames } from "./states.ts";

const legal = new Set([
  "previewing>awaiting_approval",
  "previewing>cancelled",
  "awaiting_approval>issuing",
  "awaiting_approval>returned",
  "awaiting_approval>cancelled",
  "issuing>reconciling",
  "reconciling>done",
  "reconciling>blocked",
  "blocked>reconciling",
]);
const states = Object.keys(runStateNames) as InvoiceRunState[];

Deno.test("every pair of states of a run is either a way or an error that names both", () => {
  for (const from of states) {
    for (const to of states) {
      if (legal.has(`${from}>${to}`)) {
        requireRunTransition(from, to);
        continue;
      }
      const sentence = `A run that is ${runStateNames[from]} cannot be ${runStepNames[to]}.`;
      assert.throws(
        () => requireRunTransition(from, to),
        (error) => isMilepostError(error, "IllegalTransition") && error.message.startsWith(sentence),
        `${from} > ${to}`,
      );
    }
  }
});

Deno.test("a run is open as long as some way leads on from it, but a blocked one makes room for the next", () => {
  const leading = new Set([...legal].map((way) => way.split(">")[0]));
  leading.delete("blocked");
  assert.deepEqual(openRunStates, states.filter((state) => leading.has(state)));
});
