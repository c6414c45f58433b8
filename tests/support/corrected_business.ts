/** A contract of one vehicle whose billed months change afterwards, and the runs that bill and correct them. */
import assert from "node:assert/strict";
import type { Database } from "../../db/database.ts";
import { withTenant } from "../../db/tenant.ts";
import type { Actor } from "../../lib/core/actor.ts";
import { type Environment, execute } from "../../lib/core/command.ts";
import { issueCreditNote } from "../../lib/invoicing/credit/commands.ts";
import { approveRun, prepareRun } from "../../lib/invoicing/run/commands.ts";
import { findRun, type RunDetail } from "../../lib/invoicing/run/views.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestUsage,
  insertTestVehicle,
  lease,
  perMile,
  type TestCharge,
  type TestUsage,
} from "./billing.ts";
import { testActor, testUser, until } from "./command.ts";

export const preparer: Actor = testUser("00000000-0000-7000-8000-000000000001");
export const approver: Actor = { ...preparer, id: "00000000-0000-7000-8000-000000000002" };

export interface CorrectedBusiness {
  environment: Environment;
  tenantId: string;
  entityId: string;
  contractId: string;
  vehicleId: string;
}

/** The vehicle drives 100 miles a month; a worker of the test does the steps of the runs. */
export async function newCorrectedBusiness(
  environment: Environment,
  charges: readonly TestCharge[] = [lease, perMile],
  options: { endDate?: string; taxInclusive?: boolean; currency?: string } = {},
): Promise<CorrectedBusiness> {
  const { database } = environment;
  const business = await insertTestBusiness(database);
  return await withTenant(database, business.tenantId, async (db) => {
    const plan = await insertTestPlan(db, charges, options);
    const { contractId } = await insertTestContract(db, business, plan, { reference: "K-1", ...options });
    const vehicleId = await insertTestVehicle(db, contractId, "V-1");
    const made = { environment, ...business, contractId, vehicleId };
    await insertTestUsage(
      db,
      ["01", "02", "03", "04"].map((month) => tripOf(made, `trip-${month}`, `2024-${month}-10`, "100")),
    );
    return made;
  });
}

function tripOf({ vehicleId }: { vehicleId: string }, id: string, day: string, miles: string): TestUsage {
  return { id, at: `${day}T10:00:00Z`, vehicleId, properties: { miles } };
}

export async function addTrip(
  business: CorrectedBusiness,
  id: string,
  day: string,
  miles: string,
): Promise<void> {
  await addUsage(business, tripOf(business, id, day, miles));
}

export async function addUsage(
  { environment: { database }, tenantId }: CorrectedBusiness,
  ...usage: TestUsage[]
): Promise<void> {
  await withTenant(database, tenantId, (db) => insertTestUsage(db, usage));
}

/** A void of an event, as an import writes it. */
export async function voidEvent(business: CorrectedBusiness, id: string): Promise<void> {
  const { environment: { database }, tenantId } = business;
  await withTenant(database, tenantId, async (db) => {
    await insertTestUsage(db, [{
      ...tripOf(business, `void-${id}`, "2024-05-01", "0"),
      event: "void",
    }]);
    await db.query.insertInto("usage_correction")
      .values({ tenant_id: tenantId, source: "test", event_id: id, correction_id: `void-${id}` }).execute();
  });
}

export async function creditByHand(
  { environment, tenantId }: CorrectedBusiness,
  number: string,
  purpose: "concession" | "correction",
  amount?: string,
): Promise<void> {
  const [{ id }] = await withTenant(
    environment.database,
    tenantId,
    (db) => db.sql<{ id: string }[]>`select id from invoice where number = ${number}`,
  );
  await execute(environment, issueCreditNote, { tenantId, actor: testActor() }, {
    invoiceId: id,
    credit: amount === undefined ? { kind: "whole" } : { kind: "amount", amount },
    purpose,
    reason: "By hand",
  });
}

type Runs = Pick<CorrectedBusiness, "environment" | "tenantId" | "entityId">;

export async function readRun({ environment, tenantId }: Runs, runId: string): Promise<RunDetail> {
  return await withTenant(environment.database, tenantId, (db) => findRun(db, runId), { readOnly: true });
}

/** Prepares the run of a month and waits for its preview. */
export async function previewMonth(business: Runs, month: string): Promise<string> {
  const { environment, tenantId, entityId } = business;
  const input = { billingEntityId: entityId, month };
  const { runId } = await execute(environment, prepareRun, { tenantId, actor: preparer }, input);
  await until(async () => (await readRun(business, runId)).run.state === "awaiting_approval");
  return runId;
}

/** Approves a previewed run and waits until it is done. */
export async function approveMonth(business: Runs, runId: string): Promise<void> {
  const { environment, tenantId } = business;
  const resultHash = (await readRun(business, runId)).run.resultHash!.toHex();
  await execute(environment, approveRun, { tenantId, actor: approver }, { runId, resultHash });
  await until(async () => ["done", "blocked"].includes((await readRun(business, runId)).run.state));
  assert.equal((await readRun(business, runId)).run.state, "done");
}

export async function billMonths(business: Runs, ...months: string[]): Promise<void> {
  for (const month of months) await approveMonth(business, await previewMonth(business, month));
}

/** Every document of a business with its lines, as texts. */
export async function documentsOf(database: Database, tenantId: string): Promise<string[]> {
  const rows = await withTenant(
    database,
    tenantId,
    (db) =>
      db.sql<{ text: string }[]>`
      select text from (
        select number, concat_ws(' ', number, period_start, total, (
          select string_agg(concat_ws(' ', description, amount), ', ' order by position) from invoice_line line
          where line.invoice_id = invoice.id)) as text from invoice
        union all
        select note.number, concat_ws(' ', note.number, 'of', invoice.number, note.total, (
          select string_agg(concat_ws(' ', description, amount), ', ' order by position) from credit_note_line line
          where line.credit_note_id = note.id)) from credit_note note join invoice on invoice.id = note.invoice_id
      ) as document order by number`,
  );
  return rows.map(({ text }) => text);
}
