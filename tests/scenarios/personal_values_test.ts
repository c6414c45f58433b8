/** Guards personal values at rest: a copy of the tables does not tell them, they are bound to row and tenant, outlive a change of keys, and are lost with them. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type Database, openDatabase } from "../../db/database.ts";
import { withSystem } from "../../db/system.ts";
import { withTenant } from "../../db/tenant.ts";
import { handlers } from "../../jobs/handlers/list.ts";
import { schedules, tick } from "../../jobs/schedule.ts";
import { readCustomerData } from "../../db/queries/customer_data.ts";
import { findMessage, listMessagesOfInvoice } from "../../db/queries/message.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { execute } from "../../lib/core/command.ts";
import { issueCreditNote } from "../../lib/invoicing/credit/commands.ts";
import { findCreditNote } from "../../lib/invoicing/credit/views.ts";
import { issueInvoice } from "../../lib/invoicing/commands.ts";
import { findInvoice } from "../../lib/invoicing/views.ts";
import { sendInvoice } from "../../lib/notifications/commands.ts";
import { insertTestBusiness } from "../support/billing.ts";
import { issueTestInvoices } from "../support/issued_invoices.ts";
import { isMilepostError } from "../../lib/core/errors.ts";
import { keyRing, type RingKeys } from "../../lib/core/key_ring.ts";
import { envelopeSecrets, type Secrets } from "../../lib/core/secrets.ts";
import { createCustomer, updateCustomer } from "../../lib/customers/commands.ts";
import { findCustomer, listCustomersAfter } from "../../lib/customers/views.ts";
import { rewrapAll } from "../../lib/ops/rewrap.ts";
import { insertTestTenant, testActor, testEnvironment } from "../support/command.ts";
import { testDatabase } from "../support/database.ts";
import { scanTables, tablesHolding } from "../support/table_scan.ts";

const { database, drop, ...urls } = await testDatabase();
Deno.test.afterAll(drop);
const environment = testEnvironment(database);
const actor = testActor();

const contact = { email: "quast@quast.example", addressLines: ["Krähenweg 7", "20457 Hamburg"] };
const marks = [contact.email, ...contact.addressLines];
const holding = async () => tablesHolding(await scanTables(urls.adminUrl), marks);
const isUnreadable = (error: unknown) => isMilepostError(error, "SecretUnreadable");

const create = (on: Database, tenantId: string, reference: string) =>
  execute({ ...environment, database: on }, createCustomer, { tenantId, actor }, {
    reference,
    name: "Quast",
    ...contact,
  });
const read = (on: Database, tenantId: string, id: string) =>
  withTenant(on, tenantId, (db) => findCustomer(db, id), { readOnly: true });
const contactOf = async (on: Database, tenantId: string, id: string) => {
  const { email, addressLines } = await read(on, tenantId, id);
  return { email, addressLines };
};

/** The same database, as a process with other secrets has it. */
async function withSecrets<T>(secrets: Secrets | undefined, work: (on: Database) => Promise<T>): Promise<T> {
  const on = await openDatabase({ ...urls, poolSize: 2, systemPoolSize: 1, secrets });
  try {
    return await work(on);
  } finally {
    await on.close();
  }
}

Deno.test("a copy of every table tells neither e-mail nor address of a customer", async () => {
  const tenantId = await insertTestTenant(database);
  const { customerId } = await create(database, tenantId, "C-1");
  assert.deepEqual(await contactOf(database, tenantId, customerId), contact);
  assert.deepEqual(await holding(), []);
});

/** An invoice that was sent with a file, and a credit note of it, by the commands that people use. */
async function papers(on: Database) {
  const business = await insertTestBusiness(on);
  const { tenantId } = business;
  const scene = { ...environment, database: on, clock: new FixedClock("2024-06-03T09:00:00Z") };
  const { customerId, contractId } = await issueTestInvoices(scene, business, {
    reference: "C-7",
    months: 0,
  });
  const execution = { tenantId, actor };
  const { rowVersion } = await read(on, tenantId, customerId);
  await execute(scene, updateCustomer, execution, {
    customerId,
    rowVersion,
    reference: "C-7",
    name: "Quast",
    country: "DE",
    ...contact,
  });
  const period = { contractId, periodStart: "2024-01-01", periodEnd: "2024-02-01" };
  const issued = await execute(scene, issueInvoice, { ...execution, key: "issue" }, period);
  assert.ok(issued.outcome === "issued");
  const { invoiceId } = issued;
  const attachment = {
    fileName: "invoice.html",
    mediaType: "text/html",
    content: `<p>${marks.join(" ")}</p>`,
  };
  const input = { invoiceId, attachment };
  const { messageId } = await execute(scene, sendInvoice, { ...execution, key: "send" }, input);
  assert.equal(
    (await execute(scene, sendInvoice, { ...execution, key: "send" }, input)).messageId,
    messageId,
  );
  const { creditNoteId } = await execute(scene, issueCreditNote, execution, {
    invoiceId,
    credit: { kind: "whole" },
    purpose: "concession",
    reason: "Gone",
  });
  return { tenantId, customerId, invoiceId, messageId, creditNoteId };
}

