/** The pages of vehicles over plain HTTP: list, add, look, change, and the file of all of them. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { execute } from "../../lib/core/command.ts";
import { CsvReader } from "../../lib/imports/csv.ts";
import { createVehicle } from "../../lib/vehicles/commands.ts";
import { testApp } from "../support/app.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestUsage,
  insertTestVehicle,
  lease,
} from "../support/billing.ts";
import { testActor } from "../support/command.ts";
import { fieldsOf, readPage, sendForm, sendRefusedForm, wordsOf } from "../support/pages.ts";

const clock = new FixedClock("2024-06-03T09:00:00Z");
const app = await testApp({ clock });
Deno.test.afterAll(() => app.stop());
const { environment } = app;
const business = await insertTestBusiness(environment.database, { name: "Calder" });
const { tenantId } = business;
const biller = await app.visitor(tenantId, "biller");
const viewer = await app.visitor(tenantId, "viewer");

const van = (reference: string, plate: string) => ({ reference, plate, class: "van", fuelType: "", vin: "" });

Deno.test("nothing is driven yet: one sentence, and one action for those who may", async () => {
  const empty = await app.newTenant();
  const page = await readPage(app, "/vehicles", await app.visitor(empty, "biller"));
  assert.match(page, /No vehicle yet\./);
  assert.match(page, /href="\/vehicles\/new"[^>]*>[^]*Add the first vehicle/);
  const forViewer = await readPage(app, "/vehicles", await app.visitor(empty, "viewer"));
  assert.doesNotMatch(forViewer, /vehicles\/new/);
});

Deno.test("a vehicle is added once however often the button is pressed, and its page says so", async () => {
  const form = await readPage(app, "/vehicles/new", biller);
  const fields = { ...fieldsOf(form, "/vehicles/new"), ...van("V-1", "LV24 FHT") };
  const where = await sendForm(app, "/vehicles/new", fields, biller);
  assert.match(where, /^\/vehicles\/[0-9a-f-]{36}\?done=added$/);
  assert.equal(await sendForm(app, "/vehicles/new", fields, biller), where);
  const page = wordsOf(await readPage(app, where, biller));
  assert.match(page, /This vehicle is saved/);
  assert.match(page, /Vehicle V-1 On no contract today\..* Number plate LV24 FHT Class van Fuel not said/);
  assert.match(page, /This vehicle was never on a contract\./);
  assert.match(page, /No usage yet\./);
});

Deno.test("what is wrong is said beside each field, and what was typed stays", async () => {
  const typed = { ...van("", " "), vin: "WVWZZZ1JZXW0000012", key: "k-1" };
  const page = await sendRefusedForm(app, "/vehicles/new", typed, biller);
  assert.match(page, /<title>Error: Add a vehicle/);
  assert.match(page, /3 things to fix before the vehicle is saved/);
  for (const field of ["reference", "plate", "vin"]) {
    assert.ok(page.includes(`href="#${field}"`) && page.includes(`id="${field}-error"`), field);
  }
  assert.match(page, /value="WVWZZZ1JZXW0000012"/);
  assert.match(wordsOf(page), /Use at most 17 characters; this has 18\./);
  const taken = await sendRefusedForm(app, "/vehicles/new", { ...van("V-1", "X"), key: "k-1" }, biller);
  assert.match(taken, /Another vehicle has the reference V-1/);
});

Deno.test("a viewer sees and cannot write, nobody sees another tenant's vehicle", async () => {
  const list = await readPage(app, "/vehicles", viewer);
  const where = /href="(\/vehicles\/[0-9a-f-]{36})"/.exec(list)![1];
  assert.doesNotMatch(list, /Add a vehicle/);
  assert.doesNotMatch(await readPage(app, where, viewer), /\/edit/);
  for (const path of ["/vehicles/new", `${where}/edit`]) {
    await readPage(app, path, viewer, 403);
    await sendRefusedForm(app, path, { ...van("V-9", "X"), key: "k-2" }, viewer, 403);
  }
  const stranger = await app.visitor(await app.newTenant(), "admin");
  for (const path of [where, `${where}/edit`, "/vehicles/nonsense"]) await readPage(app, path, stranger, 404);
  await sendRefusedForm(app, `${where}/edit`, { ...van("X", "X"), key: "k-3" }, stranger, 404);
  assert.match(await readPage(app, "/vehicles", stranger), /No vehicle yet/);
  assert.equal((await (await app.get("/vehicles.csv", stranger)).text()).split("\r\n").length, 2);
});

Deno.test("a change is shown, and one made on old values is refused with the new ones beside", async () => {
  const list = await readPage(app, "/vehicles?search=lv24", biller);
  const where = /href="(\/vehicles\/[0-9a-f-]{36})"/.exec(list)![1];
  const first = fieldsOf(await readPage(app, `${where}/edit`, biller), `${where}/edit`);
  assert.equal(
    await sendForm(app, `${where}/edit`, { ...first, plate: "NEW 1" }, biller),
    `${where}?done=changed`,
  );
  assert.match(await readPage(app, `${where}?done=changed`, viewer), /The changes are saved\.[^]*NEW 1/);
  const late = { ...first, key: "k-4", plate: "NEW 2" };
  const page = await sendRefusedForm(app, `${where}/edit`, late, biller, 409);
  assert.match(wordsOf(page), /Someone changed this vehicle meanwhile.*It is “NEW 1” now/);
  assert.match(page, /value="NEW 2"/);
  await sendForm(app, `${where}/edit`, { ...late, ...fieldsOf(page, `${where}/edit`) }, biller);
  assert.match(await readPage(app, where, viewer), /NEW 2/);
});

Deno.test("a vehicle tells its contracts and its newest usage", async () => {
  const vehicleId = await withTenant(environment.database, tenantId, async (db) => {
    const plan = await insertTestPlan(db, [lease]);
    const old = await insertTestContract(db, business, plan, { reference: "K-OLD", endDate: "2024-05-01" });
    const current = await insertTestContract(db, business, plan, { reference: "K-NOW" });
    const id = await insertTestVehicle(db, old.contractId, "V-ROAD", "2024-01-01", "2024-05-01");
    await db.sql`insert into contract_vehicle (tenant_id, contract_id, vehicle_id, from_date)
      values (${tenantId}, ${current.contractId}, ${id}, '2024-05-01')`;
    await insertTestUsage(
      db,
      Array.from({ length: 12 }, (_, index) => ({
        id: `road-${20 - index}`,
        at: `${index < 6 ? 2023 : 2024}-0${1 + index % 6}-05T10:00:00Z`,
        vehicleId: id,
        properties: { miles: `${index}.5`, purpose: "business" },
      })),
    );
    const other = await insertTestVehicle(db, current.contractId, "V-OTHER");
    await insertTestUsage(db, [
      { id: "other", at: "2024-06-30T10:00:00Z", vehicleId: other, properties: { miles: "99" } },
    ]);
    return id;
  });
  const page = wordsOf(await readPage(app, `/vehicles/${vehicleId}`, viewer));
  assert.match(page, /On contract K-NOW today\./);
  assert.match(page, /K-NOW 1 May 2024 no end K-OLD 1 January 2024 30 April 2024/);
  const newest = /Newest usage .*/.exec(page)![0];
  assert.match(newest, /5 June, 11:00 trip miles 11\.5, purpose business test 5 May, 11:00 trip miles 10\.5/);
  assert.match(newest, /5 June 2023, 11:00 trip miles 5\.5/);
  assert.doesNotMatch(newest, /miles 1\.5|miles 99/);
  assert.match(
    wordsOf(await readPage(app, "/vehicles?search=v-road", viewer)),
    /V-ROAD PLATE V-ROAD no class not said K-NOW/,
  );
  clock.moveTo("2024-04-30T22:30:00Z"); // 23:30 in London: still April there
  assert.match(await readPage(app, `/vehicles/${vehicleId}`, viewer), /On contract K-OLD today/);
  clock.moveTo("2024-04-30T23:30:00Z");
  assert.match(await readPage(app, `/vehicles/${vehicleId}`, viewer), /On contract K-NOW today/);
});

