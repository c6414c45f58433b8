/** The pages that import customers, vehicles, contracts, plans and entities, as a browser without script walks them: check, then import. */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { withTenant } from "../../db/tenant.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { testApp, type Visitor } from "../support/app.ts";
import { insertTestBusiness, insertTestPlan, lease } from "../support/billing.ts";
import { fieldsOf, readPage, wordsOf } from "../support/pages.ts";

const app = await testApp({ clock: new FixedClock("2024-06-03T09:00:00Z") });
Deno.test.afterAll(() => app.stop());

async function newBusiness() {
  const { tenantId } = await insertTestBusiness(app.environment.database);
  await withTenant(
    app.environment.database,
    tenantId,
    (db) => insertTestPlan(db, [lease], { reference: "lease-gbp" }),
  );
  return { tenantId, biller: await app.visitor(tenantId, "biller") };
}

async function upload(
  noun: string,
  visitor: Visitor,
  content: string | Uint8Array | undefined,
  fields: Record<string, string> = { step: "check" },
): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (name !== "file") form.set(name, value);
  }
  form.set(
    "file",
    new File(content === undefined ? [] : [content as BlobPart], content === undefined ? "" : "mine.csv"),
  );
  return await fetch(`${app.url}/${noun}/import`, {
    method: "POST",
    body: form,
    headers: { origin: app.origin, "sec-fetch-site": "same-origin", cookie: visitor.cookie },
    redirect: "manual",
  });
}

async function sent(...[noun, visitor, content, fields]: Parameters<typeof upload>): Promise<string> {
  const answer = await upload(noun, visitor, content, fields);
  const text = await answer.text();
  assert.equal(answer.status, 200, wordsOf(text).slice(0, 600));
  return text;
}

async function refused(status: number, ...[noun, visitor, content, fields]: Parameters<typeof upload>) {
  const answer = await upload(noun, visitor, content, fields);
  const text = await answer.text();
  assert.equal(answer.status, status, wordsOf(text).slice(0, 600));
  return text;
}

const figure = (page: string, label: string) => new RegExp(`${label}</dt><dd[^>]*>([^<]+)`).exec(page)?.[1];
const listed = async (noun: string, visitor: Visitor) =>
  (await (await app.get(`/${noun}.csv`, visitor)).text()).trimEnd().split("\r\n").length - 1;

const customers = "reference,name,country,colour\nC-1,Brightwater,gb,red\nC-2,Ash,UK,\nC-3,<b>Birch</b>,,\n";

