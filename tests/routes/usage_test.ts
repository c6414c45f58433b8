/** The pages of usage as a browser without script walks them: upload, progress, rows set aside, and the corrected file. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { handlers } from "../../jobs/handlers/list.ts";
import { startWorker } from "../../jobs/worker.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { execute } from "../../lib/core/command.ts";
import { startUsageImport } from "../../lib/usage/commands.ts";
import { testApp } from "../support/app.ts";
import { testActor } from "../support/command.ts";
import { figureOf, importFile, newFleet, sendUpload, upload } from "../support/usage_pages.ts";

const app = await testApp({
  clock: new FixedClock("2024-06-03T09:00:00Z"),
  settings: { MILEPOST_UPLOAD_MEGABYTES: "2" },
});
const { database } = app.environment;
const worker = startWorker({ environment: app.environment, handlers, sweepEveryMs: 50, report: () => {} });
Deno.test.afterAll(async () => {
  await worker.stop();
  await app.stop();
});

const header = "id,event,vehicle,at,km,cost,purpose";
const row = (id: string, vehicle = "V-1", km = "12.4") =>
  `${id},trip,${vehicle},2024-03-05T10:00:00Z,${km},,business`;

async function importsOf(tenantId: string): Promise<string[]> {
  const rows = await withTenant(
    database,
    tenantId,
    (db) => db.query.selectFrom("usage_import").select("id").execute(),
  );
  return rows.map(({ id }) => id);
}

Deno.test("a file is kept at once, read in the background, and counted row by row", async () => {
  const { biller } = await newFleet(app);
  const { page } = await importFile(
    app,
    biller,
    [header, row("a"), row("b"), row("c", "V-9"), row("a")].join("\n"),
  );
  assert.deepEqual(
    ["Rows", "Events", "Duplicates", "Set aside"].map((label) => figureOf(page, label)),
    ["4", "2", "1", "1"],
  );
  assert.match(page, /There is no vehicle &quot;V-9&quot;|There is no vehicle "V-9"/);
  const list = await (await app.get("/usage", biller)).text();
  assert.match(list, /march\.csv/);
  assert.match(list, /1 import so far/);
});

Deno.test("the same file again is all duplicates, and the page says so", async () => {
  const { biller } = await newFleet(app);
  await importFile(app, biller, [header, row("a")].join("\n"));
  const { page } = await importFile(app, biller, [header, row("a")].join("\n"), { name: "again.csv" });
  assert.match(page, /Every row of this file was read before/);
});

Deno.test("rows set aside are downloaded, corrected and imported again, and counted once", async () => {
  const { biller } = await newFleet(app);
  const { path } = await importFile(
    app,
    biller,
    [header, row("a"), row("b", "V-1", "twelve"), `c,trip,"V-1`].join("\n"),
  );
  const download = await app.get(`${path}/quarantine`, biller);
  assert.match(download.headers.get("content-disposition")!, /attachment; filename="march-set-aside\.csv"/);
  const text = await download.text();
  assert.equal(text.split("\r\n")[0], `${header},milepost_line,milepost_reason`);
  assert.match(text, /twelve,,business,3,/);
  const corrected = text.replace("twelve", "12").split("\r\n").slice(0, 2).join("\r\n");
  const { page } = await importFile(app, biller, corrected, { name: "corrected.csv" });
  assert.deepEqual([figureOf(page, "Events"), figureOf(page, "Set aside")], ["1", "0"]);
});

Deno.test("lines of JSON come back as lines of JSON", async () => {
  const { biller } = await newFleet(app);
  const line = JSON.stringify({
    id: "a",
    event: "trip",
    vehicle: "V-9",
    at: "2024-03-05T10:00:00Z",
    km: "1",
  });
  const { path } = await importFile(app, biller, `${line}\n`, { name: "march.ndjson" });
  const download = await app.get(`${path}/quarantine`, biller);
  assert.equal(download.headers.get("content-type"), "application/x-ndjson");
  assert.equal(await download.text(), `${line}\n`);
});

Deno.test("a form that is sent twice imports once", async () => {
  const { tenantId, biller } = await newFleet(app);
  const key = crypto.randomUUID();
  const [first, second] = [
    await upload(app, biller, [header, row("a")].join("\n"), { key }),
    await upload(app, biller, [header, row("a")].join("\n"), { key }),
  ];
  assert.equal(second.headers.get("location"), first.headers.get("location"));
  assert.equal((await importsOf(tenantId)).length, 1);
});

for (
  const [what, content, options, sentence] of [
    [
      "of another form",
      [header, row("a")].join("\n"),
      { mapping: "nyc-taxi" },
      /does not fit the form nyc-taxi: it has no column .*VendorID/,
    ],
    ["that is empty", "", {}, /The file is empty/],
    ["in Latin-1", new Uint8Array([...new TextEncoder().encode(`${header}\n`), 0xe4, 0x0a]), {}, /UTF-8/],
    ["that is no table", "PK\u0003\u0004\u0000\u0000", {}, /Excel workbook or a ZIP file/],
    ["cut in the middle", [header, row("a"), `b,trip,"V-1`].join("\n"), {}, /quote|cut/i],
  ] as const
) {
  Deno.test(`a file ${what} ends in a sentence`, async () => {
    const { biller } = await newFleet(app);
    const { page } = await importFile(app, biller, content, options);
    assert.match(page, sentence);
  });
}

Deno.test("no file, an unknown form, and a file that is too large come back with the form", async () => {
  const { tenantId, biller } = await newFleet(app);
  const none = new FormData();
  none.set("mapping", "nyc-taxi");
  const empty = await sendUpload(app, biller, none);
  assert.equal(empty.status, 422);
  const form = await empty.text();
  assert.match(form, /Choose the file that you want to import/);
  const chosen = /<option(?=[^>]* selected)[^>]* value="?nyc-taxi/;
  assert.match(form, chosen);
  none.set("file", new File([], ""));
  assert.match(await (await sendUpload(app, biller, none)).text(), /Choose the file that you want to import/);
  const unknown = await upload(app, biller, header, { mapping: "excel" });
  assert.equal(unknown.status, 422);
  assert.match(await unknown.text(), /Choose one of fleet-usage/);
  for (const [bytes, isStreamed] of [[2_200_000, false], [2_200_000, true], [2_000_001, false]] as const) {
    const large = await upload(app, biller, new Uint8Array(bytes), { isStreamed, mapping: "nyc-taxi" });
    assert.equal(large.status, 413);
    const page = await large.text();
    assert.match(page, /above 2 MB\. Split it, or import it by the command line/);
    assert.match(page, chosen);
  }
  assert.deepEqual(await importsOf(tenantId), []);
  assert.equal((await upload(app, biller, new Uint8Array(2_000_000))).status, 303);
});

Deno.test("a form that was cut off on its way is refused, and nothing of it is kept", async () => {
  const { tenantId, biller } = await newFleet(app);
  const answer = await fetch(`${app.url}/usage`, {
    method: "POST",
    body: '--b\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\nid,ev',
    headers: {
      origin: app.origin,
      "sec-fetch-site": "same-origin",
      cookie: biller.cookie,
      "content-type": "multipart/form-data; boundary=b",
    },
  });
  assert.equal(answer.status, 400);
  assert.match(await answer.text(), /It was cut off\. Send it again/);
  assert.deepEqual(await importsOf(tenantId), []);
});

Deno.test("a file of several parts is read as one, and its parts are gone at the end", async () => {
  const { tenantId, biller } = await newFleet(app);
  const rows = Array.from({ length: 24_000 }, (_, number) => row(`r${number}`));
  const file = [header, ...rows].join("\n");
  assert.ok(file.length > 1_200_000, "the file is shorter than two parts");
  const { page } = await importFile(app, biller, file);
  assert.deepEqual([figureOf(page, "Rows"), figureOf(page, "Events")], ["24,000", "24,000"]);
  const parts = await withTenant(
    database,
    tenantId,
    (db) => db.query.selectFrom("usage_file_part").select("position").execute(),
  );
  assert.deepEqual(parts, []);
});

Deno.test("a viewer reads imports and starts none; another business sees nothing of them", async () => {
  const { tenantId, biller } = await newFleet(app);
  const { path } = await importFile(app, biller, [header, row("a", "V-9")].join("\n"));
  const viewer = await app.visitor(tenantId, "viewer");
  assert.equal((await app.get(path, viewer)).status, 200);
  assert.doesNotMatch(await (await app.get("/usage", viewer)).text(), /<form[^>]*method="post"[^>]*usage/);
  assert.equal((await upload(app, viewer, header)).status, 403);
  // Refused before the file is read: the answer is not that it is too large.
  assert.equal((await upload(app, viewer, new Uint8Array(2_200_000), { isStreamed: true })).status, 403);
  const other = await newFleet(app);
  assert.equal((await app.get(path, other.biller)).status, 404);
  assert.equal((await app.get(`${path}/quarantine`, other.biller)).status, 404);
});

Deno.test("25 rows stand on a page, and the next ones are a link away", async () => {
  const { biller } = await newFleet(app);
  const rows = Array.from({ length: 30 }, (_, index) => row(`r${index}`, "V-9"));
  const { page } = await importFile(app, biller, [header, ...rows].join("\n"));
  assert.match(page, /25 of 30 rows/);
  const next = /href="([^"]*after_line=[^"]*)"/.exec(page)![1].replaceAll("&amp;", "&");
  const second = await (await app.get(next, biller)).text();
  assert.match(second, /5 of 30 rows/);
});

Deno.test("25 imports stand on a page, the latest first, and the earlier ones are a link away", async () => {
  const { tenantId, biller } = await newFleet(app);
  const actor = testActor();
  for (let number = 1; number <= 27; number++) {
    await execute(app.environment, startUsageImport, { tenantId, actor }, {
      fileName: `file-${number}.csv`,
      mapping: "fleet-usage",
      bytesTotal: null,
    });
  }
  const numbersOn = (page: string) =>
    [...page.matchAll(/>file-(\d+)\.csv</g)].map(([, number]) => Number(number));
  const first = await (await app.get("/usage", biller)).text();
  assert.deepEqual(numbersOn(first), Array.from({ length: 25 }, (_, index) => 27 - index));
  const next = /href="(\/usage\?after=[^"]+)"/.exec(first)![1];
  assert.deepEqual(numbersOn(await (await app.get(next, biller)).text()), [2, 1]);
});

Deno.test("the form carries a key of its own, so that a second press starts nothing", async () => {
  const { biller } = await newFleet(app);
  const keys = await Promise.all([1, 2].map(async () => {
    const page = await (await app.get("/usage", biller)).text();
    return /<input\s+type="hidden" name="key" value="([0-9a-f-]{36})"/.exec(page)?.[1];
  }));
  assert.ok(keys[0] && keys[1] && keys[0] !== keys[1], `${keys}`);
});
