/** Manual invoices by their commands over a real database: kept as typed, approved by another, issued, credited, checked by the auditor. */
import assert from "node:assert/strict";
import { insertInvoiceRunPolicy } from "../../../db/queries/invoice_run_policy.ts";
import { withSystem } from "../../../db/system.ts";
import { withTenant } from "../../../db/tenant.ts";
import { audit } from "../../../tests/support/audit.ts";
import { insertTestBusiness } from "../../../tests/support/billing.ts";
import { testActor, testEnvironment } from "../../../tests/support/command.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import { insertTestCustomer, writeTestManual } from "../../../tests/support/manual_invoices.ts";
import { FixedClock } from "../../core/clock.ts";
import { execute } from "../../core/command.ts";
import { isMilepostError } from "../../core/errors.ts";
import { auditBreaches } from "../../ops/audit/audit.ts";
import { issueCreditNote } from "../credit/commands.ts";
import { findInvoice } from "../views.ts";
import {
  approveManualInvoice,
  discardManualInvoice,
  issueManualInvoice,
  saveManualInvoice,
} from "./commands.ts";
import { emptyLine } from "./typed_line.ts";
import { readManualInvoice } from "./views.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = { ...testEnvironment(database), clock: new FixedClock("2024-06-03T09:00:00Z") };

const repair = {
  description: "Repair of the bumper",
  quantity: "3",
  unitPrice: "19.99",
  discountPercent: "10",
  tax: "S 20",
};
const handling = { description: "Handling", quantity: "1", unitPrice: "5", tax: "S 20" };

async function scene() {
  const { tenantId } = await insertTestBusiness(database);
  const execution = { tenantId, actor: testActor() };
  await insertTestCustomer(environment, execution, "C-1");
  return {
    tenantId,
    execution,
    write: (lines: readonly Partial<typeof emptyLine>[], more: object = {}) =>
      writeTestManual(environment, execution, { customer: "C-1", lines, ...more }),
    read: (id: string) => withTenant(database, tenantId, (db) => readManualInvoice(db, id)),
    find: (id: string) => withTenant(database, tenantId, (db) => findInvoice(db, id)),
  };
}

const refused = (work: Promise<unknown>, name: Parameters<typeof isMilepostError>[1], words = /./) =>
  assert.rejects(work, (error) => isMilepostError(error, name) && words.test(error.message));
const breaches = async () => auditBreaches(await audit(database));

Deno.test("what is written is issued with the next number, its sums and its words, and the auditor reckons the same", async () => {
  const { execution, write, read, find } = await scene();
  const draft = await write([repair, handling], { purchaseOrder: "PO-4471", note: "Thank you." });
  const { sums } = await read(draft.manualInvoiceId);
  const issued = await execute(environment, issueManualInvoice, execution, draft);
  assert.equal(issued.number, "CFS-2024-0001");
  assert.equal(issued.total, "70.76"); // 53.97 + 5.00 = 58.97; 20 % is 11.79
  assert.equal(issued.dueDate, "2024-06-17");
  const invoice = await find(issued.invoiceId);
  assert.equal(invoice.total, sums!.total);
  assert.equal(invoice.contractId, null);
  assert.equal(invoice.terms.purchaseOrder, "PO-4471");
  assert.equal(invoice.terms.period, "31 May 2024");
  assert.deepEqual(invoice.lines.map(({ kind, amount }) => [kind, amount]), [["item", 5397n], [
    "item",
    500n,
  ]]);
  await refused(execute(environment, issueManualInvoice, execution, draft), "Conflict");
  assert.deepEqual(await breaches(), []);
});

Deno.test("the auditor finds an amount, a description or a rate that does not follow from what was typed", async () => {
  const { tenantId, execution, write } = await scene();
  const { invoiceId } = await execute(environment, issueManualInvoice, execution, await write([repair]));
  for (
    const [change, restore, words] of [
      ["amount = amount + 1", "amount = amount - 1", /amount of line 1/],
      ["description = 'Other'", "description = 'Repair of the bumper'", /description of line 1/],
      ["tax_percent = 19", "tax_percent = 20", /tax of line 1/],
    ] as const
  ) {
    const set = (what: string) =>
      withSystem(
        database,
        (db) =>
          db.sql`update invoice_line set ${
            db.sql.unsafe(what)
          } where tenant_id = ${tenantId} and invoice_id = ${invoiceId}`,
      );
    await set(change);
    assert.match((await breaches()).join("\n"), words);
    await set(restore);
  }
  assert.deepEqual(await breaches(), []);
});

