/** SIGKILL of the workers of an invoice run at seeded points: gone on with, its outcome is that of an undisturbed run. */
import assert from "node:assert/strict";
import { withSystem } from "../../db/system.ts";
import { withTenant } from "../../db/tenant.ts";
import type { Actor } from "../../lib/core/actor.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { execute } from "../../lib/core/command.ts";
import { approveRun, prepareRun } from "../../lib/invoicing/run/commands.ts";
import { findRun } from "../../lib/invoicing/run/views.ts";
import { audit } from "../support/audit.ts";
import { auditBreaches } from "../../lib/ops/audit/audit.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestUsage,
  insertTestVehicle,
  lease,
  perMile,
} from "../support/billing.ts";
import { testActor, until } from "../support/command.ts";
import { type CommandProcess, startCommandProcess } from "../support/command_process.ts";
import { testDatabase } from "../support/database.ts";
import { pause, seededRandom } from "../support/random.ts";
import { environmentOf } from "../support/environment.ts";

const { database, appUrl, systemUrl, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = environmentOf(database, new FixedClock("2024-04-02T09:00:00Z"));

const long = Deno.env.get("MILEPOST_TEST_FAULTS") === "long";
/** The kinds of jobs in the order of a run, each with the kills that wait for one of them to begin. */
const killsByKind: readonly [kind: string, kills: number][] = long
  ? [["preview", 18], ["draft", 14], ["number", 9], ["reconcile", 9]]
  : [["preview", 2], ["draft", 2], ["number", 1], ["reconcile", 1]];
const targets = killsByKind.flatMap(([kind, count]) => Array<string>(count).fill(kind));
const contractCount = long ? 900 : 240;

const preparer: Actor = { ...testActor(), id: "00000000-0000-7000-8000-000000000001" };
const approver: Actor = { ...testActor(), id: "00000000-0000-7000-8000-000000000002" };

/** February is billed, and of every third contract it has to be billed more since, and of every third one less. */
async function newBusiness() {
  const business = await insertTestBusiness(database);
  const { tenantId } = business;
  const vehicleIds: string[] = [];
  await withTenant(database, business.tenantId, async (db) => {
    const plan = await insertTestPlan(db, [lease, perMile]);
    for (let index = 0; index < contractCount; index++) {
      const reference = `K-${String(index).padStart(4, "0")}`;
      const { contractId } = await insertTestContract(db, business, plan, { reference });
      const vehicleId = await insertTestVehicle(db, contractId, `V-${reference}`);
      vehicleIds.push(vehicleId);
      await insertTestUsage(db, [
        {
          id: reference,
          at: "2024-03-05T10:00:00Z",
          vehicleId,
          properties: { miles: `${index}.5` },
        },
        { id: `${reference}-before`, at: "2024-02-05T10:00:00Z", vehicleId, properties: { miles: "80" } },
      ]);
    }
  });
  await runMonth(business, "2024-02", undisturbed, undisturbed);
  await withTenant(database, tenantId, async (db) => {
    for (const [index, vehicleId] of vehicleIds.entries()) {
      const id = `K-${String(index).padStart(4, "0")}`;
      const at = "2024-02-20T10:00:00Z";
      if (index % 3 === 0) {
        await insertTestUsage(db, [{ id: `${id}-late`, at, vehicleId, properties: { miles: `${index}.5` } }]);
      } else if (index % 3 === 1) {
        await insertTestUsage(db, [{ id: `${id}-void`, event: "void", at, vehicleId, properties: {} }]);
        await db.query.insertInto("usage_correction").values({
          tenant_id: tenantId,
          source: "test",
          event_id: `${id}-before`,
          correction_id: `${id}-void`,
        }).execute();
      }
    }
  });
  return business;
}

/** Works until a stage of a run is over. */
type Work = (isOver: () => Promise<boolean>) => Promise<void>;

/** Runs a month with the workers that the two stages start. Gives the id of the run. */
async function runMonth(
  { tenantId, entityId }: { tenantId: string; entityId: string },
  month: string,
  preview: Work,
  issue: Work,
): Promise<string> {
  const execution = { tenantId, actor: preparer };
  const input = { billingEntityId: entityId, month, sendsInvoices: false };
  const { runId } = await execute(environment, prepareRun, execution, input);
  const read = () => withTenant(database, tenantId, (db) => findRun(db, runId), { readOnly: true });
  const isIn = (...states: string[]) => async () => states.includes((await read()).run.state);
  await preview(isIn("awaiting_approval"));
  const resultHash = (await read()).run.resultHash!.toHex();
  await execute(environment, approveRun, { tenantId, actor: approver }, { runId, resultHash });
  await issue(isIn("done", "blocked"));
  return runId;
}

/** Everything that people, books and auditors see of a run, but for ids and times. */
async function outcomeOf(tenantId: string, runId: string) {
  return await withSystem(database, async (db) => ({
    run: [
      ...await db.sql`
      select state, item_count from invoice_run where tenant_id = ${tenantId} and id = ${runId}`,
    ],
    items: [
      ...await db.sql`
      select position, item.state, exception, message, subtotal, item.total, line_count, credit_total
      from invoice_run_item item where tenant_id = ${tenantId} and invoice_run_id = ${runId} order by position`,
    ],
    corrections: [
      ...await db.sql`
      select position, period_start, state, message, increase, decrease from invoice_run_correction
      where tenant_id = ${tenantId} and invoice_run_id = ${runId} order by position`,
    ],
    credits: [
      ...await db.sql`
      select note.number, invoice.number as invoice, note.issue_date, note.total, reason, tax_total
      from credit_note note join credit_note_document document on document.credit_note_id = note.id
      join invoice on invoice.id = note.invoice_id where note.tenant_id = ${tenantId} order by note.number`,
    ],
    invoices: [
      ...await db.sql`
      select number, contract.reference, issue_date, due_date, invoice.state, total, open_amount,
        (select string_agg(from_state || '>' || to_state || ' ' || reason, '; ' order by t.id)
          from invoice_transition t where t.tenant_id = invoice.tenant_id and t.invoice_id = invoice.id) as steps,
        (select string_agg(description || amount, '; ' order by position)
          from invoice_line l where l.tenant_id = invoice.tenant_id and l.invoice_id = invoice.id) as lines
      from invoice join contract on contract.tenant_id = invoice.tenant_id and contract.id = invoice.contract_id
      where invoice.tenant_id = ${tenantId} order by number`,
    ],
    postings: [
      ...await db.sql`
      select description, posted_on, string_agg(amount::text, ' ' order by position) as amounts
      from ledger_transaction t join ledger_entry e
        on e.tenant_id = t.tenant_id and e.ledger_transaction_id = t.id
      where t.tenant_id = ${tenantId} group by t.id, description, posted_on order by description`,
    ],
    told: [
      ...await db.sql`
      select event, count(*) from outbox where tenant_id = ${tenantId} group by event order by event`,
    ],
  }));
}

/** A worker would wait for the leases of one that was killed; the test lets them run out at once. */
async function endLeases(): Promise<void> {
  await withSystem(
    database,
    (db) => db.sql`update job set lease_until = clock_timestamp() where state = 'leased'`,
  );
}

const startWorker = (): CommandProcess => startCommandProcess({ appUrl, systemUrl, productWorker: true });

async function undisturbed(isOver: () => Promise<boolean>): Promise<void> {
  const worker = startWorker();
  await until(isOver);
  await worker.end();
}

Deno.test(`${targets.length} kills of the workers of a run: the outcome is that of an undisturbed one`, async () => {
  const random = seededRandom("killed runs");
  const fell: string[] = [];
  const killed = (kinds: readonly string[]) => async (isOver: () => Promise<boolean>) => {
    for (const kind of targets.filter((target) => kinds.includes(target))) {
      const worker = startWorker();
      const before = await jobsStarted(kind);
      await until(async () => await isOver() || await jobsStarted(kind) > before);
      await pause(random.between(0, 120));
      await worker.end();
      if (await isOver()) break;
      fell.push(kind);
      await endLeases();
    }
    await undisturbed(isOver);
  };
  const disturbed = await newBusiness();
  const runId = await runMonth(
    disturbed,
    "2024-03",
    killed(["preview"]),
    killed(["draft", "number", "reconcile"]),
  );
  console.info(
    killsByKind.map(([kind]) => `${kind}: ${fell.filter((one) => one === kind).length}`).join(", "),
  );
  assert.ok(fell.length >= 2, `only ${fell.length} kills fell into the run`);
  const quiet = await newBusiness();
  const quietId = await runMonth(quiet, "2024-03", undisturbed, undisturbed);
  const outcome = await outcomeOf(disturbed.tenantId, runId);
  assert.equal(outcome.invoices.length, 2 * contractCount);
  assert.equal(outcome.corrections.filter(({ state }) => state === "changed").length, contractCount * 2 / 3);
  assert.equal(outcome.credits.length, contractCount / 3);
  assert.deepEqual(outcome, await outcomeOf(quiet.tenantId, quietId));
  assert.deepEqual(auditBreaches(await audit(database)), []);
});

/** Attempts at jobs of a kind, or of one that comes later in a run: when the kind is done, the next one is waited for. */
async function jobsStarted(kind: string): Promise<number> {
  const names = killsByKind.map(([name]) => name);
  const kinds = names.slice(names.indexOf(kind)).map((name) => `invoice_run.${name}`);
  return await withSystem(database, async (db) => {
    const [{ count }] = await db.sql<{ count: number }[]>`
      select coalesce(sum(attempt), 0)::int as count from job where kind = any(${kinds}::text[])`;
    return count;
  });
}

Deno.test("two workers at once issue each invoice once", async () => {
  const business = await newBusiness();
  const both: Work = async (isOver) => {
    const workers = [startWorker(), startWorker()];
    await until(isOver);
    for (const worker of workers) await worker.end();
  };
  const runId = await runMonth(business, "2024-03", both, both);
  const { invoices, credits } = await outcomeOf(business.tenantId, runId);
  assert.equal(invoices.length, 2 * contractCount);
  assert.equal(new Set(invoices.slice(contractCount).map(({ reference }) => reference)).size, contractCount);
  assert.equal(credits.length, contractCount / 3);
  assert.deepEqual(
    invoices.map(({ number }) => number),
    invoices.map((_, index) => `CFS-2024-${String(index + 1).padStart(4, "0")}`),
  );
});
