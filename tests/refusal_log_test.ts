/** The log of refusals: a flood of them fills no log and is told by its number, and the secret in the address of a link is left out. */
import assert from "node:assert/strict";
import type { State } from "../define.ts";
import { nameRequest, openRefusalLog } from "../request_log.ts";

Deno.test("at most twenty refusals a second are logged, and the next line says how many were left out", () => {
  let nowMs = 5_000;
  const lines: Record<string, unknown>[] = [];
  const log = openRefusalLog(() => nowMs);
  const state = { requestId: "r", reach: { address: "192.0.2.7" } } as unknown as State;
  const { writeSync } = Deno.stderr;
  Deno.stderr.writeSync = (bytes) => {
    lines.push(JSON.parse(new TextDecoder().decode(bytes)));
    return bytes.length;
  };
  try {
    for (let count = 0; count < 50; count++) log(state, "GET /", 403, "not_permitted");
    assert.equal(lines.length, 20);
    nowMs += 999;
    log(state, "GET /", 404, "not_found");
    log(state, "GET /", 403, "not_permitted");
    assert.equal(lines.length, 20);
    nowMs += 1;
    for (let count = 0; count < 21; count++) log(state, "GET /", 429, "too_many_requests");
  } finally {
    Deno.stderr.writeSync = writeSync;
  }
  assert.equal(lines.length, 40);
  assert.deepEqual(lines.map(({ leftOut }) => leftOut).filter(Boolean), [31]);
  assert.equal(lines[20].leftOut, 31);
});

Deno.test("a request is named without its query and without the secret of a link", () => {
  const secret = "Ab-_".repeat(11).slice(0, 43);
  assert.equal(nameRequest("POST", new URL(`http://a/pay/${secret}/card?card=4242`)), "POST /pay/…/card");
  assert.equal(nameRequest("GET", new URL(`http://a/${"x/".repeat(400)}`)).length, "GET ".length + 500);
});