Deno.test("vehicles are read page by page, and found by reference or plate", async () => {
  const references = Array.from({ length: 26 }, (_, index) => `P-${String(index).padStart(2, "0")}`);
  for (const reference of references) {
    const vehicle = { reference, plate: `PAGES ${reference}` };
    await execute(environment, createVehicle, { tenantId, actor: testActor() }, vehicle);
  }
  const seen = (page: string) => [...wordsOf(page).matchAll(/ (P-\d\d) PAGES /g)].map(([, found]) => found);
  const first = await readPage(app, "/vehicles?search=pages", viewer);
  assert.match(wordsOf(first), /25 of 26 vehicles/);
  assert.doesNotMatch(first, /Previous vehicles/);
  assert.deepEqual(seen(first), references.slice(0, 25));
  const next = /href="([^"]*after=[^"]*)"/.exec(first)![1].replaceAll("&amp;", "&");
  const second = await readPage(app, next, viewer);
  assert.doesNotMatch(second, /Next vehicles/);
  assert.deepEqual(seen(second), ["P-25"]);
  const back = /href="([^"]*before=[^"]*)"/.exec(second)![1].replaceAll("&amp;", "&");
  assert.deepEqual(seen(await readPage(app, back, viewer)), references.slice(0, 25));
  const none = await readPage(app, `/vehicles?search=${encodeURIComponent("p_0%")}`, viewer);
  assert.match(none, /No vehicle matches/);
  assert.match(none, /value="p_0%"/);
  for (const odd of ["after=%00", "search=%00"]) await readPage(app, `/vehicles?${odd}`, viewer, 400);
});

Deno.test("the file holds every vehicle, in columns that an import takes, and no formula", async () => {
  const vehicle = { reference: "@SUM(A1)", plate: "-1+1", vin: "1,2", class: 'a "b"' };
  await execute(environment, createVehicle, { tenantId, actor: testActor() }, vehicle);
  const answer = await app.get("/vehicles.csv", viewer);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("content-disposition"), 'attachment; filename="vehicles.csv"');
  const reader = new CsvReader();
  const rows = [...reader.push(new Uint8Array(await answer.arrayBuffer())), ...reader.end()];
  assert.deepEqual(reader.header, ["reference", "plate", "vin", "class", "fuel_type"]);
  assert.equal(rows.length, 30);
  const odd = rows.find(({ fields }) => fields[0] === "'@SUM(A1)");
  assert.deepEqual(odd?.fields, ["'@SUM(A1)", "'-1+1", "1,2", 'a "b"', ""]);
});
