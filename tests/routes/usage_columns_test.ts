/** The way of a file whose mapping is made by hand: kept once, guessed, previewed, imported, and never half of it. */
import assert from "node:assert/strict";
import { withSystem } from "../../db/system.ts";
import { withTenant } from "../../db/tenant.ts";
import { handlers } from "../../jobs/handlers/list.ts";
import { findDueRetention, retention } from "../../jobs/handlers/retention.ts";
import { startWorker } from "../../jobs/worker.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { testApp, type Visitor } from "../support/app.ts";
import { fieldsOf, readPage, sendForm, sendRefusedForm, wordsOf as markedWordsOf } from "../support/pages.ts";
import { figureOf, importFile, newFleet, readImport, upload } from "../support/usage_pages.ts";

const clock = new FixedClock("2024-06-03T09:00:00Z");
const app = await testApp({ clock });
const { environment } = app;
const { database } = environment;
const worker = startWorker({ environment, handlers, sweepEveryMs: 50, report: () => {} });
Deno.test.afterAll(async () => {
  await worker.stop();
  await app.stop();
});

const wordsOf = (page: string) => markedWordsOf(page).replaceAll("&quot;", '"');

const file = [
  "Trip;Reg No;Start;Distance;Purpose;Odometer",
  "t1;V-1;05/03/2024 10:00;12.4;business;1",
  "t2;V-1;25/03/2024 10:00;12,9;private;2",
  "t3;V-9;25/03/2024 11:00;3;;3",
  "t4;V-1;26/03/2024 07:30;7;business;4",
].join("\n");

/** Uploads a file to be mapped by hand, and gives where that is done. */
async function uploadByHand(biller: Visitor, content = file, options = {}): Promise<string> {
  const answer = await upload(app, biller, content, { mapping: "by-hand", ...options });
  assert.equal(answer.status, 303, await answer.text());
  const path = answer.headers.get("location")!;
  assert.match(path, /^\/usage\/[0-9a-f-]{36}\/columns$/);
  return path;
}

async function previewOf(
  biller: Visitor,
  path: string,
  change: Record<string, string> = {},
): Promise<string> {
  const fields = { ...fieldsOf(await readPage(app, path, biller), path), ...change };
  const answer = await app.post(path, fields, biller);
  const page = await answer.text();
  assert.equal(answer.status, 200, wordsOf(page).slice(0, 600));
  return page;
}

/** The values of the form that imports, which comes before the one that maps. */
const confirmed = (page: string, path: string, name = "") => ({ ...fieldsOf(page, path), name });

async function stored(tenantId: string) {
  return await withTenant(database, tenantId, async (db) => {
    const count = async (
      table: "usage_event" | "quarantined_row" | "usage_file_part" | "usage_mapping" | "job",
    ) => {
      const { rows } = await db.query.selectFrom(table).select(({ fn }) => fn.countAll<bigint>().as("rows"))
        .executeTakeFirstOrThrow();
      return Number(rows);
    };
    return {
      events: await count("usage_event"),
      setAside: await count("quarantined_row"),
      parts: await count("usage_file_part"),
      mappings: await count("usage_mapping"),
      jobs: await count("job"),
    };
  });
}

