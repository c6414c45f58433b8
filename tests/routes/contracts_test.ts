/** The pages of contracts over plain HTTP, as a browser without script walks them: list, make, read, vehicles on and off, amendments. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { execute } from "../../lib/core/command.ts";
import { issueInvoice } from "../../lib/invoicing/commands.ts";
import { testApp, type Visitor } from "../support/app.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestVehicle,
  lease,
  perMile,
} from "../support/billing.ts";
import { registerVehicle, testActor } from "../support/command.ts";

const app = await testApp({ clock: new FixedClock("2024-06-03T09:00:00Z") });
Deno.test.afterAll(() => app.stop());
const { database } = app.environment;

const business = await insertTestBusiness(database, { name: "Calder" });
const { tenantId } = business;
const biller = await app.visitor(tenantId, "biller");
const viewer = await app.visitor(tenantId, "viewer");
const stranger = await app.visitor((await insertTestBusiness(database)).tenantId, "admin");
const tester = { tenantId, actor: testActor() };

/** K-1 with vehicle A since January; March is billed. B and C are free. */
const contractId = await withTenant(database, tenantId, async (db) => {
  const plan = await insertTestPlan(db, [lease], { reference: "lease-gbp" });
  await insertTestPlan(db, [perMile], { reference: "miles-gbp" });
  const made = await insertTestContract(db, business, plan, { reference: "K-1" });
  await insertTestVehicle(db, made.contractId, "A");
  return made.contractId;
});
for (const reference of ["B", "C"]) await execute(app.environment, registerVehicle, tester, { reference });
await execute(app.environment, issueInvoice, tester, {
  contractId,
  periodStart: "2024-03-01",
  periodEnd: "2024-04-01",
});
const here = `/contracts/${contractId}`;

async function html(path: string, visitor: Visitor, status = 200): Promise<string> {
  const answer = await app.get(path, visitor);
  const text = await answer.text();
  assert.equal(answer.status, status, `${path}: ${answer.status} ${words(text).slice(0, 400)}`);
  return text;
}

async function sent(path: string, fields: Record<string, string>, status: number, visitor = biller) {
  const answer = await app.post(path, { key: crypto.randomUUID(), ...fields }, visitor);
  const text = await answer.text();
  assert.equal(answer.status, status, `${path}: ${answer.status} ${words(text).slice(0, 600)}`);
  return { text, location: answer.headers.get("location") ?? "" };
}

function words(page: string): string {
  return page.replace(/<style>.*?<\/style>/s, "").replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
}

function valueOf(page: string, id: string): string | undefined {
  const tag = page.match(/<input[^>]*>/g)?.find((input) => input.includes(` id="${id}"`));
  return tag && / value="([^"]*)"/.exec(tag)?.[1];
}

Deno.test("a contract shows its vehicles, its charges, its invoices and what can be billed", async () => {
  const page = await html(here, viewer);
  assert.match(page, /<title>Contract K-1 – Contracts – Calder – Milepost<\/title>/);
  assert.match(words(page), /A PLATE A 1 Jan open/);
  assert.match(words(page), /Lease Each period, £412\.00, per vehicle, part periods by the day, tax S 20%\./);
  assert.match(words(page), /CFS-2024-0001 March 2024 March 2024, £494\.40/);
  assert.match(words(page), /1–31 May 2024 1–30 April 2024 1–29 February 2024 1–31 January 2024/);
  assert.doesNotMatch(page, /invoices\/new/);
  const mine = await html(here, biller);
  assert.ok(mine.includes('href="/invoices/new?contract=K-1&amp;period=2024-05-01"'));
  assert.doesNotMatch(mine, /<script/);
});

Deno.test("a viewer sees no button and can post nothing; another tenant sees nothing", async () => {
  const page = await html(here, viewer);
  const vehicleId = /href="\/vehicles\/([0-9a-f-]{36})"/.exec(page)![1];
  const paths = ["/contracts/new"];
  for (const part of ["vehicles/new", `vehicles/${vehicleId}/end`, "swap", "end", "plan"]) {
    assert.ok((await html(here, biller)).includes(`href="${here}/${part}"`), part);
    assert.ok(!page.includes(`href="${here}/${part}"`), part);
    paths.push(`${here}/${part}`);
  }
  for (const path of paths) {
    await html(path, viewer, 403);
    await sent(path, {}, 403, viewer);
    if (path === "/contracts/new") continue;
    await html(path, stranger, 404);
    await sent(path, {}, 404, stranger);
  }
  await html(here, stranger, 404);
  await html("/contracts/none", biller, 404);
  assert.match(await html("/contracts", stranger), /No contract yet/);
});