Deno.test("what is typed is kept, right or not; approving says everything that is wrong, by line", async () => {
  const { execution, write, read } = await scene();
  const draft = await write([{ ...repair, quantity: "three" }, { unitPrice: "1" }], { supplyDate: "31.5." });
  const kept = await read(draft.manualInvoiceId);
  assert.equal(kept.lines[0].quantity, "three");
  assert.equal(kept.unreadCount, 2);
  await assert.rejects(
    execute(environment, approveManualInvoice, execution, draft),
    (error) =>
      isMilepostError(error, "InvalidInput") &&
      error.fields.map(({ field }) => field).join() === "supplyDate,line-1-quantity,line-2-description",
  );
});

Deno.test("a stale form is refused; a change takes an approval back; what is issued or discarded stays", async () => {
  const { execution, write, read } = await scene();
  const draft = await write([repair]);
  const approved = await execute(environment, approveManualInvoice, execution, draft);
  assert.equal((await read(draft.manualInvoiceId)).state, "approved");
  const change = {
    supplyDate: "2024-05-31",
    paymentTermsDays: "14",
    taxInclusive: false,
    buyerReference: "",
    purchaseOrder: "",
    note: "",
    after: 0,
    replaced: 1,
    lines: [{ ...emptyLine, ...handling }],
  };
  await refused(
    execute(environment, saveManualInvoice, execution, { ...draft, ...change }),
    "Conflict",
    /meanwhile/,
  );
  const saved = await execute(environment, saveManualInvoice, execution, { ...approved, ...change });
  const again = await read(draft.manualInvoiceId);
  assert.equal(again.state, "draft");
  assert.deepEqual(again.lines.map(({ description }) => description), ["Handling"]);
  await execute(environment, discardManualInvoice, execution, saved);
  const { version } = await read(draft.manualInvoiceId);
  const last = { ...saved, version: String(version) };
  await refused(
    execute(environment, saveManualInvoice, execution, { ...last, ...change }),
    "IllegalTransition",
  );
  await refused(execute(environment, issueManualInvoice, execution, last), "IllegalTransition");
});

Deno.test("whatever writes to the database, typed lines stay once they are issued or discarded", async () => {
  const { tenantId, execution, write } = await scene();
  const issued = await write([repair]), discarded = await write([handling]), open = await write([handling]);
  await execute(environment, issueManualInvoice, execution, issued);
  await execute(environment, discardManualInvoice, execution, discarded);
  const change = (of: string, statement: string) =>
    withSystem(
      database,
      (db) =>
        db.sql.unsafe(
          statement.replace("OF", `tenant_id = '${tenantId}' and manual_invoice_id = '${of}'`)
            .replace("ROW", `'${tenantId}', '${of}'`),
        ),
    );
  const ways = [
    "update manual_invoice_line set description = 'Other' where OF",
    "insert into manual_invoice_line values (ROW, 2, 'Wash', '', '1', '', '1', '', '')",
    "delete from manual_invoice_line where OF",
  ];
  for (const way of ways) {
    for (const { manualInvoiceId } of [issued, discarded]) {
      await assert.rejects(change(manualInvoiceId, way), /issued or discarded stay/, way);
    }
    await change(open.manualInvoiceId, way);
  }
});

Deno.test("issued by four at once, or changed meanwhile, it is one invoice of what was seen", async () => {
  const { tenantId, execution, write, read, find } = await scene();
  for (let round = 0; round < 4; round += 1) {
    const draft = await write([repair]);
    const { supplyDate, paymentTermsDays } = await read(draft.manualInvoiceId);
    const save = execute(environment, saveManualInvoice, execution, {
      ...draft,
      supplyDate,
      paymentTermsDays,
      taxInclusive: false,
      buyerReference: "",
      purchaseOrder: "",
      note: "",
      after: 0,
      replaced: 1,
      lines: [{ ...emptyLine, ...handling }],
    });
    const issues = Array.from(
      { length: 4 },
      () => execute(environment, issueManualInvoice, execution, draft),
    );
    const settled = await Promise.allSettled([save, ...issues]);
    assert.equal(settled.filter(({ status }) => status === "fulfilled").length, 1);
    for (const each of settled) {
      assert.ok(
        each.status === "fulfilled" || isMilepostError(each.reason, "Conflict"),
        JSON.stringify(each),
      );
    }
    const { state, invoiceId } = await read(draft.manualInvoiceId);
    assert.equal(state, settled[0].status === "fulfilled" ? "draft" : "issued");
    if (invoiceId) assert.equal((await find(invoiceId)).lines[0].description, repair.description);
  }
  const [{ invoices }] = await withTenant(
    database,
    tenantId,
    (db) => db.sql<{ invoices: bigint }[]>`select count(*) as invoices from invoice`,
  );
  assert.ok(invoices <= 4n);
  assert.deepEqual(await breaches(), []);
});

