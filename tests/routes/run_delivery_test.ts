/** The delivery of a run in its pages: who gets what, told before it is approved, sent once, and sent again where it failed. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { withTenant } from "../../db/tenant.ts";
import { deliverMessage } from "../../jobs/handlers/deliver_message.ts";
import { invoiceRun } from "../../jobs/handlers/invoice_run.ts";
import { startWorker } from "../../jobs/worker.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { execute } from "../../lib/core/command.ts";
import { type MessagePort, TransportError } from "../../lib/integrations/port.ts";
import { closeRun } from "../../lib/invoicing/run/commands.ts";
import { runJobKinds } from "../../lib/invoicing/run/states.ts";
import { findRunState } from "../../lib/invoicing/run/views.ts";
import { sendInvoice } from "../../lib/notifications/commands.ts";
import { deliverRunChunk } from "../../lib/notifications/run_delivery.ts";
import { findMessage, listOutbox } from "../../lib/notifications/views.ts";
import { driveRun } from "../../tools/run_month.ts";
import { testApp, type Visitor } from "../support/app.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestVehicle,
  lease,
} from "../support/billing.ts";
import { testActor, until } from "../support/command.ts";
import {
  approveMonth,
  billMonths,
  newCorrectedBusiness,
  previewMonth,
  voidEvent,
} from "../support/corrected_business.ts";
import { fieldsOf, readPage, sendForm, sendRefusedForm, wordsOf } from "../support/pages.ts";

const app = await testApp({ clock: new FixedClock("2024-04-02T09:00:00Z") });
Deno.test.afterAll(() => app.stop());
const { environment } = app;

interface TestCustomer {
  email?: string;
  invoiceDelivery?: "email" | "by_hand";
}

const atHome = (name: string): TestCustomer => ({ email: `${name}@example.test` });

async function newBusiness(customers: TestCustomer[]) {
  const business = await insertTestBusiness(environment.database);
  const { tenantId, entityId } = business;
  const customerIds = await withTenant(environment.database, tenantId, async (db) => {
    const plan = await insertTestPlan(db, [lease]);
    const ids: string[] = [];
    for (const [index, customer] of customers.entries()) {
      const reference = `K-${index}`;
      const made = await insertTestContract(db, business, plan, { reference, ...customer });
      await insertTestVehicle(db, made.contractId, `V-${reference}`);
      ids.push(made.customerId);
    }
    return ids;
  });
  const [biller, approver] = [
    await app.visitor(tenantId, "biller"),
    await app.visitor(tenantId, "approver"),
  ];
  return { tenantId, entityId, customerIds, biller, approver };
}

type Business = Awaited<ReturnType<typeof newBusiness>>;

/** Prepares a run by its form and prices it; gives its path. */
async function previewed({ tenantId, entityId, biller }: Business, sending = "yes"): Promise<string> {
  const fields = { billingEntityId: entityId, month: "2024-03", sending, key: crypto.randomUUID() };
  const path = await sendForm(app, "/runs/new", fields, biller);
  await driveRun(environment, tenantId, idOf(path));
  return path;
}

const idOf = (path: string) => path.split("/").at(-1)!;

async function approve(path: string, approver: Visitor): Promise<void> {
  const fields = fieldsOf(await readPage(app, path, approver), `${path}/approve`);
  await sendForm(app, `${path}/approve`, fields, approver);
}

/** Refuses what goes to these addresses, once and for all, and remembers what it was given. */
function refusing(addresses: string[]): MessagePort & { given: string[] } {
  const given: string[] = [];
  return {
    id: "refusing",
    given,
    deliver({ recipient }) {
      given.push(recipient);
      return Promise.resolve(
        addresses.includes(recipient)
          ? { outcome: "failed", failure: "The mail server refused it: 550 no such user" }
          : { outcome: "sent", providerId: "1" },
      );
    },
  };
}

async function messagesOf(tenantId: string) {
  return await withTenant(environment.database, tenantId, async (db) => {
    const { messages } = await listOutbox(db);
    const whole = await Promise.all(messages.map(({ id }) => findMessage(db, id)));
    return whole.map(({ recipient, state, attachments }) => ({
      recipient,
      state,
      attached: attachments.length,
    }))
      .sort((a, b) => a.recipient < b.recipient ? -1 : 1);
  });
}

const words = async (path: string, visitor: Visitor) => wordsOf(await readPage(app, path, visitor));