Deno.test("a file is kept once, its columns guessed, its rows previewed, and imported only when confirmed", async () => {
  const { tenantId, biller } = await newFleet(app);
  const path = await uploadByHand(biller);
  const page = await readPage(app, path, biller);
  const fields = fieldsOf(page, path);
  assert.deepEqual(
    [
      fields.vehicle_column,
      fields.time_column,
      fields.time_form,
      fields.time_pattern,
      fields["use-4"],
      fields.delimiter,
    ],
    ["Reg No", "Start", "pattern", "DD/MM/YYYY HH:mm", "quantity", "semicolon"],
  );
  assert.match(wordsOf(page), /within 7 days, the file is deleted/);
  assert.match(page, /12\.4 · 12,9 · 3/);
  const preview = await previewOf(biller, path, { id_column: "Trip", "use-6": "left_out" });
  const words = wordsOf(preview);
  assert.match(words, /preview of all 4 rows\. Nothing is imported yet/);
  assert.deepEqual(
    ["Rows looked at", "New events", "Duplicates", "Set aside"].map((label) => figureOf(preview, label)),
    ["4", "2", "0", "2"],
  );
  assert.match(words, /1 trip 5 March, 10:00 V-1 Distance 12\.4, Purpose business t1|2 trip 5 March, 10:00/);
  assert.match(words, /3 Distance 12,9 Write a decimal number/);
  assert.match(words, /4 Reg No V-9 There is no vehicle/);
  assert.deepEqual(await stored(tenantId), { events: 0, setAside: 0, parts: 1, mappings: 0, jobs: 0 });
  const there = await sendForm(app, path, confirmed(preview, path), biller);
  const done = await readImport(app, biller, there);
  assert.deepEqual([figureOf(done, "Events"), figureOf(done, "Set aside")], ["2", "2"]);
  assert.match(wordsOf(done), /mapped by hand/);
  assert.deepEqual(await stored(tenantId), { events: 2, setAside: 2, parts: 0, mappings: 1, jobs: 1 });
  const aside = await (await app.get(`${there}/quarantine`, biller)).text();
  assert.match(
    aside,
    /^Trip;Reg No;Start;Distance;Purpose;Odometer;milepost_line;milepost_reason\r\nt2;V-1;/,
  );
  assert.equal((await app.get(path, biller)).headers.get("location"), there);
});

Deno.test("a second upload mapped by hand is all duplicates, in the preview and in the import", async () => {
  const { biller } = await newFleet(app);
  const once = async () => {
    const path = await uploadByHand(biller, file.replace("12,9", "12.9").split("\n").slice(0, 3).join("\n"));
    const preview = await previewOf(biller, path);
    const there = await sendForm(app, path, confirmed(preview, path), biller);
    return { preview, done: await readImport(app, biller, there) };
  };
  const [first, second] = [await once(), await once()];
  assert.deepEqual([figureOf(first.preview, "New events"), figureOf(first.done, "Events")], ["2", "2"]);
  assert.equal(figureOf(second.preview, "Duplicates"), "2");
  assert.match(wordsOf(second.done), /Every row of this file was read before/);
});

Deno.test("a file that the chosen form does not fit is kept, says why, and can be read by one that does", async () => {
  const { tenantId, biller } = await newFleet(app);
  const fleet = "id,event,vehicle,at,km,cost,purpose\na,trip,V-1,2024-03-05T10:00:00Z,1,,";
  const answer = await upload(app, biller, fleet, { mapping: "nyc-taxi" });
  const path = answer.headers.get("location")!;
  const page = await readPage(app, path, biller);
  assert.match(
    wordsOf(page),
    /does not fit the form nyc-taxi: it has no column "tpep_pickup_datetime", "VendorID"/,
  );
  assert.match(page, /Import it with the form fleet-usage/);
  assert.doesNotMatch(page, /Import it with the form chicago-taxi/);
  const choose = path.replace(/columns$/, "mapping");
  const there = await sendForm(app, choose, { mapping: "fleet-usage" }, biller);
  assert.equal(figureOf(await readImport(app, biller, there), "Events"), "1");
  assert.equal((await stored(tenantId)).parts, 0);
  assert.equal((await app.post(choose, { mapping: "fleet-usage" }, biller)).status, 409);
  const semicolons = await upload(app, biller, fleet.replaceAll(",", ";"));
  const other = await readPage(app, semicolons.headers.get("location")!, biller);
  assert.match(wordsOf(other), /whose values are separated by commas/);
});

