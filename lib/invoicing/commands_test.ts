/** Issuing an invoice: all that it promises, on a real database. */
import assert from "node:assert/strict";
import { insertStays } from "../../db/queries/contract_vehicle.ts";
import { withTenant } from "../../db/tenant.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestUsage,
  insertTestVehicle,
  lease,
  perMile,
  type TestBusiness,
  type TestCharge,
} from "../../tests/support/billing.ts";
import { testActor, testEnvironment } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { capabilitiesOf } from "../auth/policy.ts";
import { FixedClock } from "../core/clock.ts";
import { type Environment, execute } from "../core/command.ts";
import { isMilepostError } from "../core/errors.ts";
import { trialBalance } from "../ledger/views.ts";
import { draftInvoice, issueDraft, issueInvoice, type IssueResult } from "./commands.ts";

const march = { periodStart: "2024-03-01", periodEnd: "2024-04-01" };
const april = { periodStart: "2024-04-01", periodEnd: "2024-05-01" };

const odometer: TestCharge = {
  ...perMile,
  reference: "odometer",
  meter: { event: "reading", aggregate: "last_minus_first", field: "km" },
  price: { model: "per_unit", unit: "0.50" },
};

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);

interface Scene {
  environment: Environment & { clock: FixedClock };
  business: TestBusiness;
  contractId: string;
}

/** A business with one contract, two vehicles and some trips in March. */
async function scene(
  test: (scene: Scene) => Promise<void>,
  charges: TestCharge[] = [lease, perMile],
): Promise<void> {
  const business = await insertTestBusiness(database);
  const { contractId } = await withTenant(database, business.tenantId, async (db) => {
    const contract = await insertTestContract(db, business, await insertTestPlan(db, charges), {
      reference: "K-001",
    });
    const first = await insertTestVehicle(db, contract.contractId, "V-1");
    await insertTestVehicle(db, contract.contractId, "V-2", "2024-03-12");
    await insertTestUsage(db, [
      { id: "a", at: "2024-03-05T10:00:00Z", vehicleId: first, properties: { miles: "100.4" } },
      { id: "b", at: "2024-03-31T22:30:00Z", vehicleId: first, properties: { miles: "20.1" } },
      // in London it is already April
      { id: "c", at: "2024-03-31T23:30:00Z", vehicleId: first, properties: { miles: "7" } },
      { id: "d", at: "2024-03-07T10:00:00Z", contractId: contract.contractId, properties: { miles: "0.5" } },
    ]);
    return contract;
  });
  const environment = { ...testEnvironment(database), clock: new FixedClock("2024-06-03T09:00:00Z") };
  await test({ environment, business, contractId });
}

const run = (scene: Scene, input: object, more: object = {}) =>
  execute(scene.environment, issueInvoice, {
    tenantId: scene.business.tenantId,
    actor: testActor(),
    ...more,
  }, { contractId: scene.contractId, ...march, ...input });

function issued(result: IssueResult): Extract<IssueResult, { outcome: "issued" }> {
  assert.ok(result.outcome === "issued", JSON.stringify(result));
  return result;
}