Deno.test("the preview says who will get what, the run sends it once, and each standing has its list", async () => {
  const business = await newBusiness([
    atHome("one"),
    atHome("two"),
    { email: "three@example.test", invoiceDelivery: "by_hand" },
    {},
    { email: "four@example.test, five@example.test" },
  ]);
  const { tenantId, biller, approver } = business;
  const path = await previewed(business);
  const preview = await words(path, approver);
  assert.match(preview, /When the run is done, 2 invoices go out by e-mail\./);
  assert.match(
    preview,
    /No e-mail address 2 invoices: No e-mail address By e-mail 2 invoices: By e-mail By hand 1 /,
  );
  const homeless = await words(`${path}/delivery?show=no_address`, approver);
  assert.match(homeless, /K-3 Customer of K-3 of K-3 none/);
  assert.match(homeless, /K-4 .*four@example\.test, five@example\.test/);
  assert.deepEqual(await messagesOf(tenantId), []);
  await approve(path, approver);
  const port = refusing([]);
  await driveRun(environment, tenantId, idOf(path), port);
  assert.deepEqual(port.given.sort(), ["one@example.test", "two@example.test"]);
  const done = await words(path, biller);
  assert.match(done, /2 invoices sent\. What is left needs a person\./);
  assert.match(done, /No e-mail address 2 invoices.* Sent 2 invoices.* By hand 1 invoices/);
  assert.deepEqual(await messagesOf(tenantId), [
    { recipient: "one@example.test", state: "sent", attached: 1 },
    { recipient: "two@example.test", state: "sent", attached: 1 },
  ]);
  const sent = await words(`${path}/delivery?show=sent`, biller);
  assert.match(sent, /CFS-2024-0001 .*one@example\.test/);
  assert.match(await words(`${path}/delivery?show=by_hand`, biller), /Look and send CFS-2024-0003/);
  assert.match(await words(`${path}/delivery?show=nonsense&after=x`, biller), /No invoice stands like this/);
});

Deno.test("a chunk that runs again writes nothing, and only with the right to send", async () => {
  const business = await newBusiness([atHome("again")]);
  const { tenantId, approver } = business;
  const path = await previewed(business);
  await approve(path, approver);
  await driveRun(environment, tenantId, idOf(path));
  const chunk = { runId: idOf(path), from: 0, to: 20, files: new Map() };
  const asked = { tenantId, actor: testActor() };
  assert.deepEqual(await execute(environment, deliverRunChunk, asked, chunk), { queued: 0, others: 0 });
  const reader = { tenantId, actor: testActor(new Set(["read"])) };
  await assert.rejects(
    execute(environment, deliverRunChunk, reader, chunk),
    /You cannot send invoices to customers/,
  );
  assert.equal((await messagesOf(tenantId)).length, 1);
});

Deno.test("what a person sent before its turn is not sent again", async () => {
  const business = await newBusiness([atHome("early"), atHome("late")]);
  const { tenantId, approver, biller } = business;
  const path = await previewed(business, "no");
  await approve(path, approver);
  await driveRun(environment, tenantId, idOf(path));
  assert.deepEqual(await messagesOf(tenantId), []);
  const held = await words(path, biller);
  assert.match(held, /Nothing was sent by itself/);
  assert.match(held, /Not sent yet 2/);
  assert.doesNotMatch(held, /Check, done Send/);
  const [{ id: invoiceId }] = await withTenant(
    environment.database,
    tenantId,
    (db) => db.sql<{ id: string }[]>`select id from invoice order by number limit 1`,
  );
  await execute(environment, sendInvoice, { tenantId, actor: testActor() }, { invoiceId });
  const fields = fieldsOf(await readPage(app, path, biller), `${path}/send`);
  assert.equal(await sendForm(app, `${path}/send`, fields, biller), path);
  assert.equal(await sendForm(app, `${path}/send`, fields, biller), path);
  const port = refusing([]);
  await driveRun(environment, tenantId, idOf(path), port);
  assert.deepEqual(port.given.sort(), ["early@example.test", "late@example.test"]);
  assert.match(await words(path, biller), /Everything that goes by e-mail is sent/);
  const third = await sendRefusedForm(app, `${path}/send`, { key: crypto.randomUUID() }, biller, 409);
  assert.match(wordsOf(third), /No invoice of this run waits to be sent/);
});

