/** Runs from preview to the last number on a real database: what is billed, what is refused, what is parked, and in which order. */
import assert from "node:assert/strict";
import { type TenantDb, withTenant } from "../../../db/tenant.ts";
import { handlers } from "../../../jobs/handlers/list.ts";
import { startWorker } from "../../../jobs/worker.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestUsage,
  insertTestVehicle,
  lease,
  perMile,
} from "../../../tests/support/billing.ts";
import { testActor, testUser, until } from "../../../tests/support/command.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import type { Actor } from "../../core/actor.ts";
import { FixedClock } from "../../core/clock.ts";
import { execute } from "../../core/command.ts";
import { isMilepostError } from "../../core/errors.ts";
import { audit } from "../../../tests/support/audit.ts";
import { auditBreaches } from "../../ops/audit/audit.ts";
import { issueInvoice } from "../commands.ts";
import { listInvoices } from "../views.ts";
import { approveRun, cancelRun, prepareRun, returnRun, setRunPolicy } from "./commands.ts";
import { findRun } from "./views.ts";
import { environmentOf } from "../../../tests/support/environment.ts";

const { database, drop } = await testDatabase();
const clock = new FixedClock("2024-04-02T09:00:00Z");
const environment = environmentOf(database, clock);
const worker = startWorker({ environment, handlers, sweepEveryMs: 20, report: () => {} });
Deno.test.afterAll(async () => {
  await worker.stop();
  await drop();
});

const preparer: Actor = testUser("00000000-0000-7000-8000-000000000001");
const approver: Actor = { ...preparer, id: "00000000-0000-7000-8000-000000000002" };

/** A business with some contracts of one leased vehicle each. */
async function newBusiness(contracts: number, options: { anchorDay?: number } = {}) {
  const business = await insertTestBusiness(database);
  const { tenantId, entityId } = business;
  const contractIds = await withTenant(database, tenantId, async (db) => {
    const plan = await insertTestPlan(db, [lease, perMile]);
    const ids: string[] = [];
    for (let index = 0; index < contracts; index++) {
      const reference = `K-${String(index).padStart(3, "0")}`;
      const { contractId } = await insertTestContract(db, business, plan, { reference, ...options });
      await insertTestVehicle(db, contractId, `V-${reference}`);
      ids.push(contractId);
    }
    return ids;
  });
  return { tenantId, entityId, contractIds };
}

type Business = Awaited<ReturnType<typeof newBusiness>>;

const prepare = ({ tenantId, entityId }: Business, month = "2024-03") =>
  execute(environment, prepareRun, { tenantId, actor: preparer }, { billingEntityId: entityId, month });

async function stateOf({ tenantId }: Business, runId: string) {
  return await withTenant(database, tenantId, (db) => findRun(db, runId), { readOnly: true });
}

async function previewed(business: Business, month?: string): Promise<string> {
  const { runId } = await prepare(business, month);
  await until(async () => (await stateOf(business, runId)).run.state === "awaiting_approval");
  return runId;
}

async function approve(business: Business, runId: string, actor = approver): Promise<void> {
  const { run } = await stateOf(business, runId);
  const approval = { runId, resultHash: run.resultHash!.toHex() };
  await execute(environment, approveRun, { tenantId: business.tenantId, actor }, approval);
}

async function issued(business: Business, runId: string): Promise<void> {
  await approve(business, runId);
  await until(async () => ["done", "blocked"].includes((await stateOf(business, runId)).run.state));
}

async function numbersOf({ tenantId }: Business): Promise<string[]> {
  return await withTenant(database, tenantId, async (db) =>
    (await db.sql<{ text: string }[]>`
      select concat_ws(' ', number, contract.reference, issue_date, total) as text from invoice
      join contract on contract.id = invoice.contract_id order by number, contract.reference`)
      .map(({ text }) => text));
}

async function refused(name: string, work: Promise<unknown>): Promise<string> {
  const error = await work.then(() => assert.fail("it was not refused"), (error) => error);
  assert.ok(isMilepostError(error, name as "NotFound"), String(error));
  return error.message;
}

Deno.test("a run previews, waits, issues in the order of the contracts, and balances", async () => {
  const business = await newBusiness(120);
  const runId = await previewed(business);
  const { run, counts } = await stateOf(business, runId);
  assert.equal(run.itemCount, 120);
  assert.equal(counts.total, 120n * 49440n);
  assert.deepEqual(await numbersOf(business), []);
  await issued(business, runId);
  const after = await stateOf(business, runId);
  assert.equal(after.run.state, "done");
  assert.equal(after.counts.issued, 120);
  const numbers = await numbersOf(business);
  assert.equal(numbers[0], "CFS-2024-0001 K-000 2024-04-02 49440");
  assert.equal(numbers[119], "CFS-2024-0120 K-119 2024-04-02 49440");
  assert.deepEqual(auditBreaches(await audit(database)), []);
});