/** What pages show of it all, each with what names the customer. */
async function shownOf(on: Database, ids: Awaited<ReturnType<typeof papers>>) {
  return await withTenant(on, ids.tenantId, async (db) => {
    const message = await findMessage(db, ids.messageId);
    const [listed] = await listMessagesOfInvoice(db, ids.invoiceId, 5);
    const invoice = await findInvoice(db, ids.invoiceId);
    const note = await findCreditNote(db, ids.creditNoteId);
    const data = await readCustomerData(db, ids.customerId);
    return {
      file: message!.attachments[0].content,
      message: [message!.recipient, message!.subject, message!.text, message!.html],
      listed: [listed.recipient, listed.subject],
      invoice: invoice.buyer,
      note: note.buyer,
      data: ["customer", "message", "invoice_document", "credit_note_document"].map((table) =>
        JSON.parse(data!.get(table)![0])
      ),
    };
  });
}

Deno.test("messages, their files, invoices, credit notes and the trail of it tell no address either, and all of it is shown", async () => {
  const ids = await papers(database);
  assert.deepEqual(await holding(), []);
  const shown = await shownOf(database, ids);
  assert.ok(marks.every((mark) => shown.file.includes(mark)));
  assert.deepEqual([shown.message[0], shown.listed[0]], [contact.email, contact.email]);
  assert.match(shown.message[2], /to Quast/);
  for (const { name, email, addressLines, country } of [shown.invoice, shown.note]) {
    assert.deepEqual({ name, email, addressLines, country }, { name: "Quast", country: "DE", ...contact });
  }
  for (const row of shown.data) assert.ok(JSON.stringify(row).includes(contact.email), JSON.stringify(row));
});

Deno.test("a value that is moved to another row or another tenant does not open", async () => {
  const [tenantId, otherId] = [await insertTestTenant(database), await insertTestTenant(database)];
  const { customerId } = await create(database, tenantId, "C-1");
  const other = await create(database, tenantId, "C-2");
  const elsewhere = await create(database, otherId, "C-1");
  for (const target of [{ tenantId, ...other }, { tenantId: otherId, ...elsewhere }]) {
    await withSystem(database, (db) =>
      db.sql`
        update customer set contact_encrypted =
          (select contact_encrypted from customer where tenant_id = ${tenantId} and id = ${customerId})
        where tenant_id = ${target.tenantId} and id = ${target.customerId}`);
    await assert.rejects(read(database, target.tenantId, target.customerId), isUnreadable);
  }
  assert.deepEqual(await contactOf(database, tenantId, customerId), contact);
});

Deno.test("with a lost key nothing opens and nothing is written, and both say so", async () => {
  const tenantId = await insertTestTenant(database);
  const { customerId } = await create(database, tenantId, "C-1");
  const others = envelopeSecrets(keyRing(() => [{ id: "another", key: randomBytes(32) }]));
  await withSecrets(others, async (on) => {
    await assert.rejects(read(on, tenantId, customerId), /The key "test" is not in the key file/);
    await assert.rejects(create(on, tenantId, "C-2"), /The key "test" is not in the key file/);
  });
  await withSecrets(undefined, async (on) => {
    const none = (error: unknown) => isMilepostError(error, "SecretsUnavailable");
    await assert.rejects(read(on, tenantId, customerId), none);
    await assert.rejects(create(on, tenantId, "C-2"), none);
  });
  const kept = await withTenant(database, tenantId, (db) => listCustomersAfter(db, undefined));
  assert.deepEqual(kept.map(({ reference }) => reference), ["C-1"]);
});