Deno.test("a page that offers to send an invoice is refused when the run sent it meanwhile", async () => {
  const business = await newBusiness([atHome("stale")]);
  const { tenantId, approver, biller } = business;
  const path = await previewed(business, "no");
  await approve(path, approver);
  await driveRun(environment, tenantId, idOf(path));
  const invoice = /href="(\/invoices\/[0-9a-f-]{36})"/.exec(await readPage(app, path, biller))![1];
  const stale = fieldsOf(await readPage(app, `${invoice}/send`, biller), `${invoice}/send`);
  await sendForm(app, `${path}/send`, fieldsOf(await readPage(app, path, biller), `${path}/send`), biller);
  await driveRun(environment, tenantId, idOf(path));
  const refused = await sendRefusedForm(app, `${invoice}/send`, stale, biller, 409);
  assert.match(wordsOf(refused), /was sent meanwhile/);
  const now = fieldsOf(refused, `${invoice}/send`);
  assert.equal(await sendForm(app, `${invoice}/send`, now, biller), `${invoice}?done=sent`);
});

Deno.test("what failed is told with its reason and goes out by a second press, with addresses that came since", async () => {
  const business = await newBusiness([atHome("good"), atHome("bad"), {}]);
  const { tenantId, customerIds, approver, biller } = business;
  const path = await previewed(business);
  await approve(path, approver);
  await driveRun(environment, tenantId, idOf(path), refusing(["bad@example.test"]));
  const done = await words(path, biller);
  assert.match(done, /Failed 1 invoices.* No e-mail address 1 invoices.* Sent 1 invoices/);
  assert.match(done, /Send 1 invoice again/);
  const failed = await words(`${path}/delivery?show=failed`, biller);
  assert.match(failed, /bad@example\.test The mail server refused it: 550 no such user/);
  const viewer = await app.visitor(tenantId, "viewer");
  assert.doesNotMatch(await readPage(app, `${path}/delivery?show=failed`, viewer), /<form[^>]*\/send"/);
  assert.equal((await app.post(`${path}/send`, {}, viewer)).status, 403);
  await withTenant(environment.database, tenantId, async (db) => {
    await db.sql`update customer set email = 'better@example.test' where id = ${customerIds[1]}`;
    await db.sql`update customer set email = 'new@example.test' where id = ${customerIds[2]}`;
  });
  const before = await readPage(app, `${path}/delivery?show=failed`, biller);
  assert.match(wordsOf(before), /Send 2 invoices now/);
  await sendForm(app, `${path}/send`, fieldsOf(before, `${path}/send`), biller);
  const port = refusing([]);
  await driveRun(environment, tenantId, idOf(path), port);
  assert.deepEqual(port.given.sort(), ["better@example.test", "new@example.test"]);
  assert.match(await words(path, biller), /Everything that goes by e-mail is sent/);
});

Deno.test("while the mail server is away the run is done, counts what waits, and goes on by itself", async () => {
  const business = await newBusiness([atHome("away"), atHome("far")]);
  const { tenantId, approver, biller } = business;
  const path = await previewed(business);
  await approve(path, approver);
  const away: MessagePort = {
    id: "away",
    deliver: () => Promise.reject(new TransportError("The mail server did not answer.")),
  };
  const { run } = await driveRun(environment, tenantId, idOf(path), away);
  assert.equal(run.state, "done");
  const waiting = await readPage(app, path, biller);
  assert.match(wordsOf(waiting), /0 of 2 invoices sent\. The rest follows by itself\. You can leave/);
  assert.match(waiting, /<progress[^>]* value="0" max="2"/);
  const handlers = [{ ...deliverMessage(refusing([])), backOff: { firstMs: 1, longestMs: 5 } }];
  await withTenant(
    environment.database,
    tenantId,
    (db) => db.sql`update job set run_after = clock_timestamp() where kind = 'message.deliver'`,
  );
  const worker = startWorker({ environment, handlers, sweepEveryMs: 20, report: () => {} });
  try {
    await until(async () => /Everything that goes by e-mail is sent/.test(await words(path, biller)));
  } finally {
    await worker.stop();
  }
});

Deno.test("a blocked run sends nothing, and sends once its second check passes", async () => {
  const business = await newBusiness([atHome("blocked")]);
  const { tenantId, approver, biller } = business;
  const path = await previewed(business, "no");
  await approve(path, approver);
  await driveRun(environment, tenantId, idOf(path));
  await withTenant(
    environment.database,
    tenantId,
    (db) => db.sql`update invoice_run set state = 'blocked', sends_invoices = true`,
  );
  assert.doesNotMatch(await readPage(app, path, biller), /Send 1 invoice/);
  const early = await sendRefusedForm(app, `${path}/send`, {}, biller, 409);
  assert.match(wordsOf(early), /are sent once it is done/);
  await driveRun(environment, tenantId, idOf(path));
  assert.deepEqual(await messagesOf(tenantId), []);
  await sendForm(app, `${path}/retry`, {}, biller);
  await driveRun(environment, tenantId, idOf(path));
  assert.match(await words(path, biller), /Everything that goes by e-mail is sent/);
  assert.equal((await messagesOf(tenantId)).length, 1);
});

Deno.test("an invoice that comes to something else the second time blocks its run, and nothing leaves until it is mended", async () => {
  const business = await newBusiness([atHome("right"), atHome("wrong")]);
  const { tenantId, approver, biller } = business;
  const path = await previewed(business);
  await approve(path, approver);
  const stateOf = () => withTenant(environment.database, tenantId, (db) => findRunState(db, idOf(path)));
  // all of it but the check
  const unchecked = invoiceRun.filter(({ kind }) => kind !== runJobKinds.reconcile);
  const worker = startWorker({ environment, handlers: unchecked, sweepEveryMs: 20, report: () => {} });
  try {
    await until(async () => await stateOf() === "reconciling");
  } finally {
    await worker.stop();
  }
  const owner = postgres(app.database.adminUrl, { max: 1, fetch_types: false, onnotice: () => {} });
  const change = async (cents: number) =>
    await owner`
      update invoice_line set amount = amount + ${cents} where tenant_id = ${tenantId} and invoice_id =
        (select id from invoice where tenant_id = ${tenantId} order by number desc limit 1)`;
  try {
    await change(1);
    const port = refusing([]);
    await driveRun(environment, tenantId, idOf(path), port);
    assert.equal(await stateOf(), "blocked");
    assert.deepEqual([port.given, await messagesOf(tenantId)], [[], []]);
    const early = await sendRefusedForm(app, `${path}/send`, {}, biller, 409);
    assert.match(wordsOf(early), /are sent once it is done/);
    await change(-1);
    await sendForm(app, `${path}/retry`, {}, biller);
    await driveRun(environment, tenantId, idOf(path), port);
    assert.equal(await stateOf(), "done");
    assert.deepEqual(port.given.sort(), ["right@example.test", "wrong@example.test"]);
  } finally {
    await owner.end();
  }
});

Deno.test("an item that brings a credit note alone holds up no invoice beside it", async () => {
  const business = await newCorrectedBusiness(environment, undefined, { endDate: "2024-02-01" });
  const { tenantId } = business;
  const port = refusing([]);
  const carried = [...invoiceRun, deliverMessage(port)];
  const worker = startWorker({ environment, handlers: carried, sweepEveryMs: 20, report: () => {} });
  try {
    await billMonths(business, "2024-01");
    await voidEvent(business, "trip-01");
    await withTenant(environment.database, tenantId, async (db) => {
      const plan = await insertTestPlan(db, [lease]);
      const options = { reference: "K-2", startDate: "2024-02-01", email: "beside@example.test" };
      const { contractId } = await insertTestContract(db, business, plan, options);
      await insertTestVehicle(db, contractId, "V-2");
    });
    const runId = await previewMonth(business, "2024-02");
    const biller = await app.visitor(tenantId, "biller");
    const before = await words(`/runs/${runId}/delivery`, biller);
    assert.match(before, /1 invoice goes out by e-mail.* By e-mail 1 .*1 of 1 invoice/);
    assert.doesNotMatch(before, /No e-mail address/);
    await approveMonth(business, runId);
    await until(() => port.given.length > 0);
    await until(async () =>
      /Everything that goes by e-mail is sent/.test(await words(`/runs/${runId}`, biller))
    );
    assert.deepEqual(port.given, ["beside@example.test"]);
  } finally {
    await worker.stop();
  }
});

Deno.test("a difference in the check starts no delivery", async () => {
  const business = await newBusiness([atHome("differs")]);
  const { tenantId, approver } = business;
  const path = await previewed(business);
  await approve(path, approver);
  const asked = { tenantId, actor: testActor() };
  await withTenant(
    environment.database,
    tenantId,
    (db) => db.sql`update invoice_run set state = 'reconciling'`,
  );
  await execute(environment, closeRun, asked, { runId: idOf(path), differences: 1 });
  const jobs = await withTenant(
    environment.database,
    tenantId,
    (db) => db.sql`select 1 from job where kind = 'invoice_run.deliver'`,
  );
  assert.equal(jobs.length, 0);
});
