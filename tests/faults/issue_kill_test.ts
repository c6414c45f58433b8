/** SIGKILL while invoices are issued, at seeded points: run again, the books are those of a run that nothing disturbed. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import type { PeriodInput } from "../../lib/invoicing/commands.ts";
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
import { testDatabase } from "../support/database.ts";
import { startIssueProcess } from "../support/issue_process.ts";
import { pause, type Random, seededRandom } from "../support/random.ts";

const { database, appUrl, systemUrl, drop } = await testDatabase();
Deno.test.afterAll(drop);

const kills = Deno.env.get("MILEPOST_TEST_FAULTS") === "long" ? 50 : 6;
const contracts = Math.max(8, Math.ceil(kills * 3 / 4));
const now = "2024-06-03T09:00:00Z";

/** A business, the same each time, and what is to be billed in order; a zero-usage month among them. */
async function makeBusiness(): Promise<{ tenantId: string; periods: PeriodInput[] }> {
  const business = await insertTestBusiness(database);
  return await withTenant(database, business.tenantId, async (db) => {
    const plan = await insertTestPlan(db, [lease, perMile]);
    const periods: PeriodInput[] = [];
    for (let index = 0; index < contracts; index++) {
      const { contractId } = await insertTestContract(db, business, plan, { reference: `K-${index}` });
      const vehicle = await insertTestVehicle(db, contractId, `V-${index}`, "2024-02-10");
      await insertTestUsage(
        db,
        [2, 3].map((month) => ({
          id: `${index}-${month}`,
          at: `2024-0${month}-11T10:00:00Z`,
          vehicleId: vehicle,
          properties: { miles: `${index * 13 + month}.7` },
        })),
      );
      for (const month of [1, 2, 3, 4]) {
        periods.push({ contractId, periodStart: `2024-0${month}-01`, periodEnd: `2024-0${month + 1}-01` });
      }
    }
    return { tenantId: business.tenantId, periods };
  });
}

/** Runs a process to its end, or kills it in or just after one of the next invoices; says how many were acknowledged. */
async function live(
  task: { tenantId: string; periods: PeriodInput[] },
  acknowledged: Map<number, string>,
  random?: Random,
): Promise<boolean> {
  const process = startIssueProcess({ ...task, appUrl, systemUrl, now });
  const deadly = random ? acknowledged.size + random.between(2, 5) : Infinity;
  let begun = 0;
  let tookMs = 0;
  for await (const line of process.lines) {
    const [word, index, number] = line.split(" ");
    if (word === "done") {
      const before = acknowledged.get(Number(index));
      assert.ok(before === undefined || before === number, `${index} was ${before} and then ${number}`);
      acknowledged.set(Number(index), number);
      tookMs = performance.now() - begun;
    }
    if (word === "begun") {
      begun = performance.now();
      if (Number(index) !== deadly) continue;
      // anywhere in the time that the one before took, and a little after
      await pause(tookMs * random!.between(0, 120) / 100);
      process.kill();
    }
  }
  return (await process.ended).success;
}

/** All that was printed, posted and numbered, without ids and times. */
async function booksOf(tenantId: string): Promise<unknown> {
  return await withTenant(database, tenantId, async (db) => {
    const invoices = await db.query.selectFrom("invoice")
      .innerJoin("contract", "contract.id", "invoice.contract_id")
      .innerJoin("invoice_document as document", "document.invoice_id", "invoice.id")
      .select([
        "invoice.number",
        "contract.reference",
        "invoice.period_start",
        "invoice.issue_date",
        "invoice.due_date",
        "invoice.state",
        "invoice.total",
        "invoice.open_amount",
        "document.facts_hash",
      ])
      .orderBy("invoice.series_number").execute();
    const lines = await db.query.selectFrom("invoice_line")
      .innerJoin("invoice", "invoice.id", "invoice_line.invoice_id")
      .select(["invoice.number", "position", "description", "detail", "quantity", "amount"])
      .orderBy("invoice.number").orderBy("position").execute();
    const entries = await db.query.selectFrom("ledger_entry as entry")
      .innerJoin("ledger_transaction as posted", "posted.id", "entry.ledger_transaction_id")
      .select(["posted.description", "entry.position", "entry.amount"])
      .orderBy("posted.description").orderBy("entry.position").execute();
    const counts = await Promise.all(
      (["invoice_transition", "invoice_line_trace", "invoice_tax", "outbox", "audit_event"] as const)
        .map((table) => db.query.selectFrom(table).select(({ fn }) => fn.countAll().as(table)).execute()),
    );
    return JSON.parse(
      JSON.stringify(
        { invoices, lines, entries, counts },
        (_, value) =>
          typeof value === "bigint" ? `${value}` : value instanceof Uint8Array ? value.toHex() : value,
      ),
    );
  });
}

Deno.test(`${kills} kills: what was acknowledged is kept, and the outcome is that of an undisturbed run`, async () => {
  const random = seededRandom("kill the issuing of invoices");
  const undisturbed = await makeBusiness();
  assert.ok(await live(undisturbed, new Map()), "the undisturbed run failed");

  const disturbed = await makeBusiness();
  const acknowledged = new Map<number, string>();
  for (let kill = 0; kill < kills; kill++) {
    if (await live(disturbed, acknowledged, random)) break;
  }
  assert.ok(acknowledged.size < disturbed.periods.length, "the kills came too late to disturb anything");
  assert.ok(await live(disturbed, acknowledged), "the last run failed");
  assert.deepEqual(auditBreaches(await audit(database)), []);
  assert.deepEqual(await booksOf(disturbed.tenantId), await booksOf(undisturbed.tenantId));
});
