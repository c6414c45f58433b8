/** Guards the consent log: words never change under a consent, one is in force at a time, and it is withdrawn once and not before it was given. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { insertTestBusiness } from "../../tests/support/billing.ts";
import { insertTestTenant, testActor } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { environmentOf } from "../../tests/support/environment.ts";
import { issueTestInvoices } from "../../tests/support/issued_invoices.ts";
import { FixedClock } from "../core/clock.ts";
import { execute } from "../core/command.ts";
import { type ErrorName, isMilepostError, type MilepostError } from "../core/errors.ts";
import { type ConsentInput, recordConsent, withdrawConsent, writeConsentText } from "./consents.ts";
import { listConsents, listConsentTexts } from "./views.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = environmentOf(database, new FixedClock("2024-06-03T09:00:00Z"));
const business = await insertTestBusiness(database);
const asker = { tenantId: business.tenantId, actor: testActor() };
const { customerId } = await issueTestInvoices(environment, business, { reference: "A", months: 0 });

const write = (purpose: string, words = "We agree.") =>
  execute(environment, writeConsentText, asker, { purpose, words });
const record = (consentTextId: string, change: Partial<ConsentInput> = {}) =>
  execute(environment, recordConsent, asker, {
    customerId,
    consentTextId,
    agreedBy: "Amira Haddad",
    agreedOn: "2024-06-01",
    ...change,
  });
const withdraw = (consentId: string, withdrawnOn: string) =>
  execute(environment, withdrawConsent, asker, { consentId, withdrawnOn });
const read = <Result>(work: Parameters<typeof withTenant<Result>>[2]) =>
  withTenant(database, business.tenantId, work, { readOnly: true });

async function refused(work: Promise<unknown>, name: ErrorName): Promise<MilepostError> {
  const error = await work.then(() => undefined, (reason) => reason);
  assert.ok(isMilepostError(error, name), `${name} expected, not ${error}`);
  return error;
}

Deno.test("other words for a purpose are its next version, and a version never changes", async () => {
  assert.equal((await write("Post", "By post.")).version, 1);
  assert.equal((await write("Post", "By e-mail.")).version, 2);
  assert.equal((await write("Calls")).version, 1);
  const texts = await read((db) => listConsentTexts(db));
  assert.deepEqual(texts.map(({ purpose, version, words }) => `${purpose} ${version} ${words}`), [
    "Calls 1 We agree.",
    "Post 2 By e-mail.",
    "Post 1 By post.",
  ]);
  await assert.rejects(
    withTenant(database, business.tenantId, (db) => db.sql`update consent_text set words = 'Other words'`),
    /permission denied/,
  );
  const both = await Promise.allSettled([1, 2, 3, 4].map((index) => write("At once", `Words ${index}`)));
  const versions = both.flatMap((one) => one.status === "fulfilled" ? [one.value.version] : []);
  assert.equal(new Set(versions).size, versions.length);
  assert.ok(both.every((one) => one.status === "fulfilled" || isMilepostError(one.reason, "Conflict")));
});

Deno.test("a consent says who agreed to which version when, is in force once, and is withdrawn once", async () => {
  const { consentTextId } = await write("News");
  const { consentId } = await record(consentTextId);
  assert.match(
    (await refused(record(consentTextId), "AlreadyExists")).message,
    /agreed to version 1 already/,
  );
  assert.match((await refused(withdraw(consentId, "2024-05-31"), "InvalidInput")).message, /Use 2024-06-01/);
  await withdraw(consentId, "2024-06-02");
  await refused(withdraw(consentId, "2024-06-02"), "IllegalTransition");
  await record(consentTextId, { agreedOn: "2024-06-03", agreedBy: "Tom" });
  const found = await read((db) => listConsents(db, customerId));
  assert.deepEqual(
    found.map(({ purpose, version, agreedBy, agreedOn, withdrawnOn }) =>
      `${purpose} ${version} ${agreedBy} ${agreedOn} ${withdrawnOn}`
    ),
    ["News 1 Tom 2024-06-03 null", "News 1 Amira Haddad 2024-06-01 2024-06-02"],
  );
  const text = (await read((db) => listConsentTexts(db))).find(({ id }) => id === consentTextId);
  assert.equal(text?.inForce, 1n);
});

Deno.test("what is not there, empty or still to come is refused, and another tenant reaches nothing", async () => {
  const { consentTextId } = await write("Refusals");
  await refused(record("nonsense"), "InvalidInput");
  await refused(record(consentTextId, { customerId: "nonsense" }), "NotFound");
  const error = await refused(
    record(consentTextId, { agreedBy: " ", agreedOn: "2024-06-05" }),
    "InvalidInput",
  );
  assert.deepEqual(error.fields.map(({ field }) => field), ["agreedBy", "agreedOn"]);
  await refused(withdraw("00000000-0000-7000-8000-000000000000", "2024-06-02"), "NotFound");
  await refused(write(" ", ""), "InvalidInput");
  const { consentId } = await record(consentTextId);
  const stranger = { ...asker, tenantId: await insertTestTenant(database) };
  await refused(
    execute(environment, withdrawConsent, stranger, { consentId, withdrawnOn: "2024-06-02" }),
    "NotFound",
  );
  await refused(
    execute(environment, recordConsent, stranger, {
      customerId,
      consentTextId,
      agreedBy: "Eve",
      agreedOn: "2024-06-02",
    }),
    "NotFound",
  );
});
