/** Guards the files that people take along: all that names them is in, nothing of anyone else, and nothing that would let someone in. */
import assert from "node:assert/strict";
import { withSystem } from "../../db/system.ts";
import { insertTestBusiness } from "../../tests/support/billing.ts";
import { testActor } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { environmentOf } from "../../tests/support/environment.ts";
import { issueTestInvoices } from "../../tests/support/issued_invoices.ts";
import { scanTables, tablesHolding } from "../../tests/support/table_scan.ts";
import { hashToken, openSession } from "../auth/sessions.ts";
import { FixedClock } from "../core/clock.ts";
import { execute } from "../core/command.ts";
import { recordPayment } from "../payments/commands.ts";
import { addMember } from "../tenants/members.ts";
import { exportAccount, exportCustomer } from "./export.ts";

const { database, adminUrl, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = environmentOf(database, new FixedClock("2024-06-03T09:00:00Z"));
const actor = testActor();

Deno.test("a customer's file has every table that names it, and nobody else's rows", async () => {
  const business = await insertTestBusiness(database);
  const asker = { tenantId: business.tenantId, actor };
  const mine = await issueTestInvoices(environment, business, {
    reference: "A",
    months: 2,
    email: "a@a.example",
  });
  const other = await issueTestInvoices(environment, business, { reference: "B", months: 1 });
  await execute(environment, recordPayment, asker, {
    settles: { invoiceId: mine.invoices[0].id },
    amount: "10.00",
    currency: "GBP",
    receivedOn: "2024-06-03",
    method: "cash",
  });
  const text = await exportCustomer(environment, asker, { reference: "C-A" });
  const file = JSON.parse(text);
  assert.equal(file.exportedAt, "2024-06-03T09:00:00Z");
  assert.deepEqual([file.customer.length, file.customer[0].email], [1, "a@a.example"]);
  assert.deepEqual(
    file.invoice_document.map(({ number }: { number: string }) => number).sort(),
    mine.invoices.map(({ number }) => number),
  );
  assert.deepEqual([file.contract.length, file.invoice.length, file.payment.length], [1, 2, 1]);
  for (const id of [other.customerId, other.contractId, other.invoices[0].id]) assert.ok(!text.includes(id));
  // What the export leaves out must not name the customer elsewhere.
  const named = new Set(
    tablesHolding(await scanTables(adminUrl), [mine.customerId]).map((found) => found.split(":")[0]),
  );
  const known = new Set([...Object.keys(file), "outbox", "idempotency_key", "audit_seal"]);
  assert.deepEqual([...named].filter((table) => !known.has(table)), []);
});

Deno.test("another tenant's customer does not exist, and not everyone may ask", async () => {
  const [mine, theirs] = [await insertTestBusiness(database), await insertTestBusiness(database)];
  const { customerId } = await issueTestInvoices(environment, mine, { reference: "C", months: 0 });
  const missing = { name: "NotFound" };
  await assert.rejects(
    exportCustomer(environment, { tenantId: theirs.tenantId, actor }, { id: customerId }),
    missing,
  );
  for (const id of ["nonsense", "00000000-0000-7000-8000-000000000000"]) {
    await assert.rejects(exportCustomer(environment, { tenantId: mine.tenantId, actor }, { id }), missing);
  }
  const biller = testActor(new Set(["read", "customers.write"]));
  await assert.rejects(
    exportCustomer(environment, { tenantId: mine.tenantId, actor: biller }, { id: customerId }),
    { name: "NotPermitted" },
  );
});

Deno.test("a person's file has the account and its sessions, without any secret and without other people", async () => {
  const { tenantId } = await insertTestBusiness(database, { name: "Calder" });
  for (const email of ["tom@calder.example", "amira@calder.example"]) {
    await addMember(environment, { tenantId, actor }, { email, roles: ["viewer"] });
  }
  const token = await withSystem(database, async (db) => {
    const [{ id }] = await db.sql<{ id: string }[]>`
      update "user" set password_hash = 'a hash of a password' where email = 'tom@calder.example' returning id`;
    return await openSession(db, id, "Tom's browser", environment.clock.now(), ["password"]);
  });
  const text = await exportAccount(environment, { email: "Tom@calder.example" });
  const file = JSON.parse(text);
  assert.equal(file.user[0].email, "tom@calder.example");
  assert.deepEqual(file.membership.map(({ tenant, roles }: Record<string, unknown>) => [tenant, roles]), [
    ["Calder", ["viewer"]],
  ]);
  assert.equal(file.session[0].user_agent, "Tom's browser");
  for (const secret of ["a hash of", token, Buffer.from(hashToken(token)).toString("hex"), "amira"]) {
    assert.ok(!text.includes(secret), secret);
  }
  await assert.rejects(exportAccount(environment, { email: "nobody@calder.example" }), { name: "NotFound" });
});
