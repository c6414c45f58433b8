/** Guards erasure: nothing that names the erased stands anywhere but on documents the law keeps, those are hidden, and at the end of their term they name nobody. */
import assert from "node:assert/strict";
import { insertSignInAttempt } from "../../db/queries/sign_in_attempt.ts";
import { withSystem } from "../../db/system.ts";
import { withTenant } from "../../db/tenant.ts";
import { handlers } from "../../jobs/handlers/list.ts";
import { findDueRetention } from "../../jobs/handlers/retention.ts";
import { insertTestBusiness, type TestBusiness } from "../../tests/support/billing.ts";
import { testActor } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { environmentOf } from "../../tests/support/environment.ts";
import { issueTestInvoices } from "../../tests/support/issued_invoices.ts";
import { scanTables, tablesHolding } from "../../tests/support/table_scan.ts";
import { hashEmail } from "../auth/attempts.ts";
import { openSession } from "../auth/sessions.ts";
import { endContract } from "../contracts/amendments/commands.ts";
import { FixedClock } from "../core/clock.ts";
import { recordVatCheck, setCustomerTax } from "../tax/commands.ts";
import { execute } from "../core/command.ts";
import { type ErrorName, isMilepostError, type MilepostError } from "../core/errors.ts";
import { createCustomer, updateCustomer } from "../customers/commands.ts";
import { findCustomer } from "../customers/views.ts";
import { issueInvoice } from "../invoicing/commands.ts";
import { findInvoice } from "../invoicing/views.ts";
import { beginDelivery, recordDelivery, sendInvoice } from "../notifications/commands.ts";
import { audit, auditBreaches } from "../ops/audit/audit.ts";
import { recordPayment } from "../payments/commands.ts";
import { addMember, allowLink } from "../tenants/members.ts";
import { recordConsent, writeConsentText } from "./consents.ts";
import { eraseSubject } from "./commands.ts";
import { findPrivacyRequest } from "./views.ts";

const { database, adminUrl, drop } = await testDatabase();
Deno.test.afterAll(drop);
const clock = new FixedClock("2024-06-03T09:00:00Z");
const environment = environmentOf(database, clock);
const actor = testActor();

async function refused(work: Promise<unknown>, name: ErrorName): Promise<MilepostError> {
  const error = await work.then(() => undefined, (reason) => reason);
  assert.ok(isMilepostError(error, name), `${name} expected, not ${error}`);
  return error;
}

/** Runs the erasures that wait, and the retention that is due, as a worker does. */
async function work({ tenantId }: TestBusiness): Promise<void> {
  const run = async (kind: string, id: string, payload: unknown) =>
    await handlers.find((handler) => handler.kind === kind)!.run(environment, {
      tenantId,
      id,
      attempt: 1,
      payload: payload as null,
    });
  const jobs = await withSystem(database, (db) =>
    db.sql<{ id: string; payload: unknown }[]>`
      select id, payload from job where tenant_id = ${tenantId} and kind = 'privacy.erase'`);
  // Twice: an attempt whose end nobody heard of is made again.
  for (const { id, payload } of [...jobs, ...jobs]) await run("privacy.erase", id, payload);
  const due = await withSystem(database, (db) => findDueRetention(db, clock.now()));
  for (const job of due.filter((one) => one.tenantId === tenantId)) {
    await run(job.kind, "00000000-0000-7000-8000-000000000009", job.payload);
  }
}

/** Name, mail, address and VAT number. */
const marks = ["Wilhelmina Quast", "quast@quast.example", "Krähenweg 7", "DE136695976"];

