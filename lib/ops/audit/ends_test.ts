/** The auditor finds each breach that is planted among void and written-off invoices, and nothing where there is none. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { type Breakage, testBreakages } from "../../../tests/support/audit_breakages.ts";
import { insertTestBusiness } from "../../../tests/support/billing.ts";
import { testActor, testEnvironment } from "../../../tests/support/command.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import { issueTestInvoices } from "../../../tests/support/issued_invoices.ts";
import { FixedClock } from "../../core/clock.ts";
import { execute } from "../../core/command.ts";
import { voidInvoice } from "../../invoicing/void/commands.ts";
import { writeOffInvoice } from "../../invoicing/write_off/commands.ts";
import { audit, auditBreaches } from "./audit.ts";

const { database, adminUrl, drop } = await testDatabase();
const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
Deno.test.afterAll(async () => {
  await admin.end();
  await drop();
});

/** The first invoice void, the second written off with its tax, the third open. */
async function fillBooks(): Promise<void> {
  const environment = { ...testEnvironment(database), clock: new FixedClock("2024-06-03T09:00:00Z") };
  const business = await insertTestBusiness(database);
  const { invoices } = await issueTestInvoices(environment, business, { reference: "A", months: 3 });
  const execution = { tenantId: business.tenantId, actor: testActor() };
  const reason = "It came to that";
  await execute(environment, voidInvoice, execution, { invoiceId: invoices[0].id, reason });
  await execute(environment, writeOffInvoice, execution, {
    invoiceId: invoices[1].id,
    reason,
    claimsTax: true,
  });
}
await fillBooks();

const voids = "void invoices are posted away and never went out";
const writeOffs = "write-offs are posted once, with no more tax than there is";
const open = "what is open is the total less credit notes, write-offs and payments";
const steps = "every state was reached by an allowed step";

const breakages: Record<string, Breakage> = {
  "a void invoice that is not posted away": {
    check: voids,
    plant: "update ledger_transaction set kind = 'x_voided' where kind = 'invoice_voided'",
    mend: "update ledger_transaction set kind = 'invoice_voided' where kind = 'x_voided'",
    shows: '"invoice":"CFS-2024-0001","state":"void","postings":"0"',
  },
  "a void invoice that went out": {
    check: voids,
    plant:
      `insert into message (tenant_id, invoice_id, customer_id, sender_name, recipient, subject, body_text, body_html,
        state, requested_by, requested_at, settled_at)
      select tenant_id, id, customer_id, 'C', 'a@b.c', 's', 't', 'h', 'sent', 'x', now(), now()
      from invoice where number = 'CFS-2024-0001'`,
    mend: "delete from message",
    shows: "CFS-2024-0001",
  },
  "an open invoice that is posted away": {
    check: voids,
    plant: `update ledger_transaction set invoice_id = (select id from invoice where number = 'CFS-2024-0003')
      where kind = 'invoice_voided'`,
    mend: `update ledger_transaction set invoice_id = (select id from invoice where number = 'CFS-2024-0001')
      where kind = 'invoice_voided'`,
    shows: '"invoice":"CFS-2024-0003","state":"issued","postings":"1"',
  },
  "a write-off that is not posted": {
    check: writeOffs,
    plant: "update ledger_transaction set kind = 'x_off' where kind = 'invoice_written_off'",
    mend: "update ledger_transaction set kind = 'invoice_written_off' where kind = 'x_off'",
    shows: "has a write-off that is not posted once",
  },
  "a write-off that is posted as all loss": {
    check: writeOffs,
    plant: `update ledger_entry set ledger_account_id = (select id from ledger_account where code = '6100')
      where ledger_account_id = (select id from ledger_account where code = '2200')
        and ledger_transaction_id = (select id from ledger_transaction where kind = 'invoice_written_off')`,
    mend: `update ledger_entry set ledger_account_id = (select id from ledger_account where code = '2200')
      where amount = 8240 and ledger_transaction_id =
        (select id from ledger_transaction where kind = 'invoice_written_off')`,
    shows: "posted by other amounts",
  },
  "more tax taken back than there is": {
    check: writeOffs,
    plant: "update write_off_tax set amount = amount + 1",
    mend: "update write_off_tax set amount = amount - 1",
    shows: "takes back more tax than it has",
  },
  "an invoice that says more was given up": {
    check: writeOffs,
    plant: "update invoice set written_off_amount = written_off_amount - 1 where number = 'CFS-2024-0002'",
    mend: "update invoice set written_off_amount = written_off_amount + 1 where number = 'CFS-2024-0002'",
    shows: "says another amount than its write-offs",
  },
  "a written-off invoice that calls itself paid": {
    check: open,
    plant: "update invoice set state = 'paid' where number = 'CFS-2024-0002'",
    mend: "update invoice set state = 'uncollectible' where number = 'CFS-2024-0002'",
    shows: '"invoice":"CFS-2024-0002","state":"paid"',
  },
  "an invoice that came back from the void": {
    check: steps,
    plant: "update invoice set state = 'issued' where number = 'CFS-2024-0001'",
    mend: "update invoice set state = 'void' where number = 'CFS-2024-0001'",
    shows: "CFS-2024-0001",
  },
};

Deno.test("ends that are right pass every check, and none of theirs is idle", async () => {
  const report = await audit(database);
  assert.deepEqual(auditBreaches(report), []);
  const theirs = report.checks.filter(({ name }) => [voids, writeOffs].includes(name));
  assert.deepEqual(theirs.map(({ count }) => count), [1, 1]);
});

testBreakages(database, admin, breakages);

Deno.test("after all that was mended the ends are right again", async () => {
  assert.deepEqual(auditBreaches(await audit(database)), []);
});
