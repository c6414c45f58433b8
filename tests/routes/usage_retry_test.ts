/** Guards the way on for an import whose reading failed for good: the page says so, and a person lets it read on. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { usageImport } from "../../jobs/handlers/usage_import.ts";
import { startWorker } from "../../jobs/worker.ts";
import { testApp } from "../support/app.ts";
import { insertTestBusiness } from "../support/billing.ts";
import { until } from "../support/command.ts";

const app = await testApp();
Deno.test.afterAll(() => app.stop());
const { environment } = app;
const { tenantId } = await insertTestBusiness(environment.database);

Deno.test("an import whose reading gave up is read on from where it stopped", async () => {
  const biller = await app.visitor(tenantId, "biller");
  const viewer = await app.visitor(tenantId, "viewer");
  const form = new FormData();
  form.set("mapping", "fleet-usage");
  form.set("file", new File(["id,event,vehicle,at,km,cost,purpose\na,trip,V-9,now,1,,\n"], "march.csv"));
  const path = (await fetch(`${app.url}/usage`, {
    method: "POST",
    body: form,
    headers: { origin: app.origin, "sec-fetch-site": "same-origin", cookie: biller.cookie },
    redirect: "manual",
  })).headers.get("location")!;
  const page = async (visitor = biller) => await (await app.get(path, visitor)).text();
  assert.doesNotMatch(await page(), /stands still/);
  await withTenant(environment.database, tenantId, (db) =>
    db.sql`
      update job set state = 'dead', attempt = 20, max_attempts = 20, finished_at = clock_timestamp(),
        last_error = 'no answer' where kind = 'usage_import.read'`);
  assert.match(await page(), /stands still[\s\S]*Read on/);
  assert.doesNotMatch(await page(viewer), />Read on</);
  assert.equal((await app.post(`${path}/retry`, {}, viewer)).status, 403);
  assert.equal((await app.post(`${path}/retry`, {}, biller)).status, 303);
  assert.doesNotMatch(await page(), /stands still/);
  const worker = startWorker({ environment, handlers: [usageImport], sweepEveryMs: 20, report: () => {} });
  try {
    await until(async () => /1 row set aside/.test(await page()));
  } finally {
    await worker.stop();
  }
  const again = await app.post(`${path}/retry`, {}, biller);
  assert.equal(again.status, 409);
  assert.match(await again.text(), /This import is done\. It stays as it is/);
});
