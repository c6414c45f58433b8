/** The pages of invoice runs as a browser without script walks them: prepare, look, approve as another person, read. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { driveRun } from "../../tools/run_month.ts";
import { testApp, type Visitor } from "../support/app.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestVehicle,
  lease,
} from "../support/billing.ts";

const clock = new FixedClock("2024-04-02T09:00:00Z");
const app = await testApp({ clock });
Deno.test.afterAll(() => app.stop());
const { environment } = app;

/** A business with contracts of one leased vehicle each, and its people. */
async function newBusiness(contracts: number) {
  const business = await insertTestBusiness(environment.database);
  const { tenantId, entityId } = business;
  await withTenant(environment.database, tenantId, async (db) => {
    const plan = await insertTestPlan(db, [lease]);
    for (let index = 0; index < contracts; index++) {
      const reference = `K-${String(index).padStart(3, "0")}`;
      const { contractId } = await insertTestContract(db, business, plan, { reference });
      await insertTestVehicle(db, contractId, `V-${reference}`);
    }
  });
  return {
    tenantId,
    entityId,
    biller: await app.visitor(tenantId, "biller"),
    approver: await app.visitor(tenantId, "approver"),
  };
}

async function html(path: string, visitor: Visitor, status = 200): Promise<string> {
  const answer = await app.get(path, visitor);
  const text = await answer.text();
  assert.equal(answer.status, status, `${path}: ${text.slice(-600)}`);
  return text;
}

/** Prepares a run and prices it; gives its path. */
async function previewed(
  { tenantId, entityId, biller }: Awaited<ReturnType<typeof newBusiness>>,
): Promise<string> {
  const form = await html("/runs/new", biller);
  assert.match(form, /value="2024-03"/);
  const fields = { billingEntityId: entityId, month: "2024-03", key: crypto.randomUUID() };
  const answer = await app.post("/runs/new", fields, biller);
  assert.equal(answer.status, 303);
  const path = answer.headers.get("location")!;
  const again = await app.post("/runs/new", fields, biller);
  assert.equal(again.headers.get("location"), path);
  assert.match(await html(path, biller), /0 of \d+ periods? priced/);
  await driveRun(environment, tenantId, path.split("/").at(-1)!);
  return path;
}

const hidden = (page: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page)![1];

Deno.test("a month is prepared by one person, approved by another, and issued", async () => {
  const business = await newBusiness(30);
  const { tenantId, biller, approver } = business;
  const path = await previewed(business);
  const seen = await html(path, approver);
  assert.match(seen, /Nothing is issued yet/);
  assert.match(seen, /30 exceptions/);
  assert.match(seen, /25 of 30 exceptions/);
  assert.match(seen, /This is the first invoice of the contract/);
  assert.match(seen, /Approve 30 invoices, £14,832\.00/);
  assert.doesNotMatch(await html(path, biller), /Approve 30 invoices/);
  const next = /href="([^"]*exception=24[^"]*)"/.exec(seen)![1].replaceAll("&amp;", "&");
  assert.match(await html(next, approver), /5 of 30 exceptions/);
  const approval = { resultHash: hidden(seen, "resultHash"), key: hidden(seen, "key"), note: "Seen." };
  assert.equal((await app.post(`${path}/approve`, approval, approver)).status, 303);
  assert.match(await html(path, biller), /0 of 30 invoices issued/);
  await driveRun(environment, tenantId, path.split("/").at(-1)!);
  const done = await html(path, biller);
  assert.match(done, /30 invoices issued, and each was counted a second time to the same amount/);
  assert.match(done, /CFS-2024-0001/);
  assert.match(await html("/runs", biller), /1 run so far/);
  const invoice = /href="(\/invoices\/[0-9a-f-]{36})"/.exec(done)![1];
  assert.match(await html(invoice, biller), /Approved with the run for March 2024/);
});

Deno.test("what was approved twice, or looked different, is refused and nothing is issued", async () => {
  const business = await newBusiness(1);
  const path = await previewed(business);
  const stale = { resultHash: "00", key: crypto.randomUUID() };
  const answer = await app.post(`${path}/approve`, stale, business.approver);
  assert.equal(answer.status, 409);
  assert.match(await answer.text(), /not the one that you looked at/);
  assert.equal((await app.post(`${path}/approve`, stale, business.biller)).status, 403);
  assert.match(await html(path, business.approver), /Nothing is issued yet/);
});

