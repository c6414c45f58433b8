/** Guards who may read the figures of a process: whoever has the token or, without one, this machine itself. */
import assert from "node:assert/strict";
import { testApp } from "../support/app.ts";

const token = "metrics-token-of-a-test";
const app = await testApp();
Deno.test.afterAll(() => app.stop());
const guarded = app.beside({ MILEPOST_METRICS_TOKEN: token });

async function statusOf(url: string, headers: Record<string, string> = {}): Promise<number> {
  const answer = await fetch(`${url}/metrics`, { headers });
  const text = await answer.text();
  assert.equal(text.includes("process_start_time_seconds"), answer.status === 200, text);
  return answer.status;
}

Deno.test("without a token the figures are for this machine, and not for whom a proxy on it passes on", async () => {
  assert.equal(await statusOf(app.url), 200);
  assert.equal(await statusOf(app.url, { "x-forwarded-for": "127.0.0.1" }), 403);
  assert.equal(await statusOf(app.url, { forwarded: "for=127.0.0.1" }), 403);
});

Deno.test("where there is a token nothing else opens the figures, and it opens them from anywhere", async () => {
  const bearer = (given: string) => ({ authorization: `Bearer ${given}` });
  assert.equal(await statusOf(guarded), 403);
  for (const wrong of ["", token.slice(0, -1), `${token}x`, token.toUpperCase()]) {
    assert.equal(await statusOf(guarded, bearer(wrong)), 403, wrong);
  }
  assert.equal(await statusOf(guarded, { authorization: `Basic ${token}` }), 403);
  assert.equal(await statusOf(guarded, { ...bearer(token), "x-forwarded-for": "203.0.113.7" }), 200);
});
