/** An invoice that is sent arrives once: through the worker, a real mail server, retries, and attempts that broke off. */
import assert from "node:assert/strict";
import { withSystem } from "../../db/system.ts";
import { withTenant } from "../../db/tenant.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { execute } from "../../lib/core/command.ts";
import { isMilepostError } from "../../lib/core/errors.ts";
import { messagePort } from "../../lib/integrations/registry.ts";
import { beginDelivery, sendInvoice } from "../../lib/notifications/commands.ts";
import { messagesOfInvoice, type SentMessage } from "../../lib/notifications/views.ts";
import { insertTestBusiness } from "../../tests/support/billing.ts";
import { testActor, testEnvironment, until } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { issueTestInvoices } from "../../tests/support/issued_invoices.ts";
import { startSmtpServer } from "../../tests/support/smtp_server.ts";
import { startWorker } from "../worker.ts";
import { deliverMessage } from "./deliver_message.ts";

const { database, drop } = await testDatabase();
const mail = startSmtpServer();
Deno.test.afterAll(async () => {
  await mail.stop();
  await drop();
});
const environment = { ...testEnvironment(database), clock: new FixedClock("2024-06-03T09:00:00Z") };
const business = await insertTestBusiness(database);
const { tenantId } = business;
const execution = { tenantId, actor: testActor() };
const smtp = messagePort({ smtpUrl: mail.url, mailFrom: "billing@calder.example" });
let customers = 0;

async function newInvoice(email = "accounts@brightwater.example"): Promise<string> {
  const reference = `M-${++customers}`;
  const { invoices: [{ id }] } = await issueTestInvoices(environment, business, {
    reference,
    months: 1,
    email,
  });
  return id;
}

const send = (invoiceId: string) => execute(environment, sendInvoice, execution, { invoiceId });

async function messageOf(invoiceId: string): Promise<SentMessage> {
  return (await withTenant(database, tenantId, (db) => messagesOfInvoice(db, invoiceId)))[0];
}

/** Runs a worker until the newest message of the invoice is in one of these states. */
async function deliver(
  invoiceId: string,
  port = smtp,
  ...states: SentMessage["state"][]
): Promise<SentMessage> {
  const handlers = [{ ...deliverMessage(port), backOff: { firstMs: 1, longestMs: 5 } }];
  const worker = startWorker({ environment, handlers, sweepEveryMs: 20, report: () => {} });
  try {
    await until(async () => states.includes((await messageOf(invoiceId)).state));
    return await messageOf(invoiceId);
  } finally {
    await worker.stop();
  }
}

async function jobStateOf(messageId: string): Promise<string> {
  return await withSystem(database, async (db) => {
    const { state } = await db.query.selectFrom("job").select("state")
      .where("tenant_id", "=", tenantId).where("unique_key", "=", messageId).executeTakeFirstOrThrow();
    return state;
  });
}

Deno.test("a sent invoice reaches the customer's address, once, and the job is done", async () => {
  mail.misbehaviour = undefined;
  const invoiceId = await newInvoice("  pay@one.example ");
  const { messageId, written } = await send(invoiceId);
  assert.equal(written?.recipient, "pay@one.example");
  const message = await deliver(invoiceId, smtp, "sent");
  assert.equal(message.attempts, 1);
  const mine = mail.accepted.filter(({ source }) => source.includes(`<${messageId}@calder.example>`));
  assert.deepEqual(mine.map(({ to }) => to), [["pay@one.example"]]);
  assert.equal(await jobStateOf(messageId), "done");
});

Deno.test("a server that is busy at first gets the message in the end, once", async () => {
  mail.misbehaviour = { at: "data", reply: "421 too much to do" };
  const invoiceId = await newInvoice();
  const { messageId } = await send(invoiceId);
  setTimeout(() => mail.misbehaviour = undefined, 60);
  const message = await deliver(invoiceId, smtp, "sent");
  assert.ok(message.attempts >= 1);
  assert.equal(mail.accepted.filter(({ source }) => source.includes(messageId)).length, 1);
});