Deno.test("a run is returned with a reason, or cancelled", async () => {
  const business = await newBusiness(1);
  const { biller, approver } = business;
  const path = await previewed(business);
  const empty = await app.post(`${path}/return`, { reason: "" }, approver);
  assert.equal(empty.status, 422);
  assert.match(await empty.text(), /Say what has to be corrected/);
  assert.equal((await app.post(`${path}/return`, { reason: "Fuel twice." }, biller)).status, 403);
  assert.equal((await app.post(`${path}/return`, { reason: "Fuel twice." }, approver)).status, 303);
  assert.match(await html(path, biller), /Returned: Fuel twice\./);
  const second = await previewed(business);
  assert.match(await html(`${second}/cancel`, biller), /Nothing was issued/);
  assert.equal((await app.post(`${second}/cancel`, {}, biller)).status, 303);
  assert.match(await html(second, biller), /This run was cancelled/);
});

Deno.test("a note that is too long, or is no text, comes back with the page and is not lost", async () => {
  const business = await newBusiness(1);
  const { approver } = business;
  const path = await previewed(business);
  const resultHash = hidden(await html(path, approver), "resultHash");
  const long = "n".repeat(1_001);
  for (
    const [note, shown, sentence] of [[long, long, /at most 1000/], [
      "a\x07b",
      "a",
      /cannot be shown/,
    ]] as const
  ) {
    const answer = await app.post(`${path}/approve`, { resultHash, note }, approver);
    assert.equal(answer.status, 422);
    const text = await answer.text();
    assert.match(text, sentence);
    assert.ok(text.includes(shown));
    assert.equal(hidden(text, "resultHash"), resultHash);
    const returned = await app.post(`${path}/return`, { reason: note }, approver);
    assert.equal(returned.status, 422);
    assert.match(await returned.text(), sentence);
  }
  const key = crypto.randomUUID();
  const twice = await Promise.all(
    [key, key].map((key) => app.post(`${path}/approve`, { resultHash, key, note: "Seen." }, approver)),
  );
  assert.deepEqual(twice.map(({ status }) => status), [303, 303]);
  const other = await app.post(`${path}/approve`, { resultHash, note: "Seen." }, approver);
  assert.equal(other.status, 409);
  assert.match(await other.text(), /A run that is being issued cannot be approved\. It can be checked/);
});

/** As if every step of the run that waits had failed to its last attempt. */
async function giveUp(tenantId: string, runId: string): Promise<void> {
  await withTenant(environment.database, tenantId, (db) =>
    db.sql`
      update job set state = 'dead', attempt = 20, max_attempts = 20, finished_at = clock_timestamp(),
        last_error = 'no answer' where state = 'ready' and payload ->> 'runId' = ${runId}`);
}

Deno.test("a run whose steps failed for good is let go on by a person, before and after its approval", async () => {
  const business = await newBusiness(2);
  const { tenantId, entityId, biller, approver } = business;
  const fields = { billingEntityId: entityId, month: "2024-03", key: crypto.randomUUID() };
  const path = (await app.post("/runs/new", fields, biller)).headers.get("location")!;
  const runId = path.split("/").at(-1)!;
  assert.doesNotMatch(await html(path, biller), /stands still|Let it go on/);
  const goOn = async () => {
    await giveUp(tenantId, runId);
    assert.match(await html(path, approver), /This run stands still/);
    assert.doesNotMatch(await html(path, approver), /Let it go on/);
    assert.match(await html(path, biller), /Let it go on/);
    assert.equal((await app.post(`${path}/retry`, {}, approver)).status, 403);
    assert.equal((await app.post(`${path}/retry`, {}, biller)).status, 303);
    assert.doesNotMatch(await html(path, biller), /stands still/);
    await driveRun(environment, tenantId, runId);
  };
  await goOn();
  const seen = await html(path, approver);
  const approval = { resultHash: hidden(seen, "resultHash"), key: hidden(seen, "key") };
  assert.equal((await app.post(`${path}/approve`, approval, approver)).status, 303);
  await goOn();
  assert.match(await html(path, biller), /2 invoices issued/);
  assert.equal((await app.post(`${path}/retry`, {}, biller)).status, 409);
});

Deno.test("nothing of a blocked run is sent, and it is checked again when a person says so", async () => {
  const business = await newBusiness(1);
  const { tenantId, biller, approver } = business;
  const path = await previewed(business);
  const runId = path.split("/").at(-1)!;
  const seen = await html(path, approver);
  await app.post(`${path}/approve`, { resultHash: hidden(seen, "resultHash") }, approver);
  await driveRun(environment, tenantId, runId);
  await withTenant(
    environment.database,
    tenantId,
    (db) => db.sql`update invoice_run set state = 'blocked' where id = ${runId}`,
  );
  const blocked = await html(path, biller);
  assert.match(blocked, /Nothing of this run is sent before that is solved/);
  const invoice = /href="(\/invoices\/[0-9a-f-]{36})"/.exec(blocked)![1];
  const send = await app.post(`${invoice}/send`, { key: crypto.randomUUID() }, biller);
  assert.equal(send.status, 409);
  assert.match(await send.text(), /is blocked by a difference, so it cannot be sent/);
  assert.match(blocked, /Check it again/);
  assert.equal((await app.post(`${path}/retry`, {}, biller)).status, 303);
  assert.match(await html(path, biller), /Checking every invoice again/);
  await driveRun(environment, tenantId, runId);
  assert.match(await html(path, biller), /1 invoice issued, and each was counted/);
});