const typed = {
  reference: "K-2",
  customer: "C-K-1",
  entity: "CFS",
  plan: "lease-gbp",
  startDate: "2024-05-01",
  endDate: "",
  cadence: "monthly",
  anchorDay: "15",
  anchorDate: "",
  vehicles: "B\nC from 2024-05-10 to 2024-05-20",
};

Deno.test("a contract is made once however often the button is pressed", async () => {
  const form = await html("/contracts/new?customer=C-K-1", biller);
  assert.match(/<option[^>]*"C-K-1"[^>]*>/.exec(form)![0], / selected/);
  const key = valueOf(form.replace('name="key"', 'name="key" id="key"'), "key")!;
  assert.ok(key);
  const { location } = await sent("/contracts/new", { ...typed, key }, 303);
  assert.equal((await sent("/contracts/new", { ...typed, key }, 303)).location, location);
  const page = words(await html(location, viewer));
  assert.match(page, /This contract is saved/);
  assert.match(page, /Bills Every month from day 15/);
  assert.match(page, /B B 1 May open C C 10 May 19 May/);
  assert.match(
    (await sent("/contracts/new", { ...typed, key, plan: "miles-gbp" }, 409)).text,
    /sent already/,
  );
});

Deno.test("a contract bills by the quarter from a day of the reader's choice", async () => {
  const quarterly = { ...typed, reference: "K-70", cadence: "quarterly", vehicles: "" };
  const wrong = await sent("/contracts/new", { ...quarterly, anchorDay: "15" }, 422);
  assert.match(words(wrong.text), /Only a monthly contract has a billing day/);
  assert.match(/<option[^>]*"quarterly"[^>]*>/.exec(wrong.text)![0], / selected/);
  const unknown = await sent("/contracts/new", { ...typed, cadence: "daily" }, 422);
  assert.match(words(unknown.text), /Use one of weekly, two_weekly, four_weekly, monthly/);
  assert.ok(
    (await sent("/contracts/new", { ...typed, anchorDate: "2024-05-01" }, 422)).text.includes(
      "anchorDate-error",
    ),
  );
  const { location } = await sent("/contracts/new", {
    ...quarterly,
    startDate: "2023-05-01",
    anchorDay: "1",
    anchorDate: "2024-01-31",
  }, 303);
  const page = words(await html(location.replace(/#.*/, ""), biller));
  assert.match(page, /Bills Every quarter as from 31 January 2024/);
  assert.match(page, /Bill 31 January – 29 April 2024 .* Bill 31 October 2023 – 30 January 2024/);
});

Deno.test("everything that is wrong is told at once, beside its field, and what was typed stays", async () => {
  const wrong = {
    ...typed,
    reference: "",
    customer: "C-9",
    plan: "",
    startDate: "1 May",
    anchorDay: "40",
    vehicles: "B from May\nNone",
  };
  const { text } = await sent("/contracts/new", wrong, 422);
  assert.match(text, /<title>Error: Make a contract/);
  for (const field of ["reference", "customer", "plan", "startDate", "anchorDay", "vehicles"]) {
    assert.ok(text.includes(`id="${field}-error"`), `no error at ${field}`);
  }
  assert.match(words(text), /Vehicles: line 1: “May” is not a date/);
  assert.match(words(text), /Vehicles: no vehicle has the reference “None”/);
  assert.equal(valueOf(text, "startDate"), "1 May");
  assert.match(text, /B from May\nNone<\/textarea>/);
  const clash = await sent("/contracts/new", { ...typed, reference: "K-3", vehicles: "A" }, 409);
  assert.match(words(clash.text), /Vehicle A is on contract K-1 from 1 January 2024 with no end/);
  assert.match(
    (await sent("/contracts/new", { ...typed, vehicles: "" }, 409)).text,
    /Another contract has the reference K-2/,
  );
});

Deno.test("a vehicle is put on, swapped and taken off", async () => {
  const page = await html(`${here}/vehicles/new`, biller);
  assert.equal(valueOf(page, "fromDate"), "2024-04-01");
  assert.ok(/<option[^>]*value="C"/.test(page));
  const early = await sent(`${here}/vehicles/new`, { vehicle: "C", fromDate: "2023-12-15" }, 422);
  assert.match(words(early.text), /K-1 starts on 1 January 2024\. Choose that day or a later one\./);
  assert.equal(valueOf(early.text, "vehicle"), "C");
  const taken = await sent(`${here}/vehicles/new`, { vehicle: "B", fromDate: "2024-06-01" }, 409);
  assert.match(words(taken.text), /Vehicle B is on contract K-2 from 1 May 2024 with no end/);
  await sent(`${here}/vehicles/new`, { vehicle: "X", fromDate: "2024-06-01" }, 422);
  const on = await sent(`${here}/vehicles/new`, { vehicle: "C", fromDate: "2024-06-01" }, 303);
  assert.match(words(await html(on.location, viewer)), /C C 1 Jun open/);

  const vehicleC = /href="\/vehicles\/([0-9a-f-]{36})"[^>]*><span>C</.exec(await html(here, viewer))![1];
  const end = `${here}/vehicles/${vehicleC}/end`;
  assert.match(words(await html(end, biller)), /C, C, is on it since 1 June 2024, with no end/);
  const empty = await sent(end, { toDate: "2024-06-01" }, 422);
  assert.equal(valueOf(empty.text, "toDate"), "2024-06-01");
  await sent(end, { toDate: "2024-07-01" }, 303);
  assert.match(words(await html(here, viewer)), /C C 1 Jun 30 Jun/);

  const swap = { vehicleOff: "A", vehicleOn: "C", date: "2024-07-01" };
  assert.match(
    (await sent(`${here}/swap`, { ...swap, date: "2024-06-15" }, 409)).text,
    /Vehicle C is on contract K-1/,
  );
  await sent(`${here}/swap`, swap, 303);
  assert.match(words(await html(here, viewer)), /A PLATE A 1 Jan 30 Jun .*C C 1 Jul open/);
});

Deno.test("the plan changes from a day on, after a look at the bill, and the end is set", async () => {
  const form = await html(`${here}/plan`, biller);
  assert.match(words(form), /A period with a day of both plans is billed by both, each for its days/);
  assert.equal(valueOf(form, "effectiveDate"), "2024-04-01");
  const change = { plan: "miles-gbp", effectiveDate: "2024-05-16", reason: "They drive less" };
  const ask = (fields: Record<string, string>) =>
    `${here}/plan?${new URLSearchParams({ review: "yes", ...fields })}`;
  assert.match(
    await html(ask({ ...change, plan: "lease-gbp" }), biller, 422),
    /id="plan-error".*on this version already/s,
  );
  const early = await html(ask({ ...change, effectiveDate: "2023-12-31" }), biller, 422);
  assert.match(words(early), /Contract K-1 starts on 1 January 2024\. Choose that day or a later one\./);
  assert.match(early, /They drive less<\/textarea>/);
  const billed = words(await html(ask({ ...change, effectiveDate: "2024-03-16" }), biller));
  assert.match(billed, /March 2024 is billed\. The next run bills what is missing/);
  assert.match(await html(ask({ ...change, reason: "" }), biller, 422), /id="reason-error"/);

  const review = await html(ask(change), biller);
  assert.match(words(review), /Change of the bill for May 2024 −£255\.18/);
  assert.match(words(review), /First day on the plan 16 May 2024 Why They drive less/);
  assert.match(words(review), /Lease (Now )?£412\.00 (After )?£199\.35 Tax/);
  assert.match(words(review), /Total (Now )?£494\.40 (After )?£239\.22/);
  assert.doesNotMatch(review, /<script/);
  assert.doesNotMatch(words(await html(here, viewer)), /They drive less/);
  await html(ask(change), viewer, 403);
  const { location } = await sent(`${here}/plan`, change, 303);
  const page = words(await html(location.replace(/#.*/, ""), viewer));
  assert.match(page, /Sum of miles of trip events, £0\.15 per mile/);
  assert.match(
    page,
    /Plan miles-gbp, version 1 16 May 2024 \. They drive less\. Agreed by \w+ on 3 June 2024 \./,
  );
  assert.match(page, /2 vehicles leave 1 July 2024 : A, C Vehicle C joins 1 June 2024/);

  const tooEarly = await sent(`${here}/end`, { endDate: "2024-01-01", reason: "Sold" }, 422);
  assert.equal(valueOf(tooEarly.text, "endDate"), "2024-01-01");
  await sent(`${here}/end`, { endDate: "2024-08-01", reason: "Sold" }, 303);
  assert.match(
    words(await html(here, viewer)),
    /Last day 31 July 2024 .* Ends Last day 31 July 2024 \. Sold\./,
  );
  assert.match(words(await html(`${here}/renew`, biller)), /Its last day is 31 July 2024/);
});

Deno.test("a contract is paused, which its badge says, and runs again", async () => {
  const plan = await withTenant(
    database,
    tenantId,
    (db) => insertTestPlan(db, [lease], { reference: "pausing" }),
  );
  const { contractId: id } = await withTenant(
    database,
    tenantId,
    (db) => insertTestContract(db, business, plan, { reference: "K-80" }),
  );
  const at = `/contracts/${id}`;
  assert.ok(!(await html(at, biller)).includes(`href="${at}/resume"`));
  assert.match(words(await html(`${at}/resume`, biller)), /It is not paused/);
  await sent(`${at}/resume`, { date: "2024-06-10", reason: "Back" }, 422);
  for (const part of ["pause", "resume", "renew"]) {
    await html(`${at}/${part}`, viewer, 403);
    await sent(`${at}/${part}`, {}, 403, viewer);
    await html(`${at}/${part}`, stranger, 404);
  }
  assert.match((await sent(`${at}/renew`, { endDate: "", reason: "x" }, 422)).text, /has no end/);
  await sent(`${at}/pause`, { fromDate: "2024-06-01", untilDate: "", reason: "No drivers" }, 303);
  const paused = words(await html(at, biller));
  assert.match(paused, /Paused 1 June 2024 , with no end agreed \. No drivers\. Agreed by/);
  assert.match(words(await html("/contracts?search=K-80", viewer)), /K-80.*Paused/);
  const clash = await html(`${at}/pause?review=yes&fromDate=2024-07-01&reason=x`, biller, 422);
  assert.match(words(clash), /is paused from 1 June 2024 with no end already\. Choose other days/);
  assert.match(words(await html(`${at}/resume`, biller)), /It is paused from 1 June 2024 with no end/);
  await sent(`${at}/resume`, { date: "2024-06-03", reason: "Back" }, 303);
  assert.match(words(await html("/contracts?search=K-80", viewer)), /K-80.*Running/);
});

Deno.test("contracts and their vehicles come 25 a page, there and back", async () => {
  await withTenant(database, tenantId, async (db) => {
    const plan = await insertTestPlan(db, [lease], { reference: "many" });
    for (let index = 0; index < 30; index++) {
      const { contractId } = await insertTestContract(db, business, plan, { reference: `M-${100 + index}` });
      if (index > 0) continue;
      for (let vehicle = 0; vehicle < 30; vehicle++) {
        await insertTestVehicle(db, contractId, `V-${100 + vehicle}`);
      }
    }
  });
  const walk = async (path: string, base: string, rows: RegExp) => {
    const first = await html(path, viewer);
    const next = new RegExp(`href="(${base}\\?[^"]*after=[^"]*)"`).exec(first)![1].replaceAll("&amp;", "&");
    const second = await html(next, viewer);
    const back = new RegExp(`href="(${base}\\?[^"]*before=[^"]*)"`).exec(second)![1].replaceAll("&amp;", "&");
    assert.deepEqual((await html(back, viewer)).match(rows), first.match(rows));
    return [first, second].map((page) => new Set(page.match(rows)).size);
  };
  assert.deepEqual(await walk("/contracts?search=M-1", "/contracts", /M-1\d\d/g), [25, 5]);
  const where = /href="(\/contracts\/[0-9a-f-]{36})"/.exec(await html("/contracts?search=m-100", viewer))![1];
  assert.deepEqual(await walk(where, where, /V-1\d\d/g), [25, 5]);
  assert.match(await html("/contracts?search=nothing", viewer), /No contract matches/);
  const customer = /href="\/customers\/([0-9a-f-]{36})"/.exec(await html(here, viewer))![1];
  const ofCustomer = await html(`/contracts?customer=${customer}`, viewer);
  assert.match(words(ofCustomer), /3 match.*Customer: Customer of K-1/);
  const none = await html(`/contracts?customer=${customer}&search=nothing`, viewer);
  assert.match(words(none), /Customer: Customer of K-1 .*No contract matches/);
});

Deno.test("the file of all contracts holds every one, and no value that a spreadsheet would run", async () => {
  await withTenant(database, tenantId, async (db) => {
    const plan = await insertTestPlan(db, [lease], { reference: "odd" });
    await insertTestContract(db, business, plan, { reference: '=cmd("x")' });
  });
  const answer = await app.get("/contracts.csv", viewer);
  assert.equal(answer.headers.get("content-disposition"), 'attachment; filename="contracts.csv"');
  const lines = (await answer.text()).trimEnd().split("\r\n");
  assert.equal(lines.length, 1 + 4 + 30 + 1);
  assert.match(lines[0], /^reference,customer,entity,plan,start_date,end_date,anchor_day,/);
  assert.ok(lines.some((line) => line.startsWith(`"'=cmd(""x"")",`)), lines.at(-1));
  assert.ok(
    lines.includes(
      'K-1,C-K-1,CFS,miles-gbp,2024-01-01,2024-08-01,1,monthly,,1,"A from 2024-01-01 to 2024-07-01\n' +
        "C from 2024-06-01 to 2024-07-01\n" +
        'C from 2024-07-01 to 2024-08-01",,Customer of K-1,Calder Fleet Services Ltd,GBP,2',
    ),
    lines.find((line) => line.startsWith("K-1,")),
  );
  assert.equal((await (await app.get("/contracts.csv", stranger)).text()).trimEnd().split("\r\n").length, 1);
});

Deno.test("a minimum is agreed, shown in a sentence, billed, and ended; what is wrong is told beside its field", async () => {
  const made = await sent(
    "/contracts/new",
    { ...typed, reference: "K-90", vehicles: "", anchorDay: "1" },
    303,
  );
  const at = new URL(made.location, "http://milepost.test").pathname;
  const form = `${at}/terms/commitment`;
  assert.ok((await html(at, biller)).includes(`href="${form}"`));
  assert.ok(!(await html(at, viewer)).includes(form));
  await html(form, viewer, 403);
  await sent(form, {}, 403, viewer);
  await html(form, stranger, 404);
  assert.equal(valueOf(await html(form, biller), "fromDate"), "2024-05-01");
  const wrong = await sent(form, { name: "", minimum: "9.999", fromDate: "May" }, 422);
  for (const field of ["name", "minimum", "fromDate"]) {
    assert.ok(wrong.text.includes(`id="${field}-error"`), `no error at ${field}`);
  }
  assert.equal(valueOf(wrong.text, "minimum"), "9.999");
  const fields = { name: "Commitment", minimum: "500", cap: "900.00", fromDate: "2024-05-01" };
  const { location } = await sent(form, fields, 303);
  const page = await html(location, viewer);
  assert.match(words(page), /This is agreed/);
  assert.match(
    words(page),
    /Commitment At least £500\.00 and at most £900\.00 each period, on all charges\. 1 May 2024, no end/,
  );
  assert.match(words((await sent(form, fields, 409)).text), /has “Commitment” from 1 May 2024 with no end/);
  const preview = words(await html("/invoices/new?contract=K-90&period=2024-05-01&why=1", biller));
  assert.match(preview, /Commitment, up to the minimum 1–31 May 2024/);
  assert.match(preview, /It brings the charges to what the contract agrees\./);
  assert.match(
    preview,
    /Minimum 500\.00, billed 0\.00 500\.00 to reach it/,
  );
  const discount = `${at}/terms/discount`;
  const both = await sent(
    discount,
    { name: "Welcome", percent: "10", amount: "x", fromDate: "2024-05-01" },
    422,
  );
  assert.ok(both.text.includes('id="amount-error"'));
  assert.equal(valueOf(both.text, "percent"), "10");
  await sent(discount, { name: "Welcome", percent: "10", fromDate: "2024-05-01", periods: "2" }, 303);
  assert.match(
    words(await html(at, viewer)),
    /Welcome 10% off all charges each period, before tax\. 1 May 2024 to 30 June 2024/,
  );
  const discounted = words(await html("/invoices/new?contract=K-90&period=2024-05-01&why=2", biller));
  assert.match(discounted, /It comes off the charges, before tax\./);
  assert.match(discounted, /−10% of 500\.00 −£50\.00/);
  const free = `${at}/terms/free-units`;
  assert.match(words(await html(free, biller)), /The plan has no charge whose units could be free/);
  const none = await sent(free, { name: "Miles", units: "5", fromDate: "2024-05-01" }, 422);
  assert.ok(none.text.includes('id="charges-error"'));
  await html(free, viewer, 403);
  const end = new RegExp(`${at}/terms/[0-9a-f-]{36}/end`).exec(await html(at, biller))![0];
  assert.match(words(await html(end, biller)), /End “Commitment”/);
  await html(end, viewer, 403);
  await html(end, stranger, 404);
  assert.ok((await sent(end, { toDate: "2024-04-30" }, 422)).text.includes('id="toDate-error"'));
  await sent(end, { toDate: "2024-06-01" }, 303);
  assert.match(words(await html(at, biller)), /all charges\. 1 May 2024 to 31 May 2024 ended/);
});