Deno.test("the list holds the invoices of a run in the order of their numbers, the last first", async () => {
  const business = await newBusiness(15);
  await issued(business, await previewed(business));
  const list = (db: TenantDb) => listInvoices(db, { status: "any" }, clock.now());
  const { invoices } = await withTenant(database, business.tenantId, list);
  const numbers = invoices.map(({ number }) => number!);
  assert.equal(numbers.length, 15);
  assert.deepEqual(numbers, numbers.toSorted().reverse());
});

Deno.test("usage after the cut-off waits, and a changed contract is parked with the difference", async () => {
  const business = await newBusiness(3);
  const { tenantId, contractIds } = business;
  const runId = await previewed(business);
  await withTenant(database, tenantId, async (db) => {
    const [{ id }] = await db.sql<{ id: string }[]>`select id from vehicle where reference = 'V-K-000'`;
    await insertTestUsage(db, [
      { id: "late", at: "2024-03-05T10:00:00Z", vehicleId: id, properties: { miles: "100" } },
    ]);
    await insertTestVehicle(db, contractIds[1], "V-added", "2024-03-01");
  });
  await issued(business, runId);
  const { run, counts, exceptions } = await stateOf(business, runId);
  assert.equal(run.state, "done");
  assert.deepEqual([counts.issued, counts.parked], [2, 1]);
  const [parked] = exceptions.filter(({ state }) => state === "parked");
  assert.match(parked.message, /approved at 494\.40 GBP and now comes to 988\.80 GBP/);
  assert.deepEqual(await numbersOf(business), [
    "CFS-2024-0001 K-000 2024-04-02 49440",
    "CFS-2024-0002 K-002 2024-04-02 49440",
  ]);
  const next = await previewed(business);
  assert.equal((await stateOf(business, next)).run.itemCount, 2);
  await issued(business, next);
  assert.deepEqual((await numbersOf(business)).slice(2), [
    "CFS-2024-0003 K-000 2024-04-02 1800",
    "CFS-2024-0004 K-001 2024-04-02 98880",
  ]);
});

Deno.test("what cannot be issued is left out with the reason, exceptions first", async () => {
  const business = await newBusiness(4);
  const { tenantId, contractIds } = business;
  await withTenant(database, tenantId, async (db) => {
    const [first] = await db.sql<{ id: string }[]>`select id from customer order by reference limit 1`;
    await db.sql`update customer set address_lines = '{}' where id = ${first.id}`;
    await db.sql`update contract_vehicle set to_date = '2024-03-01' where contract_id = ${contractIds[1]}`;
  });
  const runId = await previewed(business);
  const { exceptions } = await stateOf(business, runId);
  const found = new Map(
    exceptions.map(({ contract, exception, message }) => [contract, `${exception}: ${message}`]),
  );
  assert.match(found.get("K-000")!, /no_address: .* has no postal address/);
  assert.match(found.get("K-001")!, /nothing_to_bill/);
  assert.match(found.get("K-002")!, /first_invoice/);
  await issued(business, runId);
  assert.equal((await numbersOf(business)).length, 2);
});

Deno.test("an address that is taken away after the preview parks the invoice, and none goes out without one", async () => {
  const business = await newBusiness(1);
  const { tenantId } = business;
  const runId = await previewed(business);
  await withTenant(database, tenantId, (db) => db.sql`update customer set address_lines = '{}'`);
  await issued(business, runId);
  const { counts, exceptions, run } = await stateOf(business, runId);
  assert.deepEqual([run.state, counts.issued, counts.parked], ["done", 0, 1]);
  assert.match(exceptions[0].message, /has no postal address/);
  assert.deepEqual(await numbersOf(business), []);
  const empty = await previewed(business);
  assert.equal((await stateOf(business, empty)).counts.leftOut, 1);
  await issued(business, empty);
  assert.equal((await stateOf(business, empty)).run.state, "done", "also with nothing to issue");
});

Deno.test("who approves on the last evening of a year issues in the year that it is where the entity is", async () => {
  for (const [zone, number] of [["Asia/Tokyo", "CFS-2025-0001"], ["America/New_York", "CFS-2024-0001"]]) {
    const business = await newBusiness(1);
    await withTenant(database, business.tenantId, (db) => db.sql`update billing_entity set zone = ${zone}`);
    clock.moveTo("2024-12-31T15:30:00Z");
    try {
      await issued(business, await previewed(business, "2024-11"));
    } finally {
      clock.moveTo("2024-04-02T09:00:00Z");
    }
    assert.equal((await numbersOf(business))[0].split(" ")[0], number);
  }
});