Deno.test("a server that stays busy ends in a message that is not sent, and says why", async () => {
  mail.misbehaviour = { at: "recipient", reply: "450 mailbox busy" };
  const invoiceId = await newInvoice();
  const { messageId } = await send(invoiceId);
  const message = await deliver(invoiceId, smtp, "failed");
  assert.equal(message.attempts, 14);
  assert.match(message.failure!, /did not take it: .*450 mailbox busy/);
  assert.equal(await jobStateOf(messageId), "done");
});

Deno.test("a server that refuses for good is asked once", async () => {
  mail.misbehaviour = { at: "recipient", reply: "550 no such user" };
  const invoiceId = await newInvoice();
  await send(invoiceId);
  const message = await deliver(invoiceId, smtp, "failed");
  assert.equal(message.attempts, 1);
  assert.match(message.failure!, /refused it: .*550 no such user/);
});

Deno.test("a server that falls silent after taking the message does not get it a second time", async () => {
  mail.misbehaviour = { at: "silence" };
  const invoiceId = await newInvoice();
  const { messageId } = await send(invoiceId);
  await deliver(invoiceId, smtp, "uncertain");
  mail.misbehaviour = undefined;
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(mail.arrived.filter(({ source }) => source.includes(messageId)).length, 1);
});

Deno.test("an attempt that broke off in the middle is not repeated", async () => {
  mail.misbehaviour = undefined;
  const invoiceId = await newInvoice();
  const { messageId } = await send(invoiceId);
  // what a worker that was killed after this leaves behind
  await execute(environment, beginDelivery, execution, { messageId });
  const message = await deliver(invoiceId, smtp, "uncertain", "sent");
  assert.equal(message.state, "uncertain");
  assert.match(message.failure!, /broke off half way/);
  assert.equal(mail.arrived.filter(({ source }) => source.includes(messageId)).length, 0);
});

Deno.test("without a mail server the message is kept in the outbox", async () => {
  const invoiceId = await newInvoice();
  await send(invoiceId);
  const message = await deliver(invoiceId, messagePort({}), "kept");
  assert.equal(message.failure, null);
});

Deno.test("an invoice is on its way once at a time, and may be sent again after that", async () => {
  const invoiceId = await newInvoice();
  const both = await Promise.allSettled([send(invoiceId), send(invoiceId)]);
  const refused = both.filter((each) => each.status === "rejected").map(({ reason }) => reason);
  assert.equal(refused.length, 1);
  assert.ok(isMilepostError(refused[0], "Conflict"), String(refused[0]));
  await assert.rejects(send(invoiceId), (error) => isMilepostError(error, "Conflict"));
  await deliver(invoiceId, messagePort({}), "kept");
  await send(invoiceId);
});

Deno.test("a delivery whose job died does not block the next one", async () => {
  const invoiceId = await newInvoice();
  const { messageId } = await send(invoiceId);
  await execute(environment, beginDelivery, execution, { messageId });
  await withSystem(
    database,
    (db) =>
      db.query.updateTable("job").set({ state: "dead", finished_at: Temporal.Now.instant() })
        .where("tenant_id", "=", tenantId).where("unique_key", "=", messageId).execute(),
  );
  const again = await send(invoiceId);
  assert.notEqual(again.messageId, messageId);
  const messages = await withTenant(database, tenantId, (db) => messagesOfInvoice(db, invoiceId));
  assert.deepEqual(messages.map(({ state }) => state), ["queued", "uncertain"]);
});

Deno.test("without one plain address nothing is sent, and the sentence says what to do", async () => {
  const refusals: [string, RegExp][] = [
    ["", /^Customer of M-\d+ has no e-mail address\. Add one/],
    ["a@one.example,b@two.example", /not one plain address/],
    ["Someone <a@one.example>", /not one plain address/],
  ];
  for (const [email, words] of refusals) {
    const invoiceId = await newInvoice(email);
    await assert.rejects(
      send(invoiceId),
      (error) => isMilepostError(error, "InvalidInput") && words.test(error.message),
    );
    assert.equal(await messageOf(invoiceId), undefined);
  }
});
