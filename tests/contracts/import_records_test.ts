/** Guards `milepost import customers`, `vehicles`, `contracts`, `plans` and `entities`: counts that add up, bad rows by line and column, and what the pages export. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { testApp } from "../support/app.ts";
import { insertTestBusiness, insertTestPlan, lease } from "../support/billing.ts";
import { milepost, settingsOf } from "../support/milepost.ts";

const app = await testApp();
Deno.test.afterAll(() => app.stop());
const settings = settingsOf(app.database);

const folder = await Deno.makeTempDir();
Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

async function importFile(tenantId: string, noun: string, text: string, ...words: string[]) {
  await Deno.writeTextFile(`${folder}/file.csv`, text);
  const { code, output, remarks } = await milepost(
    ["import", noun, "file.csv", "--tenant", tenantId, ...words],
    { settings, folder },
  );
  const { seconds: _, ...counts } = output === "" ? { seconds: 0 } : JSON.parse(output);
  return { code, counts, remarks };
}

const customers = `reference,name,email,address,country,payment_terms_days
C-1,Brightwater Ltd,accounts@brightwater.example,"18 Canal Wharf
Leeds",GB,14
C-2,Kestrel,no address,,GB,
C-3,Lumen,,,XX,30
C-4,,,,GB,400
`;

Deno.test("customers: each bad cell is named by line and column, the good rows are taken once", async () => {
  const tenantId = await app.newTenant();
  const dry = await importFile(tenantId, "customers", customers, "--dry-run");
  const expected = { rows: 4, events: 1, duplicates: 0, quarantined: 3 };
  assert.deepEqual(dry.counts, expected);
  assert.match(dry.remarks, /^line 4, column email: "no address"\. Write .*one @/m);
  assert.match(dry.remarks, /line 5, column country: /);
  assert.match(dry.remarks, /line 6, column name: /);
  assert.match(dry.remarks, /line 6, column payment_terms_days: /);
  assert.deepEqual((await importFile(tenantId, "customers", customers)).counts, expected);
  const again = await importFile(tenantId, "customers", customers);
  assert.deepEqual(again.counts, { rows: 4, events: 0, duplicates: 1, quarantined: 3 });
});

for (const noun of ["customers", "vehicles", "entities", "plans"]) {
  Deno.test(`${noun}: what the page exports comes back as all duplicates, and fills another business`, async () => {
    const tenantId = await app.newTenant();
    const files: Record<string, string> = {
      customers: `reference,name\nC-1,"=Risky, Ltd"\nC-2,Kestrel\n`,
      vehicles: `reference,plate,class\nV-1,LU20 EFE,van\nV-2,NS21 ALD,\n`,
      entities: "short_code,name,country,currency,time_zone,tax_registrations,invoice_numbers\n" +
        "CFS,Calder Ltd,GB,GBP,Europe/London,GB vat GB 123 4567 89 from 2020-01-01,INV-YYYY-00000\n" +
        "CG,Calder GmbH,DE,EUR,Europe/Berlin,,\n",
      plans: "reference,name,version,currency,charge,charge_name,kind,price\n" +
        "lease,Lease,1,GBP,lease,Lease,recurring,flat amount 99\n" +
        "lease,,2,,lease,Lease,recurring,flat amount 109\n",
    };
    const { counts, remarks } = await importFile(tenantId, noun, files[noun]);
    assert.deepEqual(counts, { rows: 2, events: 2, duplicates: 0, quarantined: 0 }, remarks);
    const viewer = await app.visitor(tenantId, "viewer");
    const exported = await (await app.get(`/${noun}.csv`, viewer)).text();
    const back = await importFile(tenantId, noun, exported);
    assert.deepEqual(back.counts, { rows: 2, events: 0, duplicates: 2, quarantined: 0 }, back.remarks);
    const other = await app.newTenant();
    assert.deepEqual((await importFile(other, noun, exported)).counts, {
      rows: 2,
      events: 2,
      duplicates: 0,
      quarantined: 0,
    });
  });
}

Deno.test("a file without a column that is needed is refused whole", async () => {
  const tenantId = await app.newTenant();
  const { code, counts, remarks } = await importFile(tenantId, "vehicles", "reference,colour\nV-1,red\n");
  assert.equal(code, 1);
  assert.deepEqual(counts, { rows: 0, events: 0, duplicates: 0, quarantined: 0 });
  assert.match(remarks, /plate/);
});

Deno.test("contracts come in with the customers and vehicles that came before, and out again as they are", async () => {
  const { tenantId } = await insertTestBusiness(app.environment.database);
  await withTenant(app.environment.database, tenantId, (db) => {
    return insertTestPlan(db, [lease], { reference: "lease-gbp" });
  });
  await importFile(tenantId, "customers", customers);
  await importFile(tenantId, "vehicles", "reference,plate\nV-1,LU20 EFE\nV-2,NS21 ALD\n");
  const contracts = "reference,customer,entity,plan,start_date,vehicles\n" +
    'K-1,C-1,CFS,lease-gbp,2024-01-01,"V-1\nV-2 from 2024-02-01"\n' +
    "K-2,C-2,CFS,lease-gbp,2024-01-01,V-1\n";
  for (const words of [["--dry-run", "--map", "milepost"], []]) {
    const { code, counts, remarks } = await importFile(tenantId, "contracts", contracts, ...words);
    assert.deepEqual(counts, { rows: 2, events: 1, duplicates: 0, quarantined: 1 }, remarks);
    assert.equal(code, 0);
    assert.match(remarks, /^line 4, column customer: "C-2"\. No customer has the reference “C-2”\.$/m);
  }
  const exported = await app.get("/contracts.csv", await app.visitor(tenantId, "viewer"));
  const back = await importFile(tenantId, "contracts", await exported.text());
  assert.deepEqual(back.counts, { rows: 1, events: 0, duplicates: 1, quarantined: 0 }, back.remarks);
  const wrong = await importFile(tenantId, "contracts", contracts, "--map", "nyc-taxi");
  assert.equal(wrong.code, 1, wrong.remarks);
  assert.match(wrong.remarks, /no mapping "nyc-taxi" for this kind of file\. Leave --map out/);
});

Deno.test("a column that nobody knows is told, and a file that was cut leaves nothing", async () => {
  const tenantId = await app.newTenant();
  const { remarks } = await importFile(tenantId, "vehicles", "reference,plate,colour\nV-1,LU20 EFE,red\n");
  assert.match(remarks, /^These columns are not read: colour\.$/m);
  const cut = await importFile(tenantId, "vehicles", "reference,plate,class\nV-2,NS21 ALD,van\nV-3,NS");
  assert.equal(cut.code, 1);
  assert.match(cut.remarks, /cut off\. Get the whole file and upload it again\. Nothing was imported\./);
  const again = await importFile(tenantId, "vehicles", "reference,plate\nV-2,NS21 ALD\n", "--dry-run");
  assert.deepEqual(again.counts, { rows: 1, events: 1, duplicates: 0, quarantined: 0 });
});