Deno.test("after a rotation and a rewrap everything opens without the old key, and the ring is asked once for all rows", async () => {
  const tenantId = await insertTestTenant(database);
  const [old, young] = [{ id: "test", key: new Uint8Array(32).fill(7) }, {
    id: "young",
    key: randomBytes(32),
  }];
  const { customerId } = await create(database, tenantId, "C-1");
  for (let index = 2; index <= 30; index++) await create(database, tenantId, `C-${index}`);
  const before = keyRing(() => [old, young]);
  await rewrapAll(database, before);
  let keys: RingKeys = [young];
  const ring = keyRing(() => keys);
  let asked = 0;
  const counting = envelopeSecrets({
    ...ring,
    unwrap(key) {
      asked++;
      return ring.unwrap(key);
    },
  });
  await withSecrets(counting, async (on) => {
    const all = await withTenant(on, tenantId, (db) => listCustomersAfter(db, undefined));
    assert.ok(all.length === 30 && all.every(({ email }) => email === contact.email));
    assert.deepEqual(await contactOf(on, tenantId, customerId), contact);
    assert.equal(asked, 1);
  });
  keys = [old];
  await rewrapAll(database, keyRing(() => [young, old]));
});

Deno.test("two who are the first to write for a tenant use one key, and one that is rolled back leaves none", async () => {
  const tenantId = await insertTestTenant(database);
  await execute(environment, createCustomer, { tenantId, actor, dryRun: true }, {
    reference: "C-0",
    name: "Quast",
    ...contact,
  });
  const made = await Promise.all([1, 2, 3].map((index) => create(database, tenantId, `C-${index}`)));
  for (const { customerId } of made) {
    assert.deepEqual(await contactOf(database, tenantId, customerId), contact);
  }
});

Deno.test("papers that an earlier version left in clear are shown, and encrypted by the job", async () => {
  const ids = await papers(database);
  const shown = await shownOf(database, ids);
  const [recipient, subject, text, html] = shown.message;
  await withSystem(database, async (db) => {
    await db.sql`update message set recipient = ${recipient}, subject = ${subject}, body_text = ${text},
      body_html = ${html}, content_encrypted = null where id = ${ids.messageId}`;
    await db.sql`update message_attachment set content = ${shown.file}, content_encrypted = null
      where message_id = ${ids.messageId}`;
    await db.sql`update invoice_document set buyer_encrypted = null,
      buyer = ${JSON.stringify(shown.invoice)}::text::jsonb where invoice_id = ${ids.invoiceId}`;
    await db.sql`update credit_note_document set buyer_encrypted = null,
      buyer = ${JSON.stringify(shown.note)}::text::jsonb where credit_note_id = ${ids.creditNoteId}`;
  });
  assert.equal(new Set((await holding()).map((found) => found.split(":")[0])).size, 4);
  assert.deepEqual(await shownOf(database, ids), shown);
  await encryptDue(ids.tenantId);
  assert.deepEqual(await holding(), []);
  assert.deepEqual(await shownOf(database, ids), shown);
});

/** Ticks the schedule and runs the one job that is due, as a worker does; then nothing is due. */
async function encryptDue(tenantId: string): Promise<void> {
  const encryption = schedules.find(({ name }) => name === "encryption")!;
  const findDue = () =>
    withSystem(database, (db) => encryption.findDue(db, environment.clock.now(), environment));
  assert.equal(await tick(environment, encryption), 1);
  const due = await findDue();
  assert.deepEqual(due.map((job) => job.tenantId), [tenantId]);
  const handler = handlers.find(({ kind }) => kind === due[0].kind)!;
  await handler.run(environment, { ...due[0], id: due[0].uniqueKey, attempt: 1 });
  assert.deepEqual(await findDue(), []);
}

Deno.test("what an earlier version left in clear is shown, and encrypted by a job", async () => {
  const tenantId = await insertTestTenant(database);
  await withSystem(database, (db) =>
    db.sql`
      insert into customer (tenant_id, reference, name, email, address_lines)
      select ${tenantId}, 'C-' || place, 'Quast', ${contact.email}, ${contact.addressLines}
      from generate_series(1, 501) place`);
  const show = async () =>
    (await withTenant(database, tenantId, (db) => listCustomersAfter(db, undefined)))
      .map(({ rowVersion: _version, ...customer }) => customer);
  const shown = await show();
  assert.ok(shown.every(({ email }) => email === contact.email));
  await encryptDue(tenantId);
  assert.deepEqual(await holding(), []);
  assert.deepEqual(await show(), shown);
});