Deno.test("a run that cannot begin keeps what was typed and says why", async () => {
  const business = await newBusiness(1);
  const { entityId, biller } = business;
  for (
    const [month, sentence, status] of [
      ["2024-04", /April 2024 is not over/, 422],
      ["March", /Use a month as year and month/, 422],
      ["2023-11", /No contract of/, 422],
      ["0000-01", /Use a month as year and month/, 422],
      ["9999-12", /Use a month as year and month/, 422],
    ] as const
  ) {
    const answer = await app.post("/runs/new", { billingEntityId: entityId, month, key: "" }, biller);
    assert.equal(answer.status, status);
    const text = await answer.text();
    assert.match(text, sentence);
    assert.ok(text.includes(`value="${month}"`));
  }
  const path = await previewed(business);
  const open = await app.post("/runs/new", { billingEntityId: entityId, month: "2024-03", key: "" }, biller);
  assert.equal(open.status, 409);
  const refusal = await open.text();
  assert.match(refusal, /Finish or cancel that one first/);
  assert.ok(refusal.includes(`<a href="${path}"`), "the refusal leads to the open run");
});

Deno.test("the month that is offered is the one before today, where the business is", async () => {
  const { biller } = await newBusiness(1);
  for (const [now, month] of [["2024-03-31T22:30:00Z", "2024-02"], ["2024-03-31T23:30:00Z", "2024-03"]]) {
    clock.moveTo(now);
    try {
      assert.match(await html("/runs/new", biller), new RegExp(`value="${month}"`));
    } finally {
      clock.moveTo("2024-04-02T09:00:00Z");
    }
  }
});

Deno.test("before a run begins, the month says what it holds and which run is open", async () => {
  const business = await newBusiness(3);
  const { biller } = business;
  assert.match(await html("/runs/new", biller), /What March 2024 holds[\s\S]*>3<[\s\S]*>0<[\s\S]*None/);
  assert.match(await html("/runs/new?month=2023-12", biller), /What December 2023 holds[\s\S]*>0</);
  for (const month of ["March", "0000-01", "9999-12"]) {
    assert.doesNotMatch(await html(`/runs/new?month=${month}`, biller), /id="covered"/);
  }
  const path = await previewed(business);
  assert.ok((await html("/runs/new", biller)).includes(`href="${path}"`));
});

Deno.test("an administrator decides who approves, and then the preparer may", async () => {
  const business = await newBusiness(1);
  const { tenantId, biller } = business;
  const admin = await app.visitor(tenantId, "admin");
  assert.equal((await app.get("/runs/policy", biller)).status, 403);
  const own = await previewed({ ...business, biller: admin });
  assert.match(await html(own, admin), /another person approves it/);
  const form = await html("/runs/policy", admin);
  assert.match(form, /value="another"[^>]*checked|checked[^>]*value="another"/);
  assert.equal((await app.post("/runs/policy", { approval: "nobody" }, admin)).status, 422);
  assert.equal((await app.post("/runs/policy", { approval: "nobody" }, biller)).status, 403);
  assert.equal((await app.post("/runs/policy", { approval: "anyone" }, biller)).status, 403);
  assert.equal((await app.post("/runs/policy", { approval: "anyone" }, admin)).status, 303);
  assert.match(await html("/runs/policy?done=saved", admin), /The rule is saved/);
  const seen = await html(own, admin);
  assert.match(seen, /Approve 1 invoice/);
  const approval = { resultHash: hidden(seen, "resultHash"), key: hidden(seen, "key") };
  assert.equal((await app.post(`${own}/approve`, approval, admin)).status, 303);
});

Deno.test("a viewer reads runs and decides nothing; another business sees none", async () => {
  const business = await newBusiness(1);
  const path = await previewed(business);
  const viewer = await app.visitor(business.tenantId, "viewer");
  assert.doesNotMatch(await html(path, viewer), /id="decide"/);
  assert.equal((await app.get("/runs/new", viewer)).status, 403);
  assert.equal((await app.post(`${path}/cancel`, {}, viewer)).status, 403);
  const { biller } = await newBusiness(1);
  assert.equal((await app.get(path, biller)).status, 404);
  assert.match(await html("/runs", biller), /No run yet/);
});
