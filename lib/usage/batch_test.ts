/** What becomes of the rows of a batch: whose they are, what repeats, what is set aside and why. */
import assert from "node:assert/strict";
import { wholeRow } from "../imports/mapping.ts";
import { type BatchColumns, compareWithEarlier, sortBatch, type SortedBatch } from "./batch.ts";
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

Deno.test("within a batch the first row with an id stays: equal ones are duplicates, others are set aside", () => {
  const sorted = sortBatch(
    [row(2, "a"), row(3, "a"), row(4, "a", { km: "6" }), row(5, "a", { km: "6" }), row(6, "b")],
    facts,
    columns,
  );
  assert.deepEqual(sorted.events.map(({ line }) => line), [2, 6]);
  assert.equal(sorted.duplicates, 1);
  assert.deepEqual(sorted.setAside.map(({ line, column, value }) => [line, column, value]), [[4, "id", "a"], [
    5,
    "id",
    "a",
  ]]);
});

Deno.test("events that were there before are duplicates or set aside by their content", () => {
  const { events } = sortBatch([row(2, "a"), row(3, "b"), row(4, "c")], facts, columns);
  const earlier = new Map([["a", events[0].event.contentHash], ["b", "other content"]]);
  const compared = compareWithEarlier(events, earlier, columns);
  assert.deepEqual(
    { ...compared, setAside: compared.setAside.map(({ line, column }) => [line, column]) },
    { added: 1, duplicates: 1, setAside: [[3, "id"]] },
  );
  const withoutIds = compareWithEarlier(events, earlier, { subject: "who" });
  assert.equal(withoutIds.setAside[0].column, wholeRow);
  assert.match(withoutIds.setAside[0].reason, /imported before and became another event/);
});
