/** What makes an event the same event, in this file and in the next one. */
import assert from "node:assert/strict";
import { CsvReader } from "../imports/csv.ts";
import { prepareMapping, type UsageMapping, wholeRow } from "../imports/mapping.ts";
import { contentHash, type EventContent, type IdentifiedRow, RowIdentifier } from "./identity.ts";

const mapping: UsageMapping = {
  name: "test",
  title: "Test",
  source: "test",
  event: "trip",
  at: { column: "at", format: { form: "rfc3339" } },
  subject: { contract: { column: "who" } },
  fields: [{ name: "km", column: "km", required: true }],
  dimensions: [],
};

function identifyAll(file: string, id?: { column: string }): IdentifiedRow[] {
  const reader = new CsvReader();
  const rows = [...reader.push(new TextEncoder().encode(file)), ...reader.end()];
  const identifier = new RowIdentifier(prepareMapping({ ...mapping, ...(id ? { id } : {}) }, reader.header!));
  return rows.map((row) => identifier.identify(row));
}

const idsOf = (file: string) => identifyAll(file).map((row) => "event" in row ? row.event.id : "set aside");
const header = "who,at,km\n";
const trip = "K-1,2024-01-31T09:30:00Z,5\n";
const other = "K-1,2024-01-31T09:30:00Z,6\n";

Deno.test("the same file has the same ids again, and equal rows in it have different ones", () => {
  const file = header + trip + other + trip + trip;
  const ids = idsOf(file);
  assert.deepEqual(idsOf(file), ids);
  assert.equal(new Set(ids).size, 4);
  assert.match(ids[0], /^[0-9a-f]{64}$/);
});

Deno.test("equal rows are told apart by their number alone, whatever stands between them", () => {
  const [first, second] = idsOf(header + trip + trip);
  assert.deepEqual(idsOf(header + other + trip + other + trip).filter((_, index) => index % 2 === 1), [
    first,
    second,
  ]);
  assert.deepEqual(idsOf("at,note,km,who\n" + "2024-01-31T09:30:00Z,,5,K-1\n"), [first]);
});

Deno.test("a row that is set aside keeps its reason, and does not count as an occurrence", () => {
  const rows = identifyAll(`${header}K-1,never,5\nK-1\n${trip}`);
  assert.deepEqual(rows.map((row) => "quarantine" in row ? row.quarantine.column : "event"), [
    "at",
    wholeRow,
    "event",
  ]);
  assert.deepEqual(idsOf(`${header}K-1,never,5\n${trip}`).slice(1), idsOf(header + trip));
});

Deno.test("with an id column the id is what stands there", () => {
  const [row] = identifyAll("id,who,at,km\n t-7 ,K-1,2024-01-31T09:30:00Z,5\n", { column: "id" });
  assert.ok("event" in row);
  assert.equal(row.event.id, "t-7");
});

Deno.test("the content hash changes with every part of the content", () => {
  const content: EventContent = {
    event: "trip",
    contractId: "c",
    vehicleId: null,
    at: Temporal.Instant.from("2024-01-31T09:30:00Z"),
    properties: { km: "5" },
  };
  const variants: EventContent[] = [
    content,
    { ...content, event: "toll" },
    { ...content, contractId: null, vehicleId: "c" },
    { ...content, contractId: "d" },
    { ...content, at: content.at.add({ milliseconds: 1 }) },
    { ...content, properties: { km: "5.0" } },
    { ...content, properties: { km: "5", purpose: "private" } },
    { ...content, properties: {} },
  ];
  assert.equal(new Set(variants.map(contentHash)).size, variants.length);
  assert.equal(contentHash({ ...content }), contentHash(content));
});