Deno.test("of a large file the first part is previewed and all of it imported; of one that was cut, its whole rows", async () => {
  const { tenantId, biller } = await newFleet(app);
  const row = (index: number) => `t${index};V-1;25/03/2024 10:00;1.5;ümlaut ${"x".repeat(400)};${index}`;
  const header = file.split("\n")[0];
  const large = [header, ...Array.from({ length: 2_600 }, (_, index) => row(index)), ""].join("\n");
  const path = await uploadByHand(biller, large);
  assert.equal((await stored(tenantId)).parts, 2);
  const preview = await previewOf(biller, path, { id_column: "Trip", "use-6": "left_out" });
  assert.match(wordsOf(preview), /preview of the first 2,000 rows; the file goes on\./);
  assert.match(wordsOf(preview), /The first 20 of 2,000\./);
  assert.doesNotMatch(preview, /would be set aside/);
  const done = await readImport(app, biller, await sendForm(app, path, confirmed(preview, path), biller));
  assert.deepEqual([figureOf(done, "Events"), figureOf(done, "Set aside")], ["2,600", "0"]);

  const long = [header, ...Array.from({ length: 1_200 }, (_, index) => row(index) + "y".repeat(600))].join(
    "\n",
  );
  const longPath = await uploadByHand(biller, long.replaceAll("25/03", "26/03"));
  const some = wordsOf(await previewOf(biller, longPath, { id_column: "Trip", "use-6": "left_out" }));
  assert.match(some, /preview of the first 9\d\d rows; the file goes on\./);
  assert.doesNotMatch(some, /cut off/);

  const cut = [header, row(9_001), row(9_002), "t9003;V-1;25/0"].join("\n");
  const cutPath = await uploadByHand(biller, cut);
  const cutPreview = await previewOf(biller, cutPath, { id_column: "Trip", "use-6": "left_out" });
  assert.match(wordsOf(cutPreview), /The file ends in the middle of a row .* on line 4: it was cut off/);
  assert.equal(figureOf(cutPreview, "New events"), "2");
  const stopped = await sendForm(app, cutPath, confirmed(cutPreview, cutPath), biller);
  const stoppedPage = await readImport(app, biller, stopped);
  assert.match(wordsOf(stoppedPage), /it was cut off.*2 rows are saved/);
  const whole = await uploadByHand(biller, [header, row(9_001), row(9_002), row(9_003)].join("\n"));
  const rest = await previewOf(biller, whole, { id_column: "Trip", "use-6": "left_out" });
  assert.deepEqual(["New events", "Duplicates"].map((label) => figureOf(rest, label)), ["1", "2"]);
});

Deno.test("lines of JSON are mapped by their fields", async () => {
  const { biller } = await newFleet(app);
  const lines = [
    { key: "a", plate: "V-1", at: 1709632800, distance: 12.4, place: { x: 1 } },
    { key: "b", plate: "V-1", at: 1709632900, distance: "3" },
  ].map((line) => JSON.stringify(line)).join("\n");
  const path = await uploadByHand(biller, lines, { name: "march.ndjson" });
  const refused = await sendRefusedForm(app, path, fieldsOf(await readPage(app, path, biller), path), biller);
  assert.match(wordsOf(refused), /Choose the field that tells one event from another/);
  const preview = await previewOf(biller, path, { id_column: "key" });
  assert.doesNotMatch(preview, /Read the columns again/);
  assert.equal(figureOf(preview, "New events"), "2");
  const done = await readImport(app, biller, await sendForm(app, path, confirmed(preview, path), biller));
  assert.equal(figureOf(done, "Events"), "2");
});

Deno.test("what cannot be is told by its field, keeps what was typed, and writes nothing", async () => {
  const { tenantId, biller } = await newFleet(app);
  const path = await uploadByHand(biller);
  const fields = fieldsOf(await readPage(app, path, biller), path);
  const before = await stored(tenantId);
  const cases: [Record<string, string>, RegExp][] = [
    [{ time_column: "Reg No" }, /Time: the column “Reg No” is chosen for the vehicle already/],
    [{ time_column: "" }, /Time: choose the column that says when/],
    [{ zone: "Mars/Olympus" }, /Time zone: “Mars\/Olympus” is no time zone.*For example Europe\/London/],
    [
      { time_pattern: "DD/QQ" },
      /Form of the local time: “Q” stands for nothing.*For example DD\/MM\/YYYY HH:mm/,
    ],
    [{ vehicle_column: "Speed" }, /Vehicle: there is no column “Speed”\. There is "Trip", "Reg No"/],
    [{ "use-4": "quantity", "name-4": "at" }, /Field name of Distance: “at” has a meaning of its own/],
    [{ delimiter: "dash" }, /Values are separated by: choose a comma, a semicolon/],
  ];
  for (const [change, said] of cases) {
    for (const step of ["", "import"]) {
      const page = await sendRefusedForm(app, path, { ...fields, ...change, step }, biller);
      assert.match(wordsOf(page), said);
    }
  }
  const kept = await sendRefusedForm(
    app,
    path,
    { ...fields, zone: "Mars/Olympus", event_kind: "tour" },
    biller,
  );
  assert.equal(fieldsOf(kept, path).event_kind, "tour");
  const apart = await app.post(path, { ...fields, delimiter: "comma", step: "columns" }, biller);
  assert.match(wordsOf(await apart.text()), /The first line names one column/);
  assert.deepEqual(await stored(tenantId), before);
});

