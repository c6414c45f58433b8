/** Voiding on a real database: the number stays used, the period is due again, and whatever went out or was settled is refused. */
import assert from "node:assert/strict";
import { withTenant } from "../../../db/tenant.ts";
import { insertTestBusiness } from "../../../tests/support/billing.ts";
import { testActor, testEnvironment } from "../../../tests/support/command.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import { issueTestInvoices } from "../../../tests/support/issued_invoices.ts";
import { capabilitiesOf } from "../../auth/policy.ts";
import { FixedClock } from "../../core/clock.ts";
import { execute } from "../../core/command.ts";
import { isMilepostError } from "../../core/errors.ts";
import { trialBalance } from "../../ledger/views.ts";
import { sendInvoice } from "../../notifications/commands.ts";
import { audit } from "../../../tests/support/audit.ts";
import { auditBreaches } from "../../ops/audit/audit.ts";
import { recordPayment } from "../../payments/commands.ts";
import { issueInvoice } from "../commands.ts";
import { issueCreditNote } from "../credit/commands.ts";
import { findInvoice } from "../views.ts";
import { voidInvoice } from "./commands.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = { ...testEnvironment(database), clock: new FixedClock("2024-06-03T09:00:00Z") };

/** A business of its own with an invoice for January, of 412.00 and 20% tax. */
async function scene() {
  const business = await insertTestBusiness(database);
  const { tenantId } = business;
  const { contractId, invoices } = await issueTestInvoices(environment, business, {
    reference: "K-001",
    months: 1,
    email: "bills@example.com",
  });
  const [{ id: invoiceId }] = invoices;
  const execution = { tenantId, actor: testActor() };
  return {
    tenantId,
    contractId,
    invoiceId,
    execution,
    end: (reason = "Wrong contract", how: object = {}) =>
      execute(environment, voidInvoice, { ...execution, ...how }, { invoiceId, reason }),
    find: () => withTenant(database, tenantId, (db) => findInvoice(db, invoiceId)),
  };
}

const refused = (work: Promise<unknown>, name: Parameters<typeof isMilepostError>[1], words: RegExp) =>
  assert.rejects(work, (error) => isMilepostError(error, name) && words.test(error.message));

Deno.test("a void invoice keeps its number, counts for nothing, and its period is billed by the next number", async () => {
  const { tenantId, contractId, execution, end, find } = await scene();
  assert.equal((await end("Wrong contract", { key: "once" })).number, "CFS-2024-0001");
  assert.equal((await end("Wrong contract", { key: "once" })).number, "CFS-2024-0001");
  const invoice = await find();
  assert.deepEqual([invoice.number, invoice.state, invoice.openAmount], ["CFS-2024-0001", "void", 0n]);
  assert.deepEqual(invoice.transitions.at(0)?.reason, "Wrong contract");
  const sums = await withTenant(
    database,
    tenantId,
    (db) => trialBalance(db, Temporal.PlainDate.from("2024-06-03")),
  );
  assert.deepEqual(sums.rows.map(({ code, debits, credits }) => [code, debits - credits]), [
    ["1100", 0n],
    ["2200", 0n],
    ["4000", 0n],
  ]);
  const again = await execute(environment, issueInvoice, execution, {
    contractId,
    periodStart: "2024-01-01",
    periodEnd: "2024-02-01",
  });
  assert.equal(again.outcome === "issued" && again.number, "CFS-2024-0002");
  await refused(end(), "IllegalTransition", /is void cannot become void/);
  assert.deepEqual(auditBreaches(await audit(database)), []);
});

Deno.test("what was sent, paid or credited is not voided, and nothing changes", async () => {
  const { invoiceId, execution, end, find } = await scene();
  await execute(environment, sendInvoice, execution, { invoiceId });
  await refused(end(), "IllegalTransition", /on its way to the customer.*Credit it instead/);
  const paid = await scene();
  await execute(environment, recordPayment, paid.execution, {
    settles: { invoiceId: paid.invoiceId },
    amount: "1.00",
    currency: "GBP",
    receivedOn: "2024-06-03",
    method: "cash",
  });
  await refused(paid.end(), "IllegalTransition", /partly paid cannot become void/);
  const credited = await scene();
  await execute(environment, issueCreditNote, credited.execution, {
    invoiceId: credited.invoiceId,
    credit: { kind: "amount", amount: "1.00" },
    purpose: "concession",
    reason: "Late",
  });
  await refused(credited.end(), "IllegalTransition", /corrected by credit note CFS-CN-2024-0001/);
  assert.equal((await find()).state, "issued");
  assert.deepEqual(auditBreaches(await audit(database)), []);
});

Deno.test("a message that failed reached nobody, so the invoice can be voided", async () => {
  const { tenantId, invoiceId, execution, end } = await scene();
  await execute(environment, sendInvoice, execution, { invoiceId });
  await withTenant(
    database,
    tenantId,
    (db) =>
      db.query.updateTable("message")
        .set({ state: "failed", failure: "550 no such user", settled_at: environment.clock.now() })
        .where("invoice_id", "=", invoiceId).execute(),
  );
  assert.equal((await end()).number, "CFS-2024-0001");
  assert.deepEqual(auditBreaches(await audit(database)), []);
});

Deno.test("a void invoice is not sent, not even by someone who pressed the button at the same moment", async () => {
  const { invoiceId, execution, end } = await scene();
  const race = await Promise.allSettled([
    end(),
    execute(environment, sendInvoice, execution, { invoiceId }),
  ]);
  assert.equal(race.filter(({ status }) => status === "fulfilled").length, 1);
  const other = await scene();
  await other.end();
  await refused(
    execute(environment, sendInvoice, other.execution, { invoiceId: other.invoiceId }),
    "IllegalTransition",
    /CFS-2024-0001 is void, so it cannot be sent/,
  );
  assert.deepEqual(auditBreaches(await audit(database)), []);
});

Deno.test("voiding needs a reason, the rights for both, and an invoice of one's own", async () => {
  const { tenantId, end, find } = await scene();
  await refused(end(" "), "InvalidInput", /Fill in reason/);
  const biller = { ...testActor(), capabilities: capabilitiesOf(["biller"]) };
  await refused(end("Wrong contract", { actor: biller }), "NotPermitted", /approve invoices/);
  const stranger = await scene();
  await refused(
    execute(environment, voidInvoice, stranger.execution, {
      invoiceId: (await find()).id,
      reason: "Not mine",
    }),
    "NotFound",
    /no such invoice/,
  );
  await refused(
    execute(environment, voidInvoice, { tenantId, actor: testActor() }, { invoiceId: "x", reason: "Why" }),
    "NotFound",
    /no such invoice/,
  );
  assert.equal((await find()).state, "issued");
});