Deno.test("the second month says what is far from the first", async () => {
  const business = await newBusiness(2);
  clock.moveTo("2024-03-02T09:00:00Z");
  await issued(business, await previewed(business, "2024-02"));
  clock.moveTo("2024-04-02T09:00:00Z");
  await withTenant(
    database,
    business.tenantId,
    (db) => insertTestVehicle(db, business.contractIds[0], "V-2"),
  );
  const { exceptions, counts } = await stateOf(business, await previewed(business));
  assert.deepEqual(exceptions.map(({ contract, exception }) => [contract, exception]), [[
    "K-000",
    "deviation",
  ]]);
  assert.match(exceptions[0].message, /over 25% more/);
  assert.equal(counts.lastTotal, 2n * 49440n);
});

Deno.test("periods that begin on the 31st are billed in the month in which they end, each once", async () => {
  const business = await newBusiness(1, { anchorDay: 31 });
  clock.moveTo("2024-03-02T09:00:00Z");
  await issued(business, await previewed(business, "2024-02"));
  clock.moveTo("2024-04-02T09:00:00Z");
  await issued(business, await previewed(business));
  const periods = await withTenant(
    database,
    business.tenantId,
    async (db) =>
      (await db.sql<{ text: string }[]>`
      select period_start || ' ' || period_end as text from invoice order by period_start`).map(({ text }) =>
        text
      ),
  );
  assert.deepEqual(periods, ["2024-01-31 2024-02-29", "2024-02-29 2024-03-31"]);
  assert.match(await refused("InvalidInput", prepare(business)), /is not billed yet/);
});

Deno.test("a month that is not over, an open run, and nothing to bill are refused in a sentence", async () => {
  const business = await newBusiness(1);
  assert.match(await refused("InvalidInput", prepare(business, "2024-04")), /April 2024 is not over/);
  assert.match(await refused("InvalidInput", prepare(business, "04/2024")), /year and month/);
  const runId = await previewed(business);
  assert.match(await refused("AlreadyExists", prepare(business)), /Finish or cancel that one first/);
  const { tenantId } = business;
  await execute(environment, cancelRun, { tenantId, actor: preparer }, { runId });
  const second = await previewed(business);
  const { contractIds } = business;
  const period = { contractId: contractIds[0], periodStart: "2024-03-01", periodEnd: "2024-04-01" };
  await execute(environment, issueInvoice, { tenantId, actor: testActor() }, period);
  await issued(business, second);
  const { counts, exceptions } = await stateOf(business, second);
  assert.deepEqual([counts.issued, counts.parked], [0, 1]);
  assert.match(exceptions[0].message, /is billed by invoice CFS-2024-0001/);
  assert.match(await refused("InvalidInput", prepare(business)), /No contract of .* is not billed yet/);
});

Deno.test("who prepared a run does not approve it, and only what was seen is approved, once", async () => {
  const business = await newBusiness(1);
  const { tenantId } = business;
  const runId = await previewed(business);
  assert.match(
    await refused("NotPermitted", approve(business, runId, preparer)),
    /another person approves it/,
  );
  const other = { runId, resultHash: "00" };
  assert.match(
    await refused("Conflict", execute(environment, approveRun, { tenantId, actor: approver }, other)),
    /not the one that you looked at/,
  );
  await issued(business, runId);
  assert.match(await refused("IllegalTransition", approve(business, runId)), /run that is done cannot be/);
  assert.match(
    await refused(
      "IllegalTransition",
      execute(environment, cancelRun, { tenantId, actor: preparer }, { runId }),
    ),
    /done/,
  );
});

Deno.test("a policy lets the preparer approve, and takes it back", async () => {
  const business = await newBusiness(1);
  const { tenantId } = business;
  const decide = (allowsOwnApproval: boolean) =>
    execute(environment, setRunPolicy, { tenantId, actor: preparer }, { allowsOwnApproval });
  const runId = await previewed(business);
  await decide(true);
  assert.equal((await stateOf(business, runId)).allowsOwnApproval, true);
  await decide(false);
  await refused("NotPermitted", approve(business, runId, preparer));
  await decide(true);
  await approve(business, runId, preparer);
  await until(async () => (await stateOf(business, runId)).run.state === "done");
});

Deno.test("a returned run keeps its reason and makes room for the next one", async () => {
  const business = await newBusiness(1);
  const { tenantId } = business;
  const runId = await previewed(business);
  const back = (reason: string) =>
    execute(environment, returnRun, { tenantId, actor: approver }, { runId, reason });
  assert.match(await refused("InvalidInput", back(" ")), /Say what has to be corrected/);
  await back("Fuel is there twice.");
  assert.equal((await stateOf(business, runId)).run.note, "Fuel is there twice.");
  await previewed(business);
});

Deno.test("two people who begin the same run at once begin one", async () => {
  const business = await newBusiness(2);
  const outcomes = await Promise.allSettled([prepare(business), prepare(business), prepare(business)]);
  assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
});
