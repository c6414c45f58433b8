/** Guards the names of uploaded files: what cannot be shown is refused, and any other name comes back with the download. */
import assert from "node:assert/strict";
import { usageImport } from "../../jobs/handlers/usage_import.ts";
import { startWorker } from "../../jobs/worker.ts";
import { testApp } from "../support/app.ts";
import { insertTestBusiness } from "../support/billing.ts";
import { until } from "../support/command.ts";

const app = await testApp();
const { environment } = app;
const { tenantId } = await insertTestBusiness(environment.database);
const biller = await app.visitor(tenantId, "biller");
const worker = startWorker({ environment, handlers: [usageImport], sweepEveryMs: 20, report: () => {} });
Deno.test.afterAll(async () => {
  await worker.stop();
  await app.stop();
});

async function upload(name: string): Promise<Response> {
  const form = new FormData();
  form.set("mapping", "fleet-usage");
  form.set("file", new File(["id,event,vehicle,at,km,cost,purpose\na,trip,V-9,now,1,,\n"], name));
  return await fetch(`${app.url}/usage`, {
    method: "POST",
    body: form,
    headers: { origin: app.origin, "sec-fetch-site": "same-origin", cookie: biller.cookie },
    redirect: "manual",
  });
}

Deno.test("a name with signs that nobody sees, or that turn the text around, is refused", async () => {
  for (const name of ["a\u001b[31m.csv", "march\u202evsc.exe", "\u2066march.csv"]) {
    const answer = await upload(name);
    assert.equal(answer.status, 422, name);
    assert.match(await answer.text(), /The name of this file has a sign in it that cannot be shown/);
  }
});

for (
  const [name, ascii, whole] of [
    ["выгрузка.csv", "usage-set-aside.csv", "%D0%B2%D1%8B%D0%B3%D1%80%D1%83%D0%B7%D0%BA%D0%B0-set-aside.csv"],
    ["März (2).csv", "M-rz-2-set-aside.csv", "M%C3%A4rz%20%282%29-set-aside.csv"],
    ["../../etc/passwd", "etc-passwd-set-aside.csv", "-etc-passwd-set-aside.csv"],
  ]
) {
  Deno.test(`the rows of ${name} that were set aside come back under its name`, async () => {
    const path = (await upload(name)).headers.get("location")!;
    await until(async () => /Set aside<\/dt><dd[^>]*>1</.test(await (await app.get(path, biller)).text()));
    const download = await app.get(`${path}/quarantine`, biller);
    await download.body?.cancel();
    const disposition = download.headers.get("content-disposition")!;
    assert.ok(disposition.startsWith(`attachment; filename="${ascii}"; filename*=UTF-8''`), disposition);
    assert.ok(disposition.endsWith(whole), disposition);
  });
}
