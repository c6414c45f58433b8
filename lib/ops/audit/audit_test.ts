/** The auditor finds nothing in books that are right, and finds each breach that is planted in them. */
import assert from "node:assert/strict";
import { type Breakage, testBreakages } from "../../../tests/support/audit_breakages.ts";
import postgres from "postgres";
import { withTenant } from "../../../db/tenant.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestRate,
  insertTestUsage,
  insertTestVehicle,
  lease,
  perMile,
  type TestCharge,
  type TestUsage,
} from "../../../tests/support/billing.ts";
import { testActor, testEnvironment } from "../../../tests/support/command.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import { FixedClock } from "../../core/clock.ts";
import { execute } from "../../core/command.ts";
import { issueInvoice } from "../../invoicing/commands.ts";
import { audit } from "../../../tests/support/audit.ts";
import { auditBreaches, auditSummary } from "./audit.ts";

const { database, adminUrl, drop } = await testDatabase();
const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
Deno.test.afterAll(async () => {
  await admin.end();
  await drop();
});

const tierPlan: TestCharge[] = [
  {
    ...perMile,
    per: "vehicle",
    price: { model: "graduated", tiers: [{ upTo: "100", unit: "0.30" }, { upTo: null, unit: "0.11" }] },
  },
  {
    ...perMile,
    reference: "volume",
    price: { model: "volume", tiers: [{ upTo: "50", unit: "0.2" }, { upTo: null, unit: "0.1", flat: "5" }] },
    taxPercent: "5",
  },
  { ...perMile, reference: "packs", price: { model: "package", size: "25", price: "2.5" } },
  {
    ...perMile,
    reference: "fuel",
    meter: { event: "fuel", aggregate: "sum", field: "cost" },
    price: { model: "pass_through", field: "cost", markupPercent: "2", markupPerEvent: "0.35" },
    taxCategory: "E",
    taxPercent: "0",
  },
];

/** Two tenants with invoices of three months, of several models, with tax on top and included. */
async function fillBooks(): Promise<void> {
  const environment = { ...testEnvironment(database), clock: new FixedClock("2024-05-02T09:00:00Z") };
  for (const name of ["First", "Second"]) {
    const business = await insertTestBusiness(database, { name });
    const { tenantId } = business;
    const contracts = await withTenant(database, tenantId, async (db) => {
      await insertTestRate(db, "GBP/JPY", Temporal.PlainDate.from("2024-05-02"), "190.55");
      const plans = [
        await insertTestPlan(db, [lease, perMile]),
        await insertTestPlan(db, tierPlan),
        await insertTestPlan(db, [perMile], { currency: "JPY", taxInclusive: true }),
      ];
      const made: string[] = [];
      for (const [index, plan] of plans.entries()) {
        const { contractId } = await insertTestContract(db, business, plan, { reference: `K-${index}` });
        const vehicle = await insertTestVehicle(db, contractId, `V-${index}`, "2024-02-15");
        await insertTestUsage(
          db,
          [2, 3, 4].flatMap((month): TestUsage[] => [
            {
              id: `t${index}-${month}`,
              at: `2024-0${month}-20T10:00:00Z`,
              vehicleId: vehicle,
              properties: { miles: `${month * 41}.35` },
            },
            ...(index === 1 ? [] : [{
              id: `c${index}-${month}`,
              at: `2024-0${month}-02T10:00:00Z`,
              contractId,
              properties: { miles: "17.1" },
            }]),
            {
              id: `f${index}-${month}`,
              at: `2024-0${month}-21T10:00:00Z`,
              vehicleId: vehicle,
              event: "fuel",
              properties: { cost: month === 3 ? "-12.40" : "64.37" },
            },
          ]),
        );
        made.push(contractId);
      }
      return made;
    });
    for (const contractId of contracts) {
      for (const [periodStart, periodEnd] of [["2024-02-01", "2024-03-01"], ["2024-03-01", "2024-04-01"]]) {
        const input = { contractId, periodStart, periodEnd };
        const key = `${contractId} ${periodStart}`;
        await execute(environment, issueInvoice, { tenantId, actor: testActor(), key }, input);
      }
      environment.clock.advance({ hours: 24 });
    }
  }
}
await fillBooks();

/** Statements that break one rule and mend it again, with constraints and row security out of the way. */
const invoice = "CFS-2024-0003";
const one = `(select id from invoice where number = '${invoice}' order by tenant_id limit 1)`;
const firstTenant = `(select min(tenant_id::text)::uuid from invoice)`;

