/**
 * A year of a fleet business, month by month, with what happens in one: plans changed, contracts paused, vehicles swapped,
 * usage that comes late, is voided or replaced, index values corrected, credit given by hand. Every bill, correction and
 * credit note must be what the auditor derives from the facts alone.
 */
import assert from "node:assert/strict";
import { generateFleet, type SeedFleet } from "../../db/seeds/fleet.ts";
import { usageHeader, usageLines } from "../../db/seeds/usage.ts";
import { type TenantDb, withTenant } from "../../db/tenant.ts";
import { changePlan, pauseContract } from "../../lib/contracts/amendments/commands.ts";
import { swapVehicle } from "../../lib/contracts/commands.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { type Command, execute, type Json } from "../../lib/core/command.ts";
import { recordIndexValues } from "../../lib/indexes/commands.ts";
import { issueCreditNote } from "../../lib/invoicing/credit/commands.ts";
import { audit } from "../support/audit.ts";
import { auditBreaches } from "../../lib/ops/audit/audit.ts";
import { createRatePlanVersion } from "../../lib/plans/commands.ts";
import { findPlan } from "../../lib/plans/views.ts";
import { DemoTenant } from "../../tools/demo_business.ts";
import { operator } from "../support/app.ts";
import { insertTestTenant } from "../support/command.ts";
import { testDatabase } from "../support/database.ts";
import { environmentOf } from "../support/environment.ts";

/** The whole fleet of the demo in the deep form, else two customers of each kind with three vehicles each. */
const isWhole = Deno.env.get("MILEPOST_TEST_DEEP") === "1";
const seed = 20_240_229;
const start = Temporal.PlainDate.from("2024-01-01"), end = Temporal.PlainDate.from("2025-01-01");

/** The periods that are billed otherwise than at first, and what came of it. */
const ofTheSmallFleet = [
  "K-001 2024-01: 1 lines, 0 credit notes",
  "K-008 2024-01: 1 lines, 0 credit notes",
  "K-001 2024-02: 2 lines, 0 credit notes",
  "K-002 2024-02: 1 lines, 0 credit notes",
  "K-007 2024-02: 1 lines, 0 credit notes",
  "K-001 2024-04: 2 lines, 0 credit notes",
  "K-005 2024-05: 0 lines, 1 credit notes",
  "K-007 2024-07: 1 lines, 0 credit notes",
  "K-002 2024-09: 0 lines, 1 credit notes",
];

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);

function fleetOfTheYear(): SeedFleet {
  const generated = generateFleet(seed, { start, end });
  // One more, to be put on later.
  const spare = { ...generated.vehicles[0], reference: "V-0401", plate: "SP20 ARE" };
  const fleet = { ...generated, vehicles: [...generated.vehicles, spare] };
  if (isWhole) return fleet;
  const contracts = fleet.contracts.slice(0, 12).map((contract) => {
    return { ...contract, vehicles: [0, 8, 9].map((place) => contract.vehicles[place]) };
  });
  const driven = new Set(contracts.flatMap(({ vehicles }) => vehicles.map(({ vehicle }) => vehicle)));
  const billed = new Set(contracts.map(({ customer }) => customer));
  return {
    ...fleet,
    contracts,
    vehicles: fleet.vehicles.filter(({ reference }) =>
      driven.has(reference) || reference === spare.reference
    ),
    customers: fleet.customers.filter(({ reference }) => billed.has(reference)),
  };
}