/** A customer with a mailed invoice of 494.40, all of it through the commands that people use. */
async function customerWithHistory(business: TestBusiness, reference: string) {
  const asker = { tenantId: business.tenantId, actor };
  const { customerId, contractId } = await issueTestInvoices(environment, business, { reference, months: 0 });
  const { rowVersion } = await readCustomer(business, customerId);
  await execute(environment, updateCustomer, { ...asker, key: `update ${reference}` }, {
    customerId,
    rowVersion,
    reference,
    name: marks[0],
    email: marks[1],
    addressLines: [marks[2]],
    country: "DE",
  });
  await execute(environment, setCustomerTax, asker, { customerId, isBusiness: true, vatId: marks[3] });
  await execute(environment, recordVatCheck, asker, {
    customerId,
    vatId: marks[3],
    status: "valid",
    consultationNumber: null,
  });
  const period = { periodStart: "2024-01-01", periodEnd: "2024-02-01" };
  const issued = await execute(environment, issueInvoice, asker, { contractId, ...period });
  assert.ok(issued.outcome === "issued");
  const { invoiceId } = issued;
  const { messageId } = await execute(environment, sendInvoice, { ...asker, key: `send ${reference}` }, {
    invoiceId,
    attachment: { fileName: "invoice.html", mediaType: "text/html", content: `<p>${marks[0]}</p>` },
  });
  const { consentTextId } = await execute(environment, writeConsentText, asker, {
    purpose: `Mail ${reference}`,
    words: "We agree.",
  });
  await execute(environment, recordConsent, asker, {
    customerId,
    consentTextId,
    agreedBy: marks[0],
    agreedOn: "2024-06-03",
  });
  await execute(environment, beginDelivery, asker, { messageId });
  await execute(environment, recordDelivery, asker, { messageId, outcome: "kept" });
  return { asker, customerId, contractId, invoiceId, reference };
}

const readCustomer = ({ tenantId }: TestBusiness, id: string) =>
  withTenant(database, tenantId, (db) => findCustomer(db, id));
const readInvoice = ({ tenantId }: TestBusiness, id: string) =>
  withTenant(database, tenantId, (db) => findInvoice(db, id));
const readRequest = ({ tenantId }: TestBusiness, id: string) =>
  withTenant(database, tenantId, (db) => findPrivacyRequest(db, id));

type History = Awaited<ReturnType<typeof customerWithHistory>>;

async function settle({ asker, contractId, invoiceId }: History): Promise<void> {
  await execute(environment, endContract, asker, { contractId, endDate: "2024-02-01", reason: "Gone" });
  await execute(environment, recordPayment, asker, {
    settles: { invoiceId },
    amount: "494.40",
    currency: "GBP",
    receivedOn: "2024-06-03",
    method: "bank_transfer",
    reference: `RENT ${marks[0]}`,
  });
}

const erase = ({ tenantId }: TestBusiness, subject: string, who: string) =>
  execute(environment, eraseSubject, { tenantId, actor }, { subject, who });

const holding = async () => tablesHolding(await scanTables(adminUrl), marks);

Deno.test("a customer is erased in two steps: at once from all but issued documents, at the end of their term from those", async () => {
  clock.moveTo("2024-06-03T09:00:00Z");
  const business = await insertTestBusiness(database);
  const history = await customerWithHistory(business, "C-118");
  await settle(history);
  assert.ok((await holding()).includes(`payment: ${marks[0]}`), "the search finds what is there");

  const { requestId } = await erase(business, "customer", "C-118");
  await work(business);
  assert.deepEqual(
    await holding(),
    [
      `invoice_document: ${marks[3]}`,
      `ledger_transaction: ${marks[0]}`,
      `payment: ${marks[0]}`,
    ].sort(),
  );
  const shown = await readInvoice(business, history.invoiceId);
  assert.deepEqual([shown.buyer.name, shown.buyer.addressLines, shown.buyer.country], [
    "Erased customer",
    [],
    "DE",
  ]);
  assert.match((await readCustomer(business, history.customerId)).name, /^Erased customer [0-9a-f]{6}$/);
  const kept = await readRequest(business, requestId);
  // British books of a business year that ends in 2025 at the latest are kept for six more years.
  assert.deepEqual([kept.request.state, String(kept.request.restrictedUntil)], ["restricted", "2031-12-31"]);
  assert.equal((kept.documents[0].buyer as { name: string }).name, marks[0], "the law can still be answered");
  assert.deepEqual(auditBreaches(await audit(database)), []);

  clock.moveTo("2032-01-01T09:00:00Z");
  await work(business);
  assert.equal(
    (await readRequest(business, requestId)).request.state,
    "restricted",
    "west of here it is still 2031",
  );
  clock.moveTo("2032-01-02T00:00:00Z");
  await work(business);
  assert.deepEqual(await holding(), []);
  const done = await readRequest(business, requestId);
  assert.deepEqual([done.request.state, done.documents], ["done", []]);
  assert.equal((await readInvoice(business, history.invoiceId)).total, 49_440n, "what was billed stays");
  assert.deepEqual(auditBreaches(await audit(database)), []);
});