const breakages: Record<string, Breakage> = {
  "an entry that is a cent off": {
    check: "debits equal credits in every transaction and currency",
    plant: `update ledger_entry set amount = amount + 1 where position = 1 and ledger_transaction_id =
      (select id from ledger_transaction where invoice_id = ${one})`,
    mend: `update ledger_entry set amount = amount - 1 where position = 1 and ledger_transaction_id =
      (select id from ledger_transaction where invoice_id = ${one})`,
    shows: '"difference":"1"',
  },
  "a posting of another amount": {
    check: "every issued invoice is posted once, as printed",
    plant: `update ledger_entry set amount = amount + sign(amount) * case position when 3 then 0 else 100 end
      where ledger_transaction_id = (select id from ledger_transaction where invoice_id = ${one})`,
    mend: `update ledger_entry set amount = amount - sign(amount) * case position when 3 then 0 else 100 end
      where ledger_transaction_id = (select id from ledger_transaction where invoice_id = ${one})`,
    shows: invoice,
  },
  "an invoice without a posting": {
    check: "every issued invoice is posted once, as printed",
    plant: `update ledger_transaction set kind = 'other' where invoice_id = ${one}`,
    mend: `update ledger_transaction set kind = 'invoice_issued' where invoice_id = ${one}`,
    shows: '"postings":"0"',
  },
  "a tax that is a cent off": {
    check: "totals are the sum of lines and tax",
    plant: `update invoice_tax set amount = amount + 1 where position = 1 and invoice_id = ${one}`,
    mend: `update invoice_tax set amount = amount - 1 where position = 1 and invoice_id = ${one}`,
    shows: invoice,
  },
  "a tax base that is not its lines": {
    check: "totals are the sum of lines and tax",
    plant: `update invoice_tax set base = base - 1 where position = 1 and invoice_id = ${one}`,
    mend: `update invoice_tax set base = base + 1 where position = 1 and invoice_id = ${one}`,
    shows: invoice,
  },
  "a header with another total": {
    check: "header, document and lines agree",
    plant: `update invoice set total = total + 1, open_amount = open_amount + 1 where id = ${one}`,
    mend: `update invoice set total = total - 1, open_amount = open_amount - 1 where id = ${one}`,
    shows: "differ in the total",
  },
  "a lost trace": {
    check: "header, document and lines agree",
    plant: `update invoice_line_trace set steps = '[]' where invoice_line_id in
      (select id from invoice_line where invoice_id = ${one} and position = 1)`,
    mend: `update invoice_line_trace set steps = '["as it was"]' where steps = '[]'`,
    shows: "cannot explain itself",
  },
  "a step from a state it was not in": {
    check: "every state was reached by an allowed step",
    plant:
      `update invoice_transition set from_state = 'draft' where to_state = 'issued' and invoice_id = ${one}`,
    mend:
      `update invoice_transition set from_state = 'approved' where to_state = 'issued' and invoice_id = ${one}`,
    shows: invoice,
  },
  "a state without a step": {
    check: "every state was reached by an allowed step",
    plant: `update invoice set state = 'uncollectible' where id = ${one}`,
    mend: `update invoice set state = 'issued' where id = ${one}`,
    shows: invoice,
  },
  "two invoices for the same days": {
    check: "each charge, vehicle and period is billed once",
    plant: `update invoice set period_start = period_start - 1 where number = 'CFS-2024-0004'`,
    mend: `update invoice set period_start = period_start + 1 where number = 'CFS-2024-0004'`,
    shows: '"again_in":"CFS-2024-0004"',
  },
  "an invoice for days that are no period of its contract": {
    check: "every invoice bills a whole period of its contract",
    plant: "update contract set anchor_day = 2",
    mend: "update contract set anchor_day = 1",
    shows: '"cadence":"monthly"',
  },
  "a period of a week in a month's place": {
    check: "every invoice bills a whole period of its contract",
    plant: "update contract set cadence = 'weekly', anchor_date = '2024-01-01'",
    mend: "update contract set cadence = 'monthly', anchor_date = null",
    shows: '"cadence":"weekly"',
  },
  "a skipped number": {
    check: "numbers run from 1 without a gap",
    plant:
      `update invoice set series_number = 99 where number = 'CFS-2024-0006' and tenant_id = ${firstTenant}`,
    mend: `update invoice set series_number = 6 where series_number = 99`,
    shows: '"last":"99"',
  },
  "a counter ahead of its numbers": {
    check: "numbers run from 1 without a gap",
    plant: `update number_series set last_number = 7 where tenant_id = ${firstTenant}`,
    mend: `update number_series set last_number = 6 where tenant_id = ${firstTenant}`,
    shows: '"counter":"7"',
  },
  "a date before an earlier number's": {
    check: "issue dates never fall within a series",
    plant: `update invoice set issue_date = issue_date + 30 where id = ${one}`,
    mend: `update invoice set issue_date = issue_date - 30 where id = ${one}`,
    shows: '"invoice":"CFS-2024-0004"',
  },
  "a payment that the ledger does not know": {
    check: "customers owe what is open on their invoices",
    plant: `update invoice set open_amount = open_amount - 1 where id = ${one}`,
    mend: `update invoice set open_amount = open_amount + 1 where id = ${one}`,
    shows: '"customer":"C-K-1"',
  },
  "usage that changed after it was billed": {
    check: "every invoice follows from its facts",
    plant:
      `update usage_event set properties = '{"miles": "88.35"}' where event_id = 't1-2' and tenant_id = ${firstTenant}`,
    mend:
      `update usage_event set properties = '{"miles": "82.35"}' where event_id = 't1-2' and tenant_id = ${firstTenant}`,
    shows: "line volume",
  },
  "usage that vanished after it was billed": {
    check: "every invoice follows from its facts",
    plant: `update usage_event set event = 'gone' where event_id = 't1-2' and tenant_id = ${firstTenant}`,
    mend: `update usage_event set event = 'trip' where event_id = 't1-2' and tenant_id = ${firstTenant}`,
    shows: '"what":"usage events"',
  },
  "a price that was not the plan's": {
    check: "every invoice follows from its facts",
    plant: `update charge set price = '{"model": "per_unit", "unit": "0.16"}' where reference = 'miles'
      and tenant_id = ${firstTenant} and price ->> 'model' = 'per_unit'`,
    mend: `update charge set price = '{"model": "per_unit", "unit": "0.15"}' where reference = 'miles'
      and tenant_id = ${firstTenant} and price ->> 'model' = 'per_unit'`,
    shows: "line miles",
  },
  "a row that no count knows": {
    check: "every row of a file is accounted for",
    plant:
      `insert into usage_import (tenant_id, source, file_name, mapping, state, row_count, event_count, actor, finished_at)
      values (${firstTenant}, 'x', 'lost.csv', 'x', 'done', 3, 3, 'test', now())`,
    mend: `delete from usage_import where file_name = 'lost.csv'`,
    shows: "lost.csv",
  },
  "an invoice that nobody issued": {
    check: "every issued invoice is in the audit trail",
    plant: `update audit_event set subject_id = subject_id || '!' where subject_id = ${one}::text`,
    mend: `update audit_event set subject_id = rtrim(subject_id, '!')`,
    shows: invoice,
  },
  "an answer that was not kept": {
    check: "every acknowledged invoice is there",
    plant: `update idempotency_key set answer = answer || '{"number": "CFS-2024-0033"}'
      where answer ->> 'number' = '${invoice}' and tenant_id = ${firstTenant}`,
    mend: `update idempotency_key set answer = answer || '{"number": "${invoice}"}'
      where answer ->> 'number' = 'CFS-2024-0033'`,
    shows: "CFS-2024-0033",
  },
  "a wall with a hole": {
    check: "no tenant can read another's rows",
    plant: `create policy hole on customer to milepost_app using (true)`,
    mend: `drop policy hole on customer`,
    shows: '"table":"customer"',
  },
  "a wall with a door to the neighbour": {
    check: "no tenant can read another's rows",
    plant: `create policy hole on invoice_line to milepost_app using (tenant_id >
      nullif(current_setting('app.tenant_id', true), '')::uuid and
      current_setting('app.tenant_id', true) not like '00000000%')`,
    mend: `drop policy hole on invoice_line`,
    shows: '"table":"invoice_line"',
  },
};

