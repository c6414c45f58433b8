/** What becomes of the rows of a batch: whose they are, what repeats, what is set aside and why. */
import assert from "node:assert/strict";
import { wholeRow } from "../imports/mapping.ts";
import {
  type BatchColumns,
  countsOf,
  isThereBy,
  settleBatch,
  type SettledBatch,
  sortBatch,
  type SortedBatch,
} from "./batch.ts";
import type { IdentifiedRow } from "./identity.ts";
import type { SubjectFacts } from "./subjects.ts";

const instant = (text: string) => Temporal.Instant.from(text);
const facts: SubjectFacts = {
  contracts: new Map([["K-1", "contract-1"]]),
  vehicles: new Map([
    ["V-1", {
      id: "vehicle-1",
      stays: [
        { from: instant("2024-01-01T00:00:00Z"), to: instant("2024-02-01T00:00:00Z") },
        { from: instant("2024-03-01T00:00:00Z"), to: null },
      ],
    }],
    ["V-2", { id: "vehicle-2", stays: [] }],
  ]),
};
const columns: BatchColumns = { subject: "who", id: "id" };

function row(
  line: number,
  id: string,
  change: { contract?: string; vehicle?: string; at?: string; km?: string } = {},
): IdentifiedRow {
  const { contract = "K-1", vehicle, at = "2024-01-15T12:00:00Z", km = "5" } = change;
  const subject = vehicle === undefined
    ? { kind: "contract" as const, reference: contract }
    : { kind: "vehicle" as const, reference: vehicle };
  return {
    line,
    raw: `row ${line}`,
    event: { id, event: "trip", at: instant(at), subject, properties: { km } },
  };
}

const reasonsOf = ({ setAside }: SortedBatch) =>
  setAside.map(({ line, column, reason }) => `${line} ${column}: ${reason}`);

Deno.test("an event belongs to the contract that it names, or to the vehicle that had one then", () => {
  const sorted = sortBatch(
    [
      row(2, "a"),
      row(3, "b", { vehicle: "V-1" }),
      row(4, "c", { vehicle: "V-1", at: "2024-01-01T00:00:00Z" }),
      row(5, "d", { vehicle: "V-1", at: "2026-03-01T00:00:00Z" }),
    ],
    facts,
    columns,
  );
  assert.deepEqual(
    sorted.events.map(({ event }) => [event.contractId, event.vehicleId]),
    [["contract-1", null], [null, "vehicle-1"], [null, "vehicle-1"], [null, "vehicle-1"]],
  );
});

Deno.test("a row that leads to no customer is set aside with the column and what to do", () => {
  const sorted = sortBatch(
    [
      row(2, "a", { contract: "K-9" }),
      row(3, "b", { vehicle: "V-9" }),
      row(4, "c", { vehicle: "V-2" }),
      row(5, "d", { vehicle: "V-1", at: "2024-02-01T00:00:00Z" }),
      row(6, "e", { vehicle: "V-1", at: "2024-02-29T23:59:59.999999Z" }),
      {
        line: 7,
        raw: "row 7",
        quarantine: { column: "km", value: "x".repeat(600), reason: "Not a number." },
      },
    ],
    facts,
    columns,
  );
  assert.deepEqual(sorted.events, []);
  assert.deepEqual(reasonsOf(sorted), [
    '2 who: There is no contract "K-9". Create it and upload the row again.',
    '3 who: There is no vehicle "V-9". Create it and upload the row again.',
    '4 who: The vehicle "V-2" had no contract at that time. Assign it and upload the row again.',
    '5 who: The vehicle "V-1" had no contract at that time. Assign it and upload the row again.',
    '6 who: The vehicle "V-1" had no contract at that time. Assign it and upload the row again.',
    "7 km: Not a number.",
  ]);
  assert.equal(sorted.setAside[5].value.length, 501);
  assert.equal(sorted.setAside[5].raw, "row 7");
});

const placesOf = (settled: SettledBatch) => ({
  added: settled.added.map(({ line }) => line),
  duplicates: settled.duplicates,
  setAside: settled.setAside.map(({ line, column, value }) => `${line} ${column} ${value}`),
});

Deno.test("within a batch the first row with an id stays: equal ones are duplicates, others are set aside", () => {
  const sorted = sortBatch(
    [row(2, "a"), row(3, "a"), row(4, "a", { km: "6" }), row(5, "a", { km: "6" }), row(6, "b")],
    facts,
    columns,
  );
  const settled = settleBatch(sorted, isThereBy(new Map()), columns);
  assert.deepEqual(placesOf(settled), { added: [2, 6], duplicates: 1, setAside: ["4 id a", "5 id a"] });
  assert.deepEqual(countsOf(settled), { rows: 5, events: 2, duplicates: 1, quarantined: 2 });
});

Deno.test("what was there before decides, also over what comes first in the batch", () => {
  const sorted = sortBatch(
    [
      row(2, "a"),
      row(3, "b"),
      row(4, "c"),
      row(5, "d", { km: "6" }),
      row(6, "d", { km: "6" }),
      row(7, "d"),
      { line: 8, raw: "row 8", quarantine: { column: "km", value: "x", reason: "Not a number." } },
    ],
    facts,
    columns,
  );
  const hashOf = (line: number) =>
    [...sorted.events, ...sorted.repeats].find((placed) => placed.line === line)!.event.contentHash;
  const hashes = new Map([["a", hashOf(2)], ["b", "other content"], ["d", hashOf(7)]]);
  const settled = settleBatch(sorted, isThereBy(hashes), columns);
  assert.deepEqual(placesOf(settled), {
    added: [4],
    duplicates: 2,
    setAside: ["8 km x", "3 id b", "5 id d", "6 id d"],
  });
  assert.deepEqual(countsOf(settled), { rows: 7, events: 1, duplicates: 2, quarantined: 4 });
});

Deno.test("without an id column, a row that became another event names the whole row", () => {
  const sorted = sortBatch([row(2, "a")], facts, { subject: "who" });
  const [conflict] = settleBatch(sorted, () => false, { subject: "who" }).setAside;
  assert.equal(conflict.column, wholeRow);
  assert.match(conflict.reason, /imported before and became another event/);
});