Deno.test("lines below zero lower the tax of their rate; over nothing it is paid at once, below nothing it is refused", async () => {
  const { execution, write, find } = await scene();
  const back = { description: "Returned key", quantity: "-1", unitPrice: "120", tax: "Z 0" };
  const nothing = await write([{ ...handling, unitPrice: "100" }, back]);
  const { invoiceId, total } = await execute(environment, issueManualInvoice, execution, nothing);
  const invoice = await find(invoiceId);
  assert.deepEqual([total, invoice.taxTotal, invoice.state], ["0.00", 2000n, "paid"]);
  await refused(
    execute(environment, issueManualInvoice, execution, await write([back])),
    "InvalidInput",
    /less than nothing/,
  );
  const large = { ...handling, quantity: "1000000000000", unitPrice: "1000000000000" };
  await refused(
    execute(environment, issueManualInvoice, execution, await write([large])),
    "InvalidInput",
    /too much/,
  );
  assert.deepEqual(await breaches(), []);
});

Deno.test("where the policy asks for two people, whoever wrote it last does not approve it", async () => {
  const { tenantId, execution, write } = await scene();
  const policy = { allowsOwnApproval: false, setBy: "cli:boss", setAt: environment.clock.now() };
  await withTenant(database, tenantId, (db) => insertInvoiceRunPolicy(db, policy));
  const draft = await write([repair]);
  await refused(
    execute(environment, issueManualInvoice, execution, draft),
    "NotPermitted",
    /wrote this invoice/,
  );
  const other = { tenantId, actor: testActor(undefined, "other") };
  const approved = await execute(environment, approveManualInvoice, other, draft);
  const { number } = await execute(environment, issueManualInvoice, execution, approved);
  assert.equal(number, "CFS-2024-0001");
  assert.deepEqual(await breaches(), []);
});

Deno.test("credit notes of a manual invoice, line by line, come to the invoice to the cent", async () => {
  const { execution, write, find } = await scene();
  const draft = await write([repair, handling, { ...repair, quantity: "7", unitPrice: "0.333" }]);
  const { invoiceId } = await execute(environment, issueManualInvoice, execution, draft);
  const invoice = await find(invoiceId);
  for (
    const part of [{ kind: "amount", amount: "1.01" }, { kind: "amount", amount: "17.33" }, {
      kind: "whole",
    }] as const
  ) {
    await execute(environment, issueCreditNote, execution, {
      invoiceId,
      credit: part,
      purpose: "correction",
      reason: "Agreed by phone",
    });
  }
  const credited = await find(invoiceId);
  assert.equal(credited.creditedAmount, invoice.total);
  assert.equal(credited.state, "credited");
  assert.deepEqual(await breaches(), []);
});

Deno.test("1,000 lines are kept and issued; one more is refused", async () => {
  const { execution, write, find } = await scene();
  const line = { description: "Toll", quantity: "1", unitPrice: "1.01", tax: "S 20" };
  const draft = await write(Array.from({ length: 1000 }, () => line));
  const change = { after: 1000, replaced: 0, lines: [{ ...emptyLine, ...line }] };
  const terms = {
    supplyDate: "",
    paymentTermsDays: "",
    taxInclusive: false,
    buyerReference: "",
    purchaseOrder: "",
    note: "",
  };
  await refused(
    execute(environment, saveManualInvoice, execution, { ...draft, ...terms, ...change }),
    "InvalidInput",
    /1000/,
  );
  const { invoiceId, total } = await execute(environment, issueManualInvoice, execution, draft);
  assert.equal(total, "1212.00");
  assert.equal((await find(invoiceId)).lineCount, 1000);
});
