/** Credit notes by hand on a real database: what they come to, what becomes of invoice and payments, and two at once. */
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
import { audit } from "../../../tests/support/audit.ts";
import { auditBreaches } from "../../ops/audit/audit.ts";
import { recordPayment } from "../../payments/commands.ts";
import { findInvoice } from "../views.ts";
import { type CreditChoice, issueCreditNote } from "./commands.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = { ...testEnvironment(database), clock: new FixedClock("2024-06-03T09:00:00Z") };

/** A business of its own with invoices of 412.00 and 20% tax. */
async function scene() {
  const business = await insertTestBusiness(database);
  const { tenantId } = business;
  const { invoices } = await issueTestInvoices(environment, business, { reference: "K-001" });
  const [{ id: invoiceId }] = invoices;
  const execution = { tenantId, actor: testActor() };
  return {
    tenantId,
    invoiceId,
    credit: (credit: CreditChoice, more: object = {}, how: object = {}) =>
      execute(environment, issueCreditNote, { ...execution, ...how }, {
        invoiceId,
        credit,
        purpose: "concession",
        reason: "Van in the workshop",
        ...more,
      }),
    pay: (amount: string) =>
      execute(environment, recordPayment, execution, {
        settles: { invoiceId },
        amount,
        currency: "GBP",
        receivedOn: "2024-06-03",
        method: "bank_transfer",
      }),
    find: () => withTenant(database, tenantId, (db) => findInvoice(db, invoiceId)),
  };
}

const refused = (work: Promise<unknown>, name: Parameters<typeof isMilepostError>[1], words: RegExp) =>
  assert.rejects(work, (error) => isMilepostError(error, name) && words.test(error.message));

Deno.test("a credit note takes a number of its own, lowers what is open, is posted, and never marks the invoice paid", async () => {
  const { tenantId, credit, find } = await scene();
  const preview = await credit({ kind: "amount", amount: "100.00" }, {}, { dryRun: true });
  const note = await credit({ kind: "amount", amount: "100.00" });
  assert.deepEqual({ ...note, creditNoteId: "" }, { ...preview, creditNoteId: "" });
  assert.deepEqual([note.number, note.issueDate, note.invoice], [
    "CFS-CN-2024-0001",
    "2024-06-03",
    "CFS-2024-0001",
  ]);
  assert.deepEqual([note.subtotal, note.taxTotal, note.total], ["100.00", "20.00", "120.00"]);
  assert.deepEqual([note.released, note.isWhole], ["0.00", false]);
  const invoice = await find();
  assert.deepEqual([invoice.state, invoice.openAmount, invoice.creditedAmount], ["issued", 37440n, 12000n]);
  await withTenant(database, tenantId, async (db) => {
    const { rows } = await trialBalance(db, Temporal.PlainDate.from("2024-06-03"));
    assert.deepEqual(rows.map(({ code, debits, credits }) => [code, debits, credits]), [
      ["1100", 98880n, 12000n],
      ["2200", 2000n, 16480n],
      ["4000", 10000n, 82400n],
    ]);
  });
  assert.equal((await credit({ kind: "lines", lines: [{ position: 1, amount: "312.00" }] })).isWhole, true);
  assert.equal((await find()).state, "credited");
  await refused(credit({ kind: "whole" }), "IllegalTransition", /CFS-2024-0001 is credited/);
  assert.deepEqual(auditBreaches(await audit(database)), []);
});

Deno.test("crediting a paid invoice leaves the money as credit of the customer", async () => {
  const { tenantId, credit, pay, find } = await scene();
  await pay("400.00");
  await pay("94.40");
  const note = await credit({ kind: "amount", amount: "100.00" });
  assert.equal(note.released, "120.00");
  const part = await find();
  assert.deepEqual([part.state, part.openAmount, part.creditedAmount], ["paid", 0n, 12000n]);
  const credits = () =>
    withTenant(
      database,
      tenantId,
      (db) => db.query.selectFrom("payment").select("credit").orderBy("id").execute(),
    );
  // the latest payment gives back first
  assert.deepEqual((await credits()).map((payment) => payment.credit), [2560n, 9440n]);
  await credit({ kind: "whole" });
  assert.deepEqual((await credits()).map((payment) => payment.credit), [40000n, 9440n]);
  assert.deepEqual([(await find()).state, (await find()).openAmount], ["credited", 0n]);
  assert.deepEqual(auditBreaches(await audit(database)), []);
});

Deno.test("two credits at once: together never more than the invoice", async () => {
  const { credit, find } = await scene();
  const two = [1, 2, 3, 4];
  // all connections are open before the race, or the first would win it alone
  await Promise.all(two.map(() => credit({ kind: "whole" }, {}, { dryRun: true })));
  const results = await Promise.allSettled(two.map(() => credit({ kind: "amount", amount: "300.00" })));
  assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
  for (const result of results) {
    if (result.status === "rejected") {
      assert.ok(isMilepostError(result.reason, "InvalidInput"), String(result.reason));
      assert.match(result.reason.message, /Only £112.00 before tax is left to credit/);
    }
  }
  assert.equal((await find()).creditedAmount, 36000n);
});

Deno.test("what cannot be credited is refused in a sentence, and nothing is half-written", async () => {
  const { tenantId, credit } = await scene();
  const bad = (choice: CreditChoice, words: RegExp, more: object = {}) =>
    refused(credit(choice, more), "InvalidInput", words);
  await bad(
    { kind: "amount", amount: "412.01" },
    /Only £412.00 before tax is left to credit on invoice CFS-2024-0001/,
  );
  await bad({ kind: "amount", amount: "1e3" }, /with at most 2 decimals/);
  await bad({ kind: "amount", amount: "" }, /Type the amount to credit/);
  await bad({ kind: "amount", amount: "0" }, /above zero/);
  await bad({ kind: "lines", lines: [] }, /nothing to credit/);
  await bad({ kind: "lines", lines: [{ position: 2, amount: "1" }] }, /has no line 2/);
  await bad({ kind: "lines", lines: [{ position: 1, amount: "412.01" }] }, /Only £412.00 is left of line 1/);
  const twice = [{ position: 1, amount: "1" }, { position: 1, amount: "1" }];
  await bad({ kind: "lines", lines: twice }, /Line 1 is there twice/);
  await bad({ kind: "whole" }, /Fill in reason/, { reason: " " });
  await bad({ kind: "whole" }, /given away or billed again/, { purpose: "gift" });
  await refused(credit({ kind: "whole" }, { invoiceId: "none" }), "NotFound", /no such invoice/);
  const viewer = { actor: { ...testActor(), capabilities: capabilitiesOf(["approver"]) } };
  await refused(credit({ kind: "whole" }, {}, viewer), "NotPermitted", /draft invoices/);
  await withTenant(database, tenantId, async (db) => {
    assert.deepEqual(await db.query.selectFrom("credit_note").selectAll().execute(), []);
    const series = await db.query.selectFrom("number_series").select("document_type").execute();
    assert.deepEqual(series, [{ document_type: "invoice" }]);
  });
});

Deno.test("a repeated key gives the same credit note", async () => {
  const { credit, find } = await scene();
  const first = await credit({ kind: "amount", amount: "10" }, {}, { key: "once" });
  assert.deepEqual(await credit({ kind: "amount", amount: "10" }, {}, { key: "once" }), first);
  assert.equal((await find()).creditedAmount, 1200n);
});
