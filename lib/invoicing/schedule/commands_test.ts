/** A schedule prepares each month once and in order, lets a person approve, and says what became of a month. */
import assert from "node:assert/strict";
import { withTenant } from "../../../db/tenant.ts";
import { handlers } from "../../../jobs/handlers/list.ts";
import { schedules, tick } from "../../../jobs/schedule.ts";
import { startWorker } from "../../../jobs/worker.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestVehicle,
  lease,
  type TestBusiness,
} from "../../../tests/support/billing.ts";
import { readTraces, testUser, until } from "../../../tests/support/command.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import type { Actor } from "../../core/actor.ts";
import { execute } from "../../core/command.ts";
import { isMilepostError } from "../../core/errors.ts";
import { approveRun, cancelRun, prepareRun } from "../run/commands.ts";
import { findRun, listRuns } from "../run/views.ts";
import { setRunSchedule } from "./commands.ts";
import { findRunSchedule } from "./views.ts";
import { environmentOf } from "../../../tests/support/environment.ts";

const { database, drop } = await testDatabase();
const clock = { at: "2024-04-02T09:00:00Z", now: () => Temporal.Instant.from(clock.at) };
const environment = environmentOf(database, clock);
const worker = startWorker({ environment, handlers, sweepEveryMs: 20, report: () => {} });
Deno.test.afterAll(async () => {
  await worker.stop();
  await drop();
});

const setter: Actor = testUser("00000000-0000-7000-8000-000000000001");
const approver: Actor = { ...setter, id: "00000000-0000-7000-8000-000000000002" };
const invoiceRuns = schedules.find(({ name }) => name === "invoice runs")!;

async function newBusiness(zone?: string): Promise<TestBusiness> {
  const business = await insertTestBusiness(database, { zone });
  await withTenant(database, business.tenantId, async (db) => {
    const plan = await insertTestPlan(db, [lease]);
    const { contractId } = await insertTestContract(db, business, plan, { reference: "K-1" });
    await insertTestVehicle(db, contractId, "V-1");
  });
  return business;
}

interface Times {
  isOn?: boolean;
  dayOfMonth?: number;
  time?: string;
}

const set = (
  { tenantId, entityId }: TestBusiness,
  now: string,
  { isOn = true, dayOfMonth = 3, time = "06:00" }: Times = {},
) => {
  clock.at = now;
  const input = { billingEntityId: entityId, isOn, dayOfMonth, time };
  return execute(environment, setRunSchedule, { tenantId, actor: setter }, input);
};

const read = ({ tenantId, entityId }: TestBusiness, zone = "Europe/London") =>
  withTenant(database, tenantId, async (db) => ({
    schedule: (await findRunSchedule(db, { id: entityId, zone }))!,
    runs: (await listRuns(db)).runs.reverse(),
  }));

/** Ticks at a moment and waits until every job of the tenant is done. */
async function tickAt(business: TestBusiness, now: string): Promise<void> {
  clock.at = now;
  await tick(environment, invoiceRuns);
  await until(async () =>
    (await readTraces(database, business.tenantId)).jobs.every(({ state }) => state === "done")
  );
}

const monthsOf = (runs: { periodStart: Temporal.PlainDate }[]) =>
  runs.map(({ periodStart }) => periodStart.toString().slice(0, 7));

Deno.test("a run is prepared at its time, not before, and waits for another person than who set the schedule", async () => {
  const business = await newBusiness();
  await set(business, "2024-04-02T09:00:00Z");
  await tickAt(business, "2024-04-03T04:59:59Z"); // 05:59:59 in London
  assert.deepEqual((await read(business)).runs, []);
  await tickAt(business, "2024-04-03T05:00:00Z");
  const { schedule, runs: [run] } = await read(business);
  assert.equal(run.state, "awaiting_approval");
  assert.deepEqual(monthsOf([run]), ["2024-03"]);
  assert.equal(run.scheduledFor?.toString(), "2024-04-03T05:00:00Z");
  assert.deepEqual(
    [schedule.last?.outcome, schedule.last?.runId, schedule.dueAt?.toString()],
    ["prepared", run.id, "2024-05-03T05:00:00Z"],
  );
  const approval = { runId: run.id, resultHash: run.resultHash!.toHex() };
  const { tenantId } = business;
  const own = await execute(environment, approveRun, { tenantId, actor: setter }, approval)
    .then(() => undefined, (error) => error);
  assert.ok(isMilepostError(own, "NotPermitted"));
  await execute(environment, approveRun, { tenantId, actor: approver }, approval);
  await until(async () =>
    (await withTenant(database, tenantId, (db) => findRun(db, run.id))).run.state === "done"
  );
});

