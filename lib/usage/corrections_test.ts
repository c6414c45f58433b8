/** Usage that is voided or replaced on a real database: what counts, what is refused, and what an invoice and its auditor see. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { FixedClock } from "../core/clock.ts";
import { execute } from "../core/command.ts";
import { fleetUsage } from "../imports/mappings/fleet_usage.ts";
import { draftInvoice, issueInvoice } from "../invoicing/commands.ts";
import { audit } from "../../tests/support/audit.ts";
import { auditBreaches } from "../ops/audit/audit.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestVehicle,
  perMile,
} from "../../tests/support/billing.ts";
import { testActor } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { importUsageFile } from "./import_file.ts";
import { recordUsageEvents } from "./record_events.ts";
import { environmentOf } from "../../tests/support/environment.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = environmentOf(database, new FixedClock("2024-04-02T09:00:00Z"));
const actor = testActor();

/** A business whose vehicle V-1 is billed by the mile (£0.15, 20% tax), with 100 miles in March. */
async function newBusiness() {
  const business = await insertTestBusiness(database);
  const { tenantId } = business;
  const contractId = await withTenant(database, tenantId, async (db) => {
    const plan = await insertTestPlan(db, [perMile]);
    const { contractId } = await insertTestContract(db, business, plan, { reference: "K-1" });
    await insertTestVehicle(db, contractId, "V-1");
    return contractId;
  });
  const send = (...events: unknown[]) =>
    execute(environment, recordUsageEvents, { tenantId, actor }, { source: "box", events });
  await send(trip("e1", "100"));
  const period = { contractId, periodStart: "2024-03-01", periodEnd: "2024-04-01" };
  const bill = async () => {
    const draft = await execute(environment, draftInvoice, { tenantId, actor, dryRun: true }, period);
    return draft.total;
  };
  return { tenantId, send, bill, period };
}

const trip = (id: string, miles: string, more: Record<string, string> = {}) => ({
  id,
  event: "trip",
  vehicle: "V-1",
  at: "2024-03-05T10:00:00Z",
  miles,
  ...more,
});
const voidOf = (id: string, corrects: string) => ({
  id,
  event: "void",
  at: "2024-03-20T10:00:00Z",
  corrects,
});

Deno.test("a voided event no longer counts, one that replaces it does, each once", async () => {
  const { send, bill } = await newBusiness();
  assert.equal(await bill(), "18.00");
  assert.deepEqual((await send(trip("e1b", "200", { corrects: "e1" }))).events, 1);
  assert.equal(await bill(), "36.00");
  const again = await send(trip("e1b", "200", { corrects: "e1" }));
  assert.deepEqual([again.events, again.duplicates], [0, 1]);
  assert.equal((await send(voidOf("v1", "e1b"))).events, 1);
  assert.equal(await bill(), "0.00");
  assert.equal((await send(voidOf("v1", "e1b"))).duplicates, 1);
});

Deno.test("a correction may come in one batch with what it corrects", async () => {
  const { send, bill } = await newBusiness();
  const answer = await send(trip("e2", "10"), voidOf("v2", "e2"), trip("e1b", "50", { corrects: "e1" }));
  assert.deepEqual([answer.events, answer.quarantined], [3, 0]);
  assert.equal(await bill(), "9.00");
});

Deno.test("what cannot be corrected is set aside with the reason, and changes nothing", async () => {
  const { send, bill } = await newBusiness();
  await send(voidOf("v1", "e1"));
  const { problems, events } = await send(
    voidOf("v2", "e1"),
    voidOf("v3", "nothing"),
    voidOf("v4", "v1"),
    { ...voidOf("v1", "e1"), at: "2024-03-21T10:00:00Z" },
    { id: "v5", event: "void", at: "2024-03-20T10:00:00Z" },
    { ...voidOf("v6", "e1"), miles: "5" },
    trip("e9", "5", { corrects: "e9" }),
  );
  assert.equal(events, 0);
  const reasons = problems.map(({ position, reason }) => `${position} ${reason}`);
  assert.match(reasons[0], /^1 "e1" was corrected by "v1" before/);
  assert.match(reasons[1], /^2 There is no event "nothing"/);
  assert.match(reasons[2], /^3 "v1" is a void/);
  assert.match(reasons[3], /^4 There is an event "v1" with other content/);
  assert.match(reasons[4], /^5 A void has "corrects"/);
  assert.match(reasons[5], /^6 A void has id, event, at and corrects, and nothing else/);
  assert.match(reasons[6], /^7 There is no event "e9"/);
  assert.equal(await bill(), "0.00");
});

Deno.test("what was billed stays as it was billed, and the auditor sees what the invoice saw", async () => {
  const { tenantId, send, period } = await newBusiness();
  const issued = await execute(environment, issueInvoice, { tenantId, actor }, period);
  assert.equal(issued.total, "18.00");
  await send(voidOf("v1", "e1"));
  assert.deepEqual(auditBreaches(await audit(database)), []);
});

Deno.test("an invoice without what was voided is derived again without it", async () => {
  const { tenantId, send, period } = await newBusiness();
  await send(trip("e2", "40"), voidOf("v1", "e1"));
  const issued = await execute(environment, issueInvoice, { tenantId, actor }, period);
  assert.equal(issued.total, "7.20");
  assert.deepEqual(auditBreaches(await audit(database)), []);
});

Deno.test("files correct as programs do, and a dry run counts the same", async () => {
  const { tenantId, bill } = await newBusiness();
  const header = "id,event,vehicle,at,km,cost,purpose,corrects";
  const rows = [
    "t1,trip,V-1,2024-03-05T10:00:00Z,10,,,",
    "t2,trip,V-1,2024-03-05T10:00:00Z,12,,,t1",
    "t3,void,,2024-03-06T10:00:00Z,,,,t2",
    "t4,void,,2024-03-06T10:00:00Z,,,,t2",
    "t5,void,,2024-03-06T10:00:00Z,,,,",
  ];
  const take = (dryRun: boolean) =>
    importUsageFile(environment, {
      tenantId,
      actor,
      mapping: fleetUsage,
      fileName: "corrected.csv",
      content: new Blob([[header, ...rows].join("\n")]).stream(),
      bytesTotal: null,
      dryRun,
    });
  const counts = { rows: 5, events: 3, duplicates: 0, quarantined: 2 };
  const { usageImportId: _, failure: __, ...dry } = await take(true);
  assert.deepEqual(dry, counts);
  const { usageImportId: ___, failure: ____, ...real } = await take(false);
  assert.deepEqual(real, counts);
  const { duplicates, quarantined } = await take(false);
  assert.deepEqual([duplicates, quarantined], [3, 2]);
  assert.equal(await bill(), "18.00"); // kilometres are no miles
});
