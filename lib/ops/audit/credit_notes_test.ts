/** The auditor finds each breach that is planted among credit notes, and nothing where there is none. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { type Breakage, testBreakages } from "../../../tests/support/audit_breakages.ts";
import { insertTestBusiness } from "../../../tests/support/billing.ts";
import { testActor, testEnvironment } from "../../../tests/support/command.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import { issueTestInvoices } from "../../../tests/support/issued_invoices.ts";
import { FixedClock } from "../../core/clock.ts";
import { execute } from "../../core/command.ts";
import { type CreditChoice, issueCreditNote } from "../../invoicing/credit/commands.ts";
import { audit } from "../../../tests/support/audit.ts";
import { auditBreaches } from "./audit.ts";

const { database, adminUrl, drop } = await testDatabase();
const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
Deno.test.afterAll(async () => {
  await admin.end();
  await drop();
});

/** The first invoice credited in two notes, the second in part. */
async function fillBooks(): Promise<void> {
  const environment = { ...testEnvironment(database), clock: new FixedClock("2024-06-03T09:00:00Z") };
  const business = await insertTestBusiness(database);
  const { invoices } = await issueTestInvoices(environment, business, { reference: "A", months: 3 });
  const credit = (invoice: number, choice: CreditChoice) =>
    execute(environment, issueCreditNote, { tenantId: business.tenantId, actor: testActor() }, {
      invoiceId: invoices[invoice].id,
      credit: choice,
      purpose: "concession",
      reason: "Given back",
    });
  await credit(0, { kind: "amount", amount: "200.00" });
  await credit(0, { kind: "whole" });
  await credit(1, { kind: "amount", amount: "12.00" });
}
await fillBooks();

const beyond = "credit notes never exceed their invoice, and all of it is credited to the cent";
const torn = "header, lines and taxes of credit notes agree";
const posted = "every issued credit note is posted once, as printed";
const numbers = "numbers of credit notes run from 1 without a gap, in the order of their dates";
const steps = "every credit note was drafted, issued and attested";
const noteOf = (number: number) => `(select id from credit_note where number = 'CFS-CN-2024-000${number}')`;

const breakages: Record<string, Breakage> = {
  "credit notes that total one cent more than the invoice": {
    check: beyond,
    plant: `update credit_note set total = total + 1 where id = ${noteOf(2)}`,
    mend: `update credit_note set total = total - 1 where id = ${noteOf(2)}`,
    shows: "is credited by more than it comes to",
  },
  "a line credited by a cent less where all is credited": {
    check: beyond,
    plant: `update credit_note_line set amount = amount - 1 where credit_note_id = ${noteOf(2)}`,
    mend: `update credit_note_line set amount = amount + 1 where credit_note_id = ${noteOf(2)}`,
    shows: '"what":"line 1","fault":"is not credited to the cent"',
  },
  "tax credited by a cent more": {
    check: beyond,
    plant: `update credit_note_tax set amount = amount + 1 where credit_note_id = ${noteOf(1)}`,
    mend: `update credit_note_tax set amount = amount - 1 where credit_note_id = ${noteOf(1)}`,
    shows: "tax of S at 20%",
  },
  "a part credited at another rate": {
    check: beyond,
    plant: `update credit_note_line set tax_percent = 5 where credit_note_id = ${noteOf(3)}`,
    mend: `update credit_note_line set tax_percent = 20 where credit_note_id = ${noteOf(3)}`,
    shows: "is credited at another tax rate",
  },
  "a partial credit that marks an invoice credited": {
    check: beyond,
    plant: `update invoice set state = 'credited', open_amount = 0 where number = 'CFS-2024-0002'`,
    mend:
      `update invoice set state = 'issued', open_amount = total - credited_amount where number = 'CFS-2024-0002'`,
    shows: "has a state that does not fit",
  },
  "an invoice that says another credited amount": {
    check: beyond,
    plant: `update invoice set credited_amount = credited_amount - 1 where number = 'CFS-2024-0002'`,
    mend: `update invoice set credited_amount = credited_amount + 1 where number = 'CFS-2024-0002'`,
    shows: "says another amount than its credit notes",
  },
  "a credit note for an invoice whose lines it does not name": {
    check: torn,
    plant: `update credit_note set invoice_id = (select id from invoice where number = 'CFS-2024-0003')
      where id = ${noteOf(3)}`,
    mend: `update credit_note set invoice_id = (select id from invoice where number = 'CFS-2024-0002')
      where id = ${noteOf(3)}`,
    shows: "takes from another invoice than it names",
  },
  "a credit note that does not add up": {
    check: torn,
    plant: `update credit_note_document set total = total + 1 where credit_note_id = ${noteOf(3)}`,
    mend: `update credit_note_document set total = total - 1 where credit_note_id = ${noteOf(3)}`,
    shows: "does not add up",
  },
  "a credit note without a posting": {
    check: posted,
    plant: `update ledger_transaction set credit_note_id = null where credit_note_id = ${noteOf(3)}`,
    mend: `update ledger_transaction set credit_note_id = ${noteOf(3)}
      where kind = 'credit_note_issued' and credit_note_id is null`,
    shows: '"postings":"0"',
  },
  "a gap in the numbers": {
    check: numbers,
    plant: `update credit_note set series_number = 4 where id = ${noteOf(3)}`,
    mend: `update credit_note set series_number = 3 where id = ${noteOf(3)}`,
    shows: '"last":"4"',
  },
  "a later number with an earlier date": {
    check: numbers,
    plant: `update credit_note set issue_date = '2024-06-02' where id = ${noteOf(2)}`,
    mend: `update credit_note set issue_date = '2024-06-03' where id = ${noteOf(2)}`,
    shows: '"in_order":false',
  },
  "a credit note that nobody issued": {
    check: steps,
    plant: `update audit_event set command = 'credit_note.dream' where subject_id = ${noteOf(1)}::text`,
    mend: `update audit_event set command = 'credit_note.issue' where subject_id = ${noteOf(1)}::text`,
    shows: "CFS-CN-2024-0001",
  },
  "what customers owe is less than the credit": {
    check: "customers owe what is open on their invoices",
    plant: `update invoice set open_amount = open_amount - 1 where number = 'CFS-2024-0002'`,
    mend: `update invoice set open_amount = open_amount + 1 where number = 'CFS-2024-0002'`,
    shows: '"customer":"C-A"',
  },
};

Deno.test("credit notes that are right pass every check, and none of theirs is idle", async () => {
  const report = await audit(database);
  assert.deepEqual(auditBreaches(report), []);
  const theirs = report.checks.filter(({ name }) => [beyond, torn, posted, numbers, steps].includes(name));
  assert.deepEqual(theirs.map(({ count }) => count), [2, 3, 3, 1, 6]);
});

testBreakages(database, admin, breakages);

Deno.test("after all that was mended the credit notes are right again", async () => {
  assert.deepEqual(auditBreaches(await audit(database)), []);
});

Deno.test("the database itself refuses to change an issued credit note, and to credit more than there is", async () => {
  await admin.unsafe("set session_replication_role = origin");
  await assert.rejects(
    admin`update credit_note set issue_date = '2024-06-04' where number = 'CFS-CN-2024-0001'`,
    /stays as it is/,
  );
  await assert.rejects(
    admin`update invoice set credited_amount = total + 1 where number = 'CFS-2024-0002'`,
    /invoice_credited/,
  );
});