Deno.test("who may write finds the form, and reads which columns the file has", async () => {
  const { tenantId, biller } = await newBusiness();
  for (const noun of ["customers", "vehicles", "contracts", "plans"]) {
    assert.match(await readPage(app, `/${noun}`, biller), new RegExp(`href="/${noun}/import"`));
    const page = await readPage(app, `/${noun}/import`, biller);
    assert.match(page, new RegExp(`<title>Import ${noun} – `));
    assert.deepEqual(fieldsOf(page, `/${noun}/import`), { step: "check", file: "" });
    assert.match(
      wordsOf(page),
      /reference yes Your own (number|name) for the (customer|vehicle|contract|plan)/,
    );
    assert.doesNotMatch(page, /<script/);
  }
  const viewer = await app.visitor(tenantId, "viewer");
  for (const noun of ["customers", "vehicles", "contracts", "plans"]) {
    assert.doesNotMatch(await readPage(app, `/${noun}`, viewer), /\/import"/);
    await readPage(app, `/${noun}/import`, viewer, 403);
    await refused(403, noun, viewer, customers);
  }
});

Deno.test("a check keeps nothing and names each bad cell; the same file, chosen again, is then imported once", async () => {
  const { biller } = await newBusiness();
  const checked = await sent("customers", biller, customers);
  assert.match(wordsOf(checked), /This was a check: nothing is kept yet\./);
  assert.match(wordsOf(checked), /These columns are not read: colour\./);
  assert.deepEqual(
    ["Rows", "New", "There already", "To correct"].map((label) => figure(checked, label)),
    ["3", "2", "0", "1"],
  );
  assert.match(
    wordsOf(checked),
    /1 row to correct .* 3 country UK Use the two letters of a country\. For example GB\./,
  );
  assert.match(wordsOf(checked), /Choose mine\.csv again: the check kept nothing of it\./);
  assert.match(checked, />(<span>)?Import 2 customers</);
  assert.equal(await listed("customers", biller), 0);
  const fields = fieldsOf(checked, "/customers/import");
  for (let time = 1; time <= 2; time++) {
    const done = await sent("customers", biller, customers, fields);
    assert.match(wordsOf(done), /2 customers added\./);
    assert.equal(figure(done, "Added"), "2");
    assert.match(wordsOf(done), /1 row to correct/);
    assert.equal(await listed("customers", biller), 2);
  }
  assert.match(await readPage(app, "/customers", biller), /&lt;b>Birch&lt;\/b>/);
  const again = await sent("customers", biller, customers);
  assert.deepEqual(["New", "There already"].map((label) => figure(again, label)), ["0", "2"]);
  assert.match(wordsOf(again), /Nothing in this file can be imported as it is\./);
  assert.deepEqual(fieldsOf(again, "/customers/import"), { step: "check", file: "" });
  assert.match(await readPage(app, "/", biller), />2 customers from mine\.csv</);
});

Deno.test("another file than the one that was checked is not imported", async () => {
  const { biller } = await newBusiness();
  const fields = fieldsOf(await sent("customers", biller, customers), "/customers/import");
  const other = customers.replace("UK", "GB");
  const page = await refused(422, "customers", biller, other, fields);
  assert.match(page, /<title>Error: Import customers/);
  assert.match(
    wordsOf(page),
    /This is not the file that was checked, or it has changed since\. Check it first\./,
  );
  await refused(422, "customers", biller, customers, { step: "import" });
  assert.equal(await listed("customers", biller), 0);
});

Deno.test("no file, a file that cannot be read and one that is too large are told beside the field", async () => {
  const { biller } = await newBusiness();
  const cases: [string | Uint8Array | undefined, number, RegExp][] = [
    [undefined, 422, /Choose the file that you want to import\./],
    ["", 422, /The file is empty\. .* Nothing was imported\./],
    ["reference,plate\nV-1,LU20 EFE\nV-", 422, /The file ends in the middle of a row .* it was cut off\./],
    [
      Uint8Array.from([...new TextEncoder().encode("reference,plate\nV-1,"), 0xe9, 0x0a]),
      422,
      /is not UTF-8/,
    ],
    ["reference;plate\nV-1;LU20 EFE\n", 422, /separated by “;”\. Save it with commas\./],
    ["x".repeat(16_000_001), 413, /This file is above 16 MB\. Split it/],
  ];
  for (const [content, status, said] of cases) {
    const page = await refused(status, "vehicles", biller, content);
    assert.match(wordsOf(page), said);
    assert.match(page, /href="#file"/);
    assert.match(page, /id="file-error"/);
  }
  assert.equal(await listed("vehicles", biller), 0);
});

Deno.test("what the lists download is there already, and fills another business in three steps", async () => {
  const [one, other] = [await newBusiness(), await newBusiness()];
  const files: Record<string, string> = {
    customers,
    vehicles: "reference,plate\nV-1,=LU20 EFE\nV-2,NS21 ALD\n",
    contracts: "reference,customer,entity,plan,start_date,vehicles\n" +
      'K-1,C-1,CFS,lease-gbp,2024-01-01,"V-1 from 2024-02-01\nV-2"\n',
  };
  for (const noun of ["customers", "vehicles", "contracts"]) {
    const fields = fieldsOf(await sent(noun, one.biller, files[noun]), `/${noun}/import`);
    await sent(noun, one.biller, files[noun], fields);
  }
  for (const noun of ["customers", "vehicles", "contracts"]) {
    const file = await (await app.get(`/${noun}.csv`, one.biller)).text();
    assert.match(wordsOf(await sent(noun, one.biller, file)), /Every row of this file is there already\./);
    const fields = fieldsOf(await sent(noun, other.biller, file), `/${noun}/import`);
    await sent(noun, other.biller, file, fields);
    assert.equal(await (await app.get(`/${noun}.csv`, other.biller)).text(), file);
  }
});

Deno.test("of many bad cells the first hundred are shown on a small page, and all of them come as a file", async () => {
  const { biller } = await newBusiness();
  const rows = Array.from({ length: 120 }, (_, index) => `=V-${index},,${"long ".repeat(40)}${index}`);
  const content = ["reference,plate,class", ...rows, "V-1,LU20 EFE,van", ""].join("\n");
  const page = await sent("vehicles", biller, content);
  assert.match(wordsOf(page), /These are the first 100 of 240 bad cells\./);
  assert.equal(page.match(/<tr role="row"/g)?.length, 101);
  assert.ok(gzipSync(page).length < 14 * 1024, `${gzipSync(page).length} bytes`);
  const fields = { ...fieldsOf(page, "/vehicles/import"), list: "all" };
  const answer = await upload("vehicles", biller, content, fields);
  assert.equal(answer.headers.get("content-disposition"), 'attachment; filename="vehicles-to-correct.csv"');
  const lines = (await answer.text()).trimEnd().split("\r\n");
  assert.equal(lines.length, 241);
  assert.deepEqual(lines.slice(0, 2), [
    "line,column,value,what_to_correct",
    "2,plate,,Fill in plate. For example LV24 FHT.",
  ]);
  assert.equal(await listed("vehicles", biller), 0, "a list keeps nothing");
});

Deno.test("an administrator imports billing entities the same way, and finds them listed", async () => {
  const { tenantId, biller } = await newBusiness();
  await readPage(app, "/entities/import", biller, 403);
  assert.doesNotMatch(await readPage(app, "/entities", biller), /\/import"/);
  const admin = await app.visitor(tenantId, "admin");
  assert.match(await readPage(app, "/entities", admin), /href="\/entities\/import"/);
  assert.match(await readPage(app, "/entities/import", admin), /<title>Import billing entities – /);
  const content = "short_code,name,country,currency,time_zone,invoice_numbers\n" +
    "CG,Calder GmbH,DE,EUR,Europe/Berlin,RE-YY-000\nKK,Calder KK,JP,yen,Asia/Tokyo,CFS-YYYY-0000\n";
  const checked = await sent("entities", admin, content);
  assert.match(
    wordsOf(checked),
    /3 currency yen Use the three letters of a currency in use\. For example GBP/,
  );
  assert.match(checked, />(<span>)?Import 1 billing entity</);
  assert.equal(await listed("entities", admin), 1);
  const done = await sent("entities", admin, content, fieldsOf(checked, "/entities/import"));
  assert.match(wordsOf(done), /1 billing entity added\./);
  assert.equal(await listed("entities", admin), 2);
  const file = await (await app.get("/entities.csv", admin)).text();
  assert.match(wordsOf(await sent("entities", admin, file)), /Every row of this file is there already\./);
  assert.match(wordsOf(await readPage(app, "/", admin)), /imported 1 billing entity from mine\.csv/);
  const answer = await upload("entities", admin, content, { step: "check", list: "all" });
  assert.equal(answer.headers.get("content-disposition"), 'attachment; filename="entities-to-correct.csv"');
  await answer.body?.cancel();
});

Deno.test("plans come in with a charge on each row, whole or not at all, and go out in the same form", async () => {
  const [one, other] = [await newBusiness(), await newBusiness()];
  const content = "reference,name,currency,charge,charge_name,kind,event,aggregate,field,price\n" +
    "van,Van,GBP,lease,Lease,recurring,,,,flat amount 99\n" +
    "van,,,km,Distance,usage,trip,sum,km,per_unit unit 0.12\n" +
    "car,Car,GBP,lease,Lease,recurring,,,,flat price 99\n";
  const checked = await sent("plans", one.biller, content);
  assert.match(
    wordsOf(checked),
    /4 price flat price 99 price: &quot;99&quot; is an unknown field\. Allowed: model, amount/,
  );
  assert.match(checked, />(<span>)?Import 2 plan charges</);
  const done = await sent("plans", one.biller, content, fieldsOf(checked, "/plans/import"));
  assert.match(wordsOf(done), /2 plan charges added\./);
  assert.match(wordsOf(await readPage(app, "/", one.biller)), /imported 2 plan charges from mine\.csv/);
  const list = await readPage(app, "/plans", one.biller);
  assert.match(wordsOf(list), /Van van van version 1 GBP 2 none/);
  assert.match(list, /href="\/plans\.csv"/);
  assert.doesNotMatch(list, />Car</);
  const file = await (await app.get("/plans.csv", one.biller)).text();
  assert.match(wordsOf(await sent("plans", one.biller, file)), /Every row of this file is there already\./);
  const fields = fieldsOf(await sent("plans", other.biller, file), "/plans/import");
  await sent("plans", other.biller, file, fields);
  assert.equal(await (await app.get("/plans.csv", other.biller)).text(), file);
  assert.equal((await app.get("/plans.csv")).status, 303);
});