Deno.test("a file that nobody could map is refused before anything is kept", async () => {
  const { tenantId, biller } = await newFleet(app);
  for (
    const [content, said] of [
      ["", /The file is empty/],
      ["km,at,km\n1,2,3\n", /Two columns are called "km"/],
      ["only words\n", /names one column/],
      [new Uint8Array([0xff, 0xfe, 0x61, 0]), /UTF-16/],
    ] as const
  ) {
    const answer = await upload(app, biller, content, { mapping: "by-hand" });
    assert.equal(answer.status, 422);
    assert.match(wordsOf(await answer.text()), said);
  }
  assert.equal((await stored(tenantId)).parts, 0);
  assert.match(await readPage(app, "/usage", biller), /No file was imported yet/);
});

Deno.test("a mapping is kept under a name, offered to its business alone, and reads the next file at once", async () => {
  const { biller } = await newFleet(app);
  const path = await uploadByHand(biller);
  const preview = await previewOf(biller, path, { id_column: "Trip" });
  const taken = await sendRefusedForm(app, path, confirmed(preview, path, "Fleet-Usage"), biller, 409);
  assert.match(wordsOf(taken), /There is a mapping with the name Fleet-Usage already/);
  const there = await sendForm(app, path, confirmed(preview, path, "Van tracker"), biller);
  assert.match(wordsOf(await readImport(app, biller, there)), /with the form Van tracker/);
  assert.match(await readPage(app, "/usage", biller), /<option[^>]*value="Van tracker"/);
  const { page } = await importFile(app, biller, file.replaceAll("t1", "t9"), { mapping: "van tracker" });
  assert.deepEqual([figureOf(page, "Events"), figureOf(page, "Duplicates")], ["1", "1"]);
  const other = await newFleet(app);
  assert.doesNotMatch(await readPage(app, "/usage", other.biller), /Van tracker/);
  const refused = await upload(app, other.biller, file, { mapping: "Van tracker" });
  assert.equal(refused.status, 422);
  assert.match(wordsOf(await refused.text()), /Choose one of fleet-usage, chicago-taxi, nyc-taxi\./);
});

