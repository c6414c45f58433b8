/** The auditor finds each breach that is planted among corrections, and nothing where there is none. */
import assert from "node:assert/strict";
import { testBreakages } from "../../../tests/support/audit_breakages.ts";
import postgres from "postgres";
import { handlers } from "../../../jobs/handlers/list.ts";
import { startWorker } from "../../../jobs/worker.ts";
import {
  addTrip,
  billMonths,
  newCorrectedBusiness,
  voidEvent,
} from "../../../tests/support/corrected_business.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import { FixedClock } from "../../core/clock.ts";
import { audit } from "../../../tests/support/audit.ts";
import { auditBreaches } from "./audit.ts";
import { environmentOf } from "../../../tests/support/environment.ts";

const { database, adminUrl, drop } = await testDatabase();
const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
const environment = environmentOf(database, new FixedClock("2024-07-02T09:00:00Z"));
const worker = startWorker({ environment, handlers, sweepEveryMs: 20, report: () => {} });
const business = await newCorrectedBusiness(environment);
await billMonths(business, "2024-01", "2024-02");
await addTrip(business, "late", "2024-01-20", "40");
await voidEvent(business, "trip-02");
await billMonths(business, "2024-03");
await worker.stop();
Deno.test.afterAll(async () => {
  await admin.end();
  await drop();
});

const recounted = "what is billed for each corrected period is what is due for it";
const derived = "every invoice follows from its facts";
const line = "(select invoice_line_id from invoice_line_correction)";

const breakages: Record<string, { check: string; plant: string; mend: string; shows: string }> = {
  "a correction of a cent more": {
    check: recounted,
    plant: `update invoice_line set amount = amount + 1 where id = ${line}`,
    mend: `update invoice_line set amount = amount - 1 where id = ${line}`,
    shows: '"period":"2024-01-01","what":"sum at S 20%","issued":"43301","derived":"43300"',
  },
  "a correction that is taxed by less": {
    check: derived,
    plant: `update invoice_tax set amount = amount - 1 where invoice_id =
      (select invoice_id from invoice_line where id = ${line})`,
    mend: `update invoice_tax set amount = amount + 1 where invoice_id =
      (select invoice_id from invoice_line where id = ${line})`,
    shows: '"what":"tax of S at 20%"',
  },
  "a credit note of a run that gives back a cent less": {
    check: recounted,
    plant: "update credit_note_line set amount = amount - 1",
    mend: "update credit_note_line set amount = amount + 1",
    shows: '"period":"2024-02-01","what":"sum at S 20%","issued":"41201","derived":"41200"',
  },
  "usage that was taken out of a derived period without a trace": {
    check: recounted,
    plant: "update usage_event set properties = '{\"miles\": \"41\"}' where event_id = 'late'",
    mend: "update usage_event set properties = '{\"miles\": \"40\"}' where event_id = 'late'",
    shows: '"period":"2024-01-01"',
  },
};

Deno.test("corrections that are right pass every check", async () => {
  const report = await audit(database);
  assert.deepEqual(auditBreaches(report), []);
  assert.equal(report.checks.find(({ name }) => name === recounted)!.count, 2);
});

testBreakages(database, admin, breakages);