Deno.test("a year with amendments, late usage and corrections is derived a second time to the cent", async (t) => {
  const fleet = fleetOfTheYear();
  const clock = new FixedClock("2024-01-31T12:00:00Z");
  const environment = environmentOf(database, clock);
  const tenantId = await insertTestTenant(database, "Calder");
  const demo = new DemoTenant(environment, tenantId);
  await demo.addPeople();
  await demo.addParties(fleet);
  const run = <Input, Result extends Json>(command: Command<Input, Result>, input: Input) =>
    execute(environment, command, { tenantId, actor: operator }, input);
  const read = <Result>(work: (db: TenantDb) => Promise<Result>) =>
    withTenant(database, tenantId, work, { readOnly: true });
  const idOf = (table: "contract" | "vehicle" | "rate_plan" | "price_index", reference: string) =>
    read(async (db) => {
      const { id } = await db.query.selectFrom(table).select("id").where("reference", "=", reference)
        .executeTakeFirstOrThrow();
      return id;
    });
  const contract = (reference: string) => idOf("contract", reference);
  /** The first trip of a month was so many times as long, the second one never took place. */
  const correctionsOf = (vehicle: string, month: string, times: number) =>
    read(async (db) => {
      const trips = await db.query.selectFrom("usage_event").select(["event_id", "at", "properties"])
        .where("event", "=", "trip").where("event_id", "like", `${vehicle}-${month.replace("-", "")}%`)
        .orderBy("at").limit(2).execute();
      const [mended, none] = trips;
      const { km, purpose } = mended.properties as Record<string, string>;
      return [
        `${usageHeader},corrects`,
        `${mended.event_id}-mended,trip,${vehicle},${mended.at},${
          Math.round(times * 10 * Number(km)) / 10
        },,${purpose},${mended.event_id}`,
        `${none.event_id}-void,void,,${none.at},,,,${none.event_id}`,
      ];
    });
  const anyInvoiceOf = (reference: string) =>
    read(async (db) => {
      const { id } = await db.query.selectFrom("invoice").innerJoin("contract", (join) =>
        join.onRef("contract.tenant_id", "=", "invoice.tenant_id").onRef(
          "contract.id",
          "=",
          "invoice.contract_id",
        ))
        .select("invoice.id").where("contract.reference", "=", reference).where(
          "invoice.state",
          "=",
          "issued",
        )
        .orderBy("invoice.period_start").limit(1).executeTakeFirstOrThrow();
      return id;
    });
  await demo.importLines("year.csv", usageLines(fleet, seed));

  /** What happens once the month before it is billed. */
  const events: Record<string, () => Promise<unknown>> = {
    async "2024-02"() {
      await demo.importLines("late-fuel.csv", [
        usageHeader,
        ...[1, 2, 3].map((number) =>
          `late-${number},fuel,V-0001,2024-01-${10 + number}T12:00:00Z,,${40 + number}.10,`
        ),
      ]);
      const plan = await read(async (db) => await findPlan(db, await idOf("rate_plan", "lease-gbp")));
      const { ratePlanVersionId } = await run(createRatePlanVersion, {
        ratePlanId: plan.plan.id,
        afterVersion: plan.chosen.version,
        taxInclusive: false,
        charges: plan.charges.map((charge) =>
          charge.reference === "lease" ? { ...charge, price: { model: "flat", amount: "425.00" } } : charge
        ),
      });
      await run(changePlan, {
        contractId: await contract("K-001"),
        ratePlanVersionId,
        effectiveDate: "2024-02-15",
        reason: "A dearer lease was agreed",
      });
    },
    async "2024-03"() {
      await run(pauseContract, {
        contractId: await contract("K-002"),
        fromDate: "2024-03-10",
        untilDate: "2024-03-24",
        reason: "The yard was closed",
      });
      await run(swapVehicle, {
        contractId: await contract("K-004"),
        vehicleOffId: await idOf("vehicle", "V-0039"),
        vehicleOnId: await idOf("vehicle", "V-0401"),
        date: "2024-03-12",
      });
    },
    async "2024-04"() {
      await run(recordIndexValues, {
        priceIndexId: await idOf("price_index", "diesel-gb"),
        values: "2024-02-06 1.62",
      });
    },
    async "2024-06"() {
      await demo.importLines("corrected.csv", await correctionsOf("V-0001", "2024-04", 3));
    },
    async "2024-07"() {
      await run(pauseContract, {
        contractId: await contract("K-005"),
        fromDate: "2024-05-10",
        untilDate: "2024-05-20",
        reason: "The flood was told late",
      });
    },
    async "2024-09"() {
      const invoiceId = await anyInvoiceOf("K-007");
      await run(issueCreditNote, {
        invoiceId,
        credit: { kind: "amount", amount: "25.00" },
        purpose: "concession",
        reason: "A van stood in the workshop",
      });
      await demo.importLines("late-after-credit.csv", [
        usageHeader,
        "late-credit,fuel,V-0061,2024-07-11T12:00:00Z,,55.55,",
      ]);
    },
    async "2024-11"() {
      await demo.importLines("corrected-again.csv", await correctionsOf("V-0011", "2024-09", 0.5));
    },
  };

  for (let month = start; Temporal.PlainDate.compare(month, end) < 0; month = month.add({ months: 1 })) {
    const name = month.toString().slice(0, 7);
    await events[name]?.();
    await demo.billMonth(month, clock);
  }

  await t.step("what came later was billed and credited, period by period", async () => {
    const corrected = await read((db) =>
      db.sql<{ contract: string; month: string; lines: bigint; notes: bigint }[]>`
        select contract.reference as contract, to_char(period_start, 'YYYY-MM') as month,
          (sum((select count(*) from invoice_line_correction line where line.rederivation_id = rederivation.id)))::int8
            as lines,
          (sum((select count(*) from credit_note_correction note where note.rederivation_id = rederivation.id)))::int8
            as notes
        from rederivation join contract on contract.id = rederivation.contract_id
        group by 1, 2 order by 2, 1`
    );
    const told = corrected.map(({ contract, month, lines, notes }) =>
      `${contract} ${month}: ${lines} lines, ${notes} credit notes`
    );
    const came = told.filter((text) => !text.endsWith(" 0 lines, 0 credit notes"));
    const periodOf = (text: string) => text.split(":")[0];
    for (const text of ofTheSmallFleet) {
      assert.ok(
        came.some((each) => periodOf(each) === periodOf(text)),
        `${text} is missing:\n${came.join("\n")}`,
      );
    }
    if (!isWhole) assert.deepEqual(came, ofTheSmallFleet);
  });

  await t.step("the books and every amount hold", async () => {
    const report = await audit(database);
    assert.deepEqual(auditBreaches(report), []);
    assert.ok(report.ok);
  });
});