Deno.test("a mapping is changed for later files and removed, and what was read by it stays as it was", async () => {
  const { tenantId, biller } = await newFleet(app);
  const path = await uploadByHand(biller);
  const preview = await previewOf(biller, path, {
    id_column: "Trip",
    "use-6": "left_out",
    constants: "depot: north",
  });
  assert.match(wordsOf(preview), /Distance 12\.4, Purpose business, depot north/);
  const there = await sendForm(app, path, confirmed(preview, path, "Van tracker"), biller);
  await readImport(app, biller, there);
  const list = await readPage(app, "/usage/mappings", biller);
  assert.match(wordsOf(list), /Van tracker CSV with ; files 3 June/);
  const change = /href="(\/usage\/mappings\/[0-9a-f-]{36})"/.exec(list)![1];
  const form = await readPage(app, change, biller);
  assert.match(form, /<textarea[^>]*name="constants"[^>]*>depot: north<\/textarea>/);
  const fields = fieldsOf(form, change);
  assert.deepEqual(
    [fields.name, fields.id_column, fields["use-4"], fields["use-6"]],
    ["Van tracker", "Trip", "quantity", "left_out"],
  );
  const refused = await sendRefusedForm(app, change, { ...fields, name: "", time_column: "Speed" }, biller);
  assert.match(wordsOf(refused), /Time: there is no column “Speed”/);
  assert.equal(fieldsOf(refused, change).id_column, "Trip");
  await sendRefusedForm(app, change, { ...fields, name: "api" }, biller, 422);
  const saved = await sendForm(app, change, { ...fields, name: "Vans", constants: "depot: south" }, biller);
  assert.equal(saved, "/usage/mappings?done=changed");
  await readPage(app, change, biller, 404);
  assert.match(wordsOf(await readPage(app, there, biller)), /with the form Van tracker/);
  const { page } = await importFile(app, biller, file.replaceAll("t1", "t9"), { mapping: "vans" });
  assert.equal(figureOf(page, "Events"), "1");
  const depots = await withTenant(database, tenantId, async (db) => {
    const rows = await db.query.selectFrom("usage_event").select("properties").execute();
    return rows.map(({ properties }) => (properties as Record<string, string>).depot);
  });
  assert.deepEqual(depots.sort(), ["north", "north", "south"]);
  const next = /href="(\/usage\/mappings\/[0-9a-f-]{36})"/.exec(await readPage(app, saved, biller))![1];
  const viewer = await app.visitor(tenantId, "viewer");
  assert.doesNotMatch(await readPage(app, "/usage/mappings", viewer), /href="\/usage\/mappings\//);
  await readPage(app, next, viewer, 403);
  for (const [visitor, status] of [[viewer, 403], [(await newFleet(app)).biller, 404]] as const) {
    assert.equal((await app.post(next, fields, visitor)).status, status);
    assert.equal((await app.post(`${next}/remove`, {}, visitor)).status, status);
  }
  const removed = await sendForm(app, `${next}/remove`, {}, biller);
  assert.match(wordsOf(await readPage(app, removed, biller)), /no longer offered.*No mapping yet/);
  assert.doesNotMatch(await readPage(app, "/usage", biller), /value="Vans"/);
});

Deno.test("only who may import maps, and only for the own business", async () => {
  const { tenantId, biller } = await newFleet(app);
  const path = await uploadByHand(biller);
  const viewer = await app.visitor(tenantId, "viewer");
  const stranger = (await newFleet(app)).biller;
  assert.match(
    wordsOf(await readPage(app, path.replace("/columns", ""), viewer)),
    /waits until someone says/,
  );
  for (const [visitor, status] of [[viewer, 403], [stranger, 404]] as const) {
    assert.equal((await app.get(path, visitor)).status, status);
    for (const last of ["columns", "mapping", "discard"]) {
      const answer = await app.post(
        path.replace("columns", last),
        { mapping: "fleet-usage", step: "import" },
        visitor,
      );
      assert.equal(answer.status, status, last);
    }
  }
});

Deno.test("a file that nobody maps is deleted by hand at once, and by itself after 7 days", async () => {
  const { tenantId, biller } = await newFleet(app);
  const path = await uploadByHand(biller);
  const there = await sendForm(app, path.replace("columns", "discard"), {}, biller);
  assert.match(wordsOf(await readPage(app, there, biller)), /deleted before it was read\. Nothing was saved/);
  assert.equal((await stored(tenantId)).parts, 0);
  const [young, old] = [await uploadByHand(biller), await uploadByHand(biller)];
  await withSystem(database, (db) =>
    db.sql`
    update usage_import set started_at = started_at - case when id = ${old.split("/")[2]}::uuid
      then interval '169 hours' else interval '167 hours' end
    where tenant_id = ${tenantId}`);
  const due = await withSystem(database, (db) => findDueRetention(db, clock.now()));
  assert.deepEqual(due.map((job) => job.tenantId), [tenantId]);
  await retention.run(environment, { tenantId, id: "", attempt: 1, payload: null });
  const gone = await readPage(app, old.replace("/columns", ""), biller);
  assert.match(wordsOf(gone), /Nobody chose the columns of this file within 7 days/);
  assert.equal((await app.get(young, biller)).status, 200);
  assert.equal((await stored(tenantId)).parts, 1);
});
