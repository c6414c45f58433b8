/** SIGKILL of the workers that send the invoices of a run: each is sent at most once, none is forgotten, and what is unsure says so. */
import assert from "node:assert/strict";
import { withSystem } from "../../db/system.ts";
import { withTenant } from "../../db/tenant.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { execute } from "../../lib/core/command.ts";
import { approveRun, prepareRun } from "../../lib/invoicing/run/commands.ts";
import { findRun } from "../../lib/invoicing/run/views.ts";
import { sendInvoice } from "../../lib/notifications/commands.ts";
import { sendRun } from "../../lib/notifications/run_delivery.ts";
import { countRunDelivery } from "../../lib/notifications/views.ts";
import { driveRun } from "../../tools/run_month.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestVehicle,
  lease,
} from "../support/billing.ts";
import { testActor, until } from "../support/command.ts";
import { startCommandProcess } from "../support/command_process.ts";
import { testDatabase } from "../support/database.ts";
import { pause, seededRandom } from "../support/random.ts";
import { environmentOf } from "../support/environment.ts";

const { database, appUrl, systemUrl, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = environmentOf(database, new FixedClock("2024-04-02T09:00:00Z"));

const long = Deno.env.get("MILEPOST_TEST_FAULTS") === "long";
const kills = long ? 30 : 4;
const contractCount = long ? 600 : 80;
const asked = { actor: testActor() };

/** A run of the month that is done, of which nothing is sent yet. */
async function doneRun(): Promise<{ tenantId: string; runId: string }> {
  const business = await insertTestBusiness(database);
  const { tenantId, entityId } = business;
  await withTenant(database, tenantId, async (db) => {
    const plan = await insertTestPlan(db, [lease]);
    for (let index = 0; index < contractCount; index++) {
      const reference = `K-${String(index).padStart(4, "0")}`;
      const email = `k-${index}@example.test`;
      const { contractId } = await insertTestContract(db, business, plan, { reference, email });
      await insertTestVehicle(db, contractId, `V-${reference}`);
    }
    await db.sql`insert into invoice_run_policy (tenant_id, allows_own_approval, set_by, set_at)
      values (${tenantId}, true, 'cli:tester', now())`;
  });
  const input = { billingEntityId: entityId, month: "2024-03", sendsInvoices: false };
  const { runId } = await execute(environment, prepareRun, { ...asked, tenantId }, input);
  const { run: { resultHash } } = await driveRun(environment, tenantId, runId);
  const approval = { runId, resultHash: resultHash!.toHex() };
  await execute(environment, approveRun, { ...asked, tenantId }, approval);
  const { run } = await driveRun(environment, tenantId, runId);
  assert.equal(run.state, "done");
  return { tenantId, runId };
}

/** A worker would wait for the leases of one that was killed; the test lets them run out at once. */
async function endLeases(): Promise<void> {
  await withSystem(
    database,
    (db) => db.sql`update job set lease_until = clock_timestamp() where state = 'leased'`,
  );
}

/** Attempts at the jobs of the delivery so far. */
async function attempts(): Promise<number> {
  return await withSystem(database, async (db) => {
    const [{ count }] = await db.sql<{ count: number }[]>`
      select coalesce(sum(attempt), 0)::int as count from job
      where kind in ('invoice_run.deliver', 'message.deliver')`;
    return count;
  });
}

Deno.test(`${kills} kills of the workers that send a run: no invoice twice, and none forgotten`, async () => {
  const { tenantId, runId } = await doneRun();
  const mailFile = await Deno.makeTempFile();
  const read = () => withTenant(database, tenantId, (db) => countRunDelivery(db, runId), { readOnly: true });
  const startWorker = () => startCommandProcess({ appUrl, systemUrl, productWorker: true, mailFile });
  // one that a person sent before its turn
  const [{ id: byPerson }] = await withTenant(
    database,
    tenantId,
    (db) => db.sql<{ id: string }[]>`select id from invoice order by number desc limit 1`,
  );
  await execute(environment, sendInvoice, { ...asked, tenantId }, { invoiceId: byPerson });
  await execute(environment, sendRun, { ...asked, tenantId }, { runId });
  const random = seededRandom("killed deliveries");
  let fell = 0;
  const isOver = async () => (await read()).waiting === 0;
  for (let kill = 0; kill < kills && !await isOver(); kill++) {
    const worker = startWorker();
    // in turn: while the messages are written, and while the mail server has one that nobody has reported yet
    if (kill % 2 === 0) {
      const before = await attempts();
      await until(async () => await isOver() || await attempts() > before);
      await pause(random.between(0, 150));
    } else {
      const { size } = await Deno.stat(mailFile);
      await until(async () => (await Deno.stat(mailFile)).size > size || await isOver());
    }
    await worker.end();
    if (!await isOver()) fell++;
    await endLeases();
  }
  const worker = startWorker();
  await until(isOver);
  await worker.end();
  const { sent, uncertain, ...others } = await read();
  console.info(`${fell} kills fell into the delivery: ${sent} sent, ${uncertain} perhaps`);
  assert.ok(fell >= 2, `only ${fell} kills fell into the delivery`);
  assert.ok(uncertain > 0, "no kill fell between the hand-over of a message and its report");
  assert.equal(sent + uncertain, contractCount);
  assert.deepEqual(Object.values(others).filter((count) => count > 0), []);
  const messages = await withTenant(
    database,
    tenantId,
    (db) =>
      db.sql<{ id: string; invoiceId: string; state: string }[]>`
      select id, invoice_id as "invoiceId", state from message`,
  );
  assert.equal(messages.length, contractCount);
  assert.equal(new Set(messages.map(({ invoiceId }) => invoiceId)).size, contractCount);
  const handedOver = (await Deno.readTextFile(mailFile)).trim().split("\n");
  assert.equal(new Set(handedOver).size, handedOver.length, "a message was handed over twice");
  const gone = new Set(handedOver);
  for (const { id, state } of messages) if (state === "sent") assert.ok(gone.has(id), `${id} never left`);
  const { run } = await withTenant(database, tenantId, (db) => findRun(db, runId), { readOnly: true });
  assert.equal(run.state, "done");
  await Deno.remove(mailFile);
});

Deno.test("two workers and a person at once: each invoice is written once", async () => {
  const { tenantId, runId } = await doneRun();
  const mailFile = await Deno.makeTempFile();
  const invoices = await withTenant(
    database,
    tenantId,
    (db) => db.sql<{ id: string }[]>`select id from invoice order by number`,
  );
  await execute(environment, sendRun, { ...asked, tenantId }, { runId });
  const workers = [1, 2].map(() => startCommandProcess({ appUrl, systemUrl, productWorker: true, mailFile }));
  // from the last to the first, each as someone who has not seen that the run sends it
  for (const { id: invoiceId } of [...invoices].reverse().slice(0, 30)) {
    await execute(environment, sendInvoice, { ...asked, tenantId }, { invoiceId, lastSeen: "" })
      .catch((error) => assert.match(error.message, /on its way already|sent meanwhile/));
  }
  const read = () => withTenant(database, tenantId, (db) => countRunDelivery(db, runId), { readOnly: true });
  await until(async () => (await read()).sent === contractCount);
  for (const worker of workers) await worker.end();
  const handedOver = (await Deno.readTextFile(mailFile)).trim().split("\n");
  assert.equal(handedOver.length, contractCount);
  assert.equal(new Set(handedOver).size, contractCount);
  await Deno.remove(mailFile);
});