Deno.test("issuing prices the facts, numbers, dates, posts and says so, all in one transaction", () =>
  scene(async (scene) => {
    const result = issued(await run(scene, {}, { key: "march" }));
    // lease 412.00 + 412 × 20/31 = 265.81; (100.4 + 20.1 + 0.5) × 0.15 = 18.15; tax 20% of 695.96 = 139.19
    assert.deepEqual({ ...result, invoiceId: "" }, {
      outcome: "issued",
      invoiceId: "",
      number: "CFS-2024-0001",
      issueDate: "2024-06-03",
      dueDate: "2024-07-03",
      currency: "GBP",
      total: "835.15",
      lines: 3,
    });
    await withTenant(database, scene.business.tenantId, async (db) => {
      const invoice = await db.query.selectFrom("invoice").selectAll().executeTakeFirstOrThrow();
      assert.equal(invoice.state, "issued");
      assert.equal(invoice.total, 83515n);
      assert.equal(invoice.open_amount, 83515n);
      assert.equal(String(invoice.period_end), "2024-04-01");
      const lines = await db.query.selectFrom("invoice_line")
        .select(["description", "detail", "quantity", "unit_price", "amount"]).orderBy("position").execute();
      assert.deepEqual(lines, [
        {
          description: "Lease, PLATE V-1",
          detail: "1–31 March 2024",
          quantity: "1",
          unit_price: "412.00",
          amount: 41200n,
        },
        {
          description: "Lease, PLATE V-2",
          detail: "12–31 March 2024",
          quantity: "0.645161290323",
          unit_price: "412.00",
          amount: 26581n,
        },
        {
          description: "Distance",
          detail: "1–31 March 2024",
          quantity: "121",
          unit_price: "0.15",
          amount: 1815n,
        },
      ]);
      const steps = await db.query.selectFrom("invoice_transition")
        .select(["from_state", "to_state", "actor", "at"]).orderBy("at").orderBy("id").execute();
      assert.deepEqual(steps.map((step) => [step.from_state, step.to_state]), [
        [null, "draft"],
        ["draft", "approved"],
        ["approved", "issued"],
      ]);
      assert.ok(
        steps.every((step) => step.actor === "cli:tester" && String(step.at) === "2024-06-03T09:00:00Z"),
      );
      const { sums, rows } = await trialBalance(db, Temporal.PlainDate.from("2024-06-03"));
      assert.deepEqual(sums, [{ currency: "GBP", debits: 83515n, credits: 83515n }]);
      assert.deepEqual(rows.map(({ code, debits, credits }) => [code, debits, credits]), [
        ["1100", 83515n, 0n],
        ["2200", 0n, 13919n],
        ["4000", 0n, 69596n],
      ]);
      const events = await db.query.selectFrom("outbox").select(["event", "subject_id"]).execute();
      assert.deepEqual(events, [{ event: "invoice.issued", subject_id: invoice.id }]);
      const audit = await db.query.selectFrom("audit_event").select(["command", "subject_id"]).execute();
      assert.deepEqual(audit, [{ command: "invoice.issue", subject_id: invoice.id }]);
    });
  }));

Deno.test("a repeated key gives the same answer, and a period is billed once even without one", () =>
  scene(async (scene) => {
    const first = issued(await run(scene, {}, { key: "march" }));
    assert.deepEqual(await run(scene, {}, { key: "march" }), first);
    await assert.rejects(
      () => run(scene, {}),
      (error) => isMilepostError(error, "AlreadyExists") && error.message.includes("CFS-2024-0001"),
    );
    assert.equal(issued(await run(scene, april)).number, "CFS-2024-0002");
  }));

Deno.test("ten at once for the same period: one invoice, nine clear refusals", () =>
  scene(async (scene) => {
    const ten = Array.from({ length: 10 });
    // all connections are open before the race, or the first would win it alone
    await Promise.all(ten.map(() => run(scene, {}, { dryRun: true })));
    const results = await Promise.allSettled(ten.map(() => run(scene, {})));
    assert.equal(results.filter((result) => result.status === "fulfilled").length, 1);
    for (const result of results) {
      if (result.status === "rejected") {
        assert.ok(isMilepostError(result.reason, "AlreadyExists"), result.reason);
      }
    }
  }));

Deno.test("a dry run answers like the issue and leaves nothing, not even a number", () =>
  scene(async (scene) => {
    const preview = issued(await run(scene, {}, { dryRun: true }));
    assert.equal(preview.number, "CFS-2024-0001");
    await withTenant(database, scene.business.tenantId, async (db) => {
      for (
        const table of ["invoice", "number_series", "ledger_transaction", "outbox", "audit_event"] as const
      ) {
        assert.deepEqual(await db.query.selectFrom(table).selectAll().execute(), [], table);
      }
    });
    assert.equal(issued(await run(scene, {})).number, "CFS-2024-0001");
  }));

Deno.test("the issue date never falls within a series, and a new year starts a new one", () =>
  scene(async (scene) => {
    await run(scene, {});
    scene.environment.clock.moveTo("2024-06-01T09:00:00Z"); // the clock was set back
    const second = issued(await run(scene, april));
    assert.deepEqual([second.number, second.issueDate], ["CFS-2024-0002", "2024-06-03"]);
    scene.environment.clock.moveTo("2024-12-31T23:59:59Z");
    const may = { periodStart: "2024-05-01", periodEnd: "2024-06-01" };
    assert.equal(issued(await run(scene, may)).number, "CFS-2024-0003");
    scene.environment.clock.moveTo("2025-01-01T00:00:00Z");
    const june = { periodStart: "2024-06-01", periodEnd: "2024-07-01" };
    assert.equal(issued(await run(scene, june)).number, "CFS-2025-0001");
  }));