Deno.test("months that no process was there for are caught up once each, in order, by one late tick", async () => {
  const business = await newBusiness();
  await set(business, "2024-02-01T09:00:00Z");
  await tickAt(business, "2024-05-20T12:00:00Z");
  await tickAt(business, "2024-05-20T12:01:00Z");
  const { schedule, runs } = await read(business);
  assert.deepEqual(monthsOf(runs), ["2024-01", "2024-02", "2024-03", "2024-04"]);
  assert.deepEqual(new Set(runs.map(({ state }) => state)), new Set(["awaiting_approval"]));
  assert.deepEqual(
    runs.map(({ scheduledFor }) => scheduledFor?.toString()),
    ["2024-02-03T06:00:00Z", "2024-03-03T06:00:00Z", "2024-04-03T05:00:00Z", "2024-05-03T05:00:00Z"],
  );
  assert.equal(schedule.nextMonth?.toString(), "2024-05-01");
});

Deno.test("a month that has a run, or nothing to bill, is passed over and says so", async () => {
  const business = await newBusiness();
  const { tenantId, entityId } = business;
  await set(business, "2023-11-20T09:00:00Z");
  await tickAt(business, "2023-12-03T06:00:00Z"); // before the first contract
  assert.equal((await read(business)).schedule.last?.outcome, "nothing_to_bill");
  const prepare = (month: string) =>
    execute(environment, prepareRun, { tenantId, actor: setter }, { billingEntityId: entityId, month });
  clock.at = "2024-02-02T09:00:00Z";
  const { runId: open } = await prepare("2024-01");
  await tickAt(business, "2024-02-03T06:00:00Z");
  const passed = (await read(business)).schedule.last!;
  assert.deepEqual([passed.month.toString(), passed.outcome, passed.runId], ["2024-01-01", "run_open", open]);
  // one that was given up does not stand in the way
  clock.at = "2024-03-02T09:00:00Z";
  const { runId: cancelled } = await prepare("2024-02");
  await execute(environment, cancelRun, { tenantId, actor: setter }, { runId: cancelled });
  await tickAt(business, "2024-03-03T06:00:00Z");
  assert.equal((await read(business)).schedule.last?.outcome, "prepared");
});

Deno.test("off prepares nothing, and on again begins with what is still to come", async () => {
  const business = await newBusiness();
  await set(business, "2024-02-01T09:00:00Z");
  await set(business, "2024-02-02T09:00:00Z", { isOn: false });
  assert.equal((await read(business)).schedule.dueAt, null);
  await tickAt(business, "2024-03-20T12:00:00Z");
  assert.deepEqual((await read(business)).runs, []);
  await set(business, "2024-03-20T12:00:00Z");
  await tickAt(business, "2024-03-20T12:01:00Z");
  const { runs, schedule } = await read(business);
  assert.deepEqual([runs.length, schedule.nextMonth?.toString()], [0, "2024-03-01"]);
});

Deno.test("a month comes once, even if the schedule is set anew for later in the month", async () => {
  const business = await newBusiness();
  await set(business, "2024-04-02T09:00:00Z");
  await tickAt(business, "2024-04-03T06:00:00Z");
  await set(business, "2024-04-04T09:00:00Z", { isOn: false });
  await set(business, "2024-04-04T09:01:00Z", { dayOfMonth: 20 });
  assert.equal((await read(business)).schedule.dueAt?.toString(), "2024-05-20T05:00:00Z");
});

Deno.test("a day that is moved before today leaves no month out", async () => {
  const business = await newBusiness();
  await set(business, "2024-04-02T09:00:00Z", { dayOfMonth: 20 });
  await set(business, "2024-04-10T09:00:00Z", { dayOfMonth: 5 });
  await tickAt(business, "2024-04-10T09:01:00Z");
  assert.deepEqual(monthsOf((await read(business)).runs), ["2024-03"]);
});

Deno.test("days and times that are none are refused, and so is another tenant's entity", async () => {
  const business = await newBusiness();
  const error = await set(business, "2024-04-02T09:00:00Z", { dayOfMonth: 32, time: "24:00" })
    .then(() => undefined, (reason) => reason);
  assert.ok(isMilepostError(error, "InvalidInput"));
  assert.deepEqual(error.fields.map(({ field }) => field), ["dayOfMonth", "time"]);
  const other = await newBusiness();
  const stranger = await set({ ...business, entityId: other.entityId }, "2024-04-02T09:00:00Z")
    .then(() => undefined, (reason) => reason);
  assert.ok(isMilepostError(stranger, "NotFound"));
});