Deno.test("while business goes on a customer keeps its name, and each reason is told", async () => {
  clock.moveTo("2024-06-03T09:00:00Z");
  const business = await insertTestBusiness(database);
  const history = await customerWithHistory(business, "C-7");
  const error = await refused(erase(business, "customer", "C-7"), "IllegalTransition");
  assert.match(error.message, /End its contracts\. Settle its invoices/);
  assert.doesNotMatch(error.message, /credit|messages/);
  assert.equal((await readCustomer(business, history.customerId)).name, marks[0]);
  await settle(history);
  await erase(business, "customer", " C-7 ");
  await refused(erase(business, "customer", `erased-${history.customerId}`), "InvalidInput");
  const { rowVersion } = await readCustomer(business, history.customerId);
  await refused(
    execute(environment, updateCustomer, history.asker, {
      customerId: history.customerId,
      rowVersion,
      reference: "C-7",
      name: "Back",
      addressLines: [],
    }),
    "IllegalTransition",
  );
});

Deno.test("a customer without documents is gone at once", async () => {
  const business = await insertTestBusiness(database);
  const asker = { tenantId: business.tenantId, actor };
  await execute(environment, createCustomer, asker, {
    reference: "C-9",
    name: "Ottokar Zilp",
    email: "zilp@zilp.example",
    addressLines: ["Zilpzalp 3"],
  });
  const { requestId } = await erase(business, "customer", "C-9");
  await work(business);
  assert.deepEqual(tablesHolding(await scanTables(adminUrl), ["Ottokar", "zilp@", "Zilpzalp"]), []);
  assert.equal((await readRequest(business, requestId)).request.state, "done");
});

Deno.test("a member leaves, and with the last company the account goes, its sessions, links and tries with it", async () => {
  const [first, second] = [await insertTestBusiness(database), await insertTestBusiness(database)];
  const email = "edeltraud@fink.example";
  for (const { tenantId } of [first, second]) {
    await addMember(environment, { tenantId, actor }, { email, roles: ["viewer"] });
    await addMember(environment, { tenantId, actor }, { email: "boss@fink.example", roles: ["admin"] });
  }
  await withSystem(database, async (db) => {
    const [{ id }] = await db.sql<{ id: string }[]>`select id from "user" where email = ${email}`;
    await openSession(db, id, "Edeltraud's browser", clock.now(), ["password"]);
    await insertSignInAttempt(db, {
      kind: "password",
      emailHash: hashEmail(email),
      address: "192.0.2.77",
      succeeded: true,
      now: clock.now(),
    });
  });
  const traces = ["edeltraud", "192.0.2.77"];
  await erase(first, "member", email.toUpperCase());
  await work(first);
  assert.ok(
    tablesHolding(await scanTables(adminUrl), traces).includes("user: edeltraud"),
    "another company needs it",
  );
  await refused(erase(first, "member", email), "InvalidInput");
  await execute(environment, allowLink, { tenantId: second.tenantId, actor }, { email });
  await erase(second, "member", email);
  await work(second);
  // What was pressed lately is remembered for a time, by the e-mail address that was typed.
  assert.deepEqual(tablesHolding(await scanTables(adminUrl), traces), []);
  assert.deepEqual(auditBreaches(await audit(database)), []);
});

Deno.test("the only admin stays, another tenant's people and customers cannot be named, and not everyone may", async () => {
  const [mine, theirs] = [await insertTestBusiness(database), await insertTestBusiness(database)];
  await addMember(environment, { tenantId: mine.tenantId, actor }, {
    email: "solo@fink.example",
    roles: ["admin"],
  });
  await refused(erase(mine, "member", "solo@fink.example"), "IllegalTransition");
  await issueTestInvoices(environment, mine, { reference: "C-1", months: 0 });
  await refused(erase(theirs, "customer", "C-1"), "InvalidInput");
  await refused(erase(theirs, "member", "solo@fink.example"), "InvalidInput");
  await refused(erase(mine, "vehicle", "C-1"), "InvalidInput");
  await refused(erase(mine, "customer", " "), "InvalidInput");
  await addMember(environment, { tenantId: mine.tenantId, actor }, {
    email: "second@fink.example",
    roles: ["admin"],
  });
  const officer = testActor(new Set(["read", "privacy.manage"]));
  await refused(
    execute(environment, eraseSubject, { ...mine, actor: officer }, {
      subject: "member",
      who: "second@fink.example",
    }),
    "NotPermitted",
  );
  const biller = testActor(new Set(["read", "customers.write"]));
  await refused(
    execute(environment, eraseSubject, { ...mine, actor: biller }, { subject: "customer", who: "C-1" }),
    "NotPermitted",
  );
});
