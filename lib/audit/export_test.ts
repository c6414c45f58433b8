/** The two forms in which the trail leaves: each event whole, and nothing in it can end its message early. */
import assert from "node:assert/strict";
import type { SealedEvent } from "../../db/queries/audit_list.ts";
import { jsonLine, syslogFrame, syslogMessage } from "./export.ts";

const tenantId = "018f0000-0000-7000-8000-000000000001";
const event: SealedEvent = {
  id: "018f0000-0000-7000-8000-000000000002",
  xid: "771",
  at: Temporal.Instant.from("2026-04-02T13:10:00.1234Z"),
  actor: "user:018f0000-0000-7000-8000-000000000003",
  command: "customer.create",
  subjectType: "customer",
  subjectId: "C-1",
  detail: { name: 'Zoë "the] van\\' },
  sequence: 7n,
  hash: new Uint8Array(32).fill(0xab),
};

Deno.test("a JSON line is one object with all that the event has", () => {
  const line = jsonLine(tenantId, event);
  assert.equal(line.indexOf("\n"), line.length - 1);
  assert.deepEqual(JSON.parse(line), {
    tenant: tenantId,
    id: event.id,
    at: "2026-04-02T13:10:00.123400Z",
    actor: event.actor,
    command: "customer.create",
    subject: { type: "customer", id: "C-1" },
    detail: event.detail,
    xid: "771",
    seal: { sequence: "7", hash: "ab".repeat(32) },
  });
  assert.equal(JSON.parse(jsonLine(tenantId, { ...event, sequence: null, hash: null })).seal, null);
});

Deno.test("a syslog message has the header, the data with its three signs escaped, and the sentence after its mark", () => {
  assert.equal(
    syslogMessage(tenantId, event),
    "<109>1 2026-04-02T13:10:00.123400Z - milepost - customer.create " +
      `[milepost@32473 tenant="${tenantId}" id="${event.id}" actor="${event.actor}" command="customer.create" ` +
      'subjectType="customer" subjectId="C-1" ' +
      String.raw`detail="{\"name\":\"Zoë \\\"the\] van\\\\\"}" sequence="7" hash="${"ab".repeat(32)}"] ` +
      `\uFEFF${event.actor} customer.create customer C-1`,
  );
  assert.match(syslogMessage(tenantId, { ...event, command: "sign_in.fail" }), /^<108>1 /);
});

Deno.test("a message id keeps to 32 printable characters of ASCII", () => {
  const long = syslogMessage(tenantId, { ...event, command: `é ${"x".repeat(40)}` });
  assert.equal(long.split(" ")[5], `__${"x".repeat(30)}`);
});

/** Reads frames as a receiver does: a number of bytes, a space, so many bytes. */
function readFrames(bytes: Uint8Array): string[] {
  const messages: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const length = Number(new TextDecoder().decode(bytes.subarray(at, space)));
    messages.push(
      new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(space + 1, space + 1 + length)),
    );
    at = space + 1 + length;
  }
  return messages;
}

Deno.test("frames are counted in bytes, so that a receiver finds where each ends, whatever an event holds", () => {
  const events = ["plain", "Zoë 🚐", "two\nlines 5 <109>1 - -", ']"\\'].map((subjectId) => ({
    ...event,
    subjectId,
  }));
  const stream = events.map((each) => syslogFrame(tenantId, each)).join("");
  assert.deepEqual(
    readFrames(new TextEncoder().encode(stream)),
    events.map((each) => syslogMessage(tenantId, each)),
  );
});