Deno.test("books that are right pass every check, and no check is idle", async () => {
  const report = await audit(database);
  assert.deepEqual(auditBreaches(report), []);
  assert.equal(report.ok, true);
  const idle = report.checks.filter(({ count }) => count === 0).map(({ name }) => name);
  // these have tests of their own, and nothing was imported here
  const elsewhere = /payment|reversal|credit note|corrected|wallet|void|write-off|closed|manual/;
  assert.deepEqual(idle.filter((name) => !elsewhere.test(name)), ["every row of a file is accounted for"]);
  const summary = JSON.parse(auditSummary(report));
  assert.equal(summary.ok, true);
  assert.deepEqual(Object.keys(summary.checks[0]), ["name", "ok", "count"]);
});

Deno.test("usage that arrives after the invoice is no breach: it waits for a later one", async () => {
  const [{ tenant_id, contract_id }] =
    await admin`select tenant_id, contract_id from invoice where number = ${invoice}`;
  await withTenant(database, tenant_id, (db) =>
    insertTestUsage(db, [{
      id: "late",
      at: "2024-02-22T10:00:00Z",
      contractId: contract_id,
      properties: { miles: "500" },
    }]));
  assert.deepEqual(auditBreaches(await audit(database)), []);
});

testBreakages(database, admin, breakages);

Deno.test("after all that was mended the books are right again", async () => {
  assert.deepEqual(auditBreaches(await audit(database)), []);
});