Deno.test("a period that comes to nothing or to a credit gives no invoice and takes no number", () =>
  scene(async (scene) => {
    const february = { periodStart: "2024-02-01", periodEnd: "2024-03-01" };
    const nothing = await run(scene, february);
    assert.equal(nothing.outcome, "nothing_to_bill");
    await withTenant(database, scene.business.tenantId, (db) =>
      insertTestUsage(db, [
        {
          id: "back",
          at: "2024-02-07T10:00:00Z",
          contractId: scene.contractId,
          properties: { miles: "-10" },
        },
      ]));
    const credit = await run(scene, february);
    assert.equal(credit.outcome, "credit_due");
    assert.equal(credit.total, "-1.80");
    assert.equal(issued(await run(scene, {})).number, "CFS-2024-0001");
  }, [perMile]));

Deno.test("a draft waits for someone who may approve, and is issued as it was drafted", () =>
  scene(async (scene) => {
    const { environment, business, contractId } = scene;
    const as = (role: string) => ({
      tenantId: business.tenantId,
      actor: testActor(capabilitiesOf([role]), role),
    });
    const input = { contractId, ...march };
    const denied = (error: unknown) => isMilepostError(error, "NotPermitted");
    await assert.rejects(() => execute(environment, issueInvoice, as("biller"), input), denied);
    await assert.rejects(() => execute(environment, issueInvoice, as("approver"), input), denied);
    const draft = await execute(environment, draftInvoice, as("biller"), input);
    assert.ok(draft.outcome === "drafted");
    const { invoiceId } = draft;
    await withTenant(database, business.tenantId, (db) =>
      insertTestUsage(db, [
        { id: "late", at: "2024-03-08T10:00:00Z", contractId, properties: { miles: "1000" } },
      ]));
    await assert.rejects(() => execute(environment, issueDraft, as("biller"), { invoiceId }), denied);
    const result = issued(await execute(environment, issueDraft, as("approver"), { invoiceId }));
    assert.equal(result.total, draft.total);
    assert.equal(result.dueDate, "2024-07-03");
    await assert.rejects(
      () => execute(environment, issueDraft, as("approver"), { invoiceId }),
      (error) => isMilepostError(error, "IllegalTransition"),
    );
  }));

Deno.test("facts that contradict one another are refused with what to mend, and nothing is stored", () =>
  scene(async (scene) => {
    await withTenant(database, scene.business.tenantId, (db) =>
      insertTestUsage(db, [
        {
          id: "odd",
          at: "2024-03-08T10:00:00Z",
          contractId: scene.contractId,
          properties: { kilometres: "5" },
        },
      ]));
    await assert.rejects(
      () => run(scene, {}),
      (error) =>
        isMilepostError(error, "InvalidInput") && error.message.includes("K-001") &&
        error.fields.some(({ field }) => field?.includes("miles")),
    );
  }));

Deno.test("numbers and dates of an issued invoice cannot change, whoever asks", () =>
  scene(async (scene) => {
    await run(scene, {});
    for (const change of [{ number: "CFS-2024-0009" }, { due_date: Temporal.PlainDate.from("2030-01-01") }]) {
      await assert.rejects(
        () =>
          withTenant(database, scene.business.tenantId, async (db) => {
            await db.query.updateTable("invoice").set(change).execute();
          }),
        /its number and dates cannot change/,
      );
    }
  }));

Deno.test("a vehicle that left and came back on the first of the month keeps the reading it had", () =>
  scene(async (scene) => {
    const { tenantId } = scene.business;
    await withTenant(database, tenantId, async (db) => {
      const vehicleId = await insertTestVehicle(db, scene.contractId, "V-3", "2024-01-10", "2024-03-01");
      await insertStays(db, [{
        contractId: scene.contractId,
        vehicleId,
        from: Temporal.PlainDate.from("2024-03-01"),
        to: null,
      }]);
      await insertTestUsage(db, [
        { id: "before", at: "2024-02-20T10:00:00Z", vehicleId, event: "reading", properties: { km: "1000" } },
        { id: "after", at: "2024-03-20T10:00:00Z", vehicleId, event: "reading", properties: { km: "1300" } },
      ]);
    });
    // 300 km × 0.50, and 20% tax
    assert.equal(issued(await run(scene, {})).total, "180.00");
  }, [odometer]));
