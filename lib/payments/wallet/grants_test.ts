/** Granted money: a discount of the coming bills, held by previews, never used twice, and audited throughout. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { withTenant } from "../../../db/tenant.ts";
import { handlers } from "../../../jobs/handlers/list.ts";
import { startWorker } from "../../../jobs/worker.ts";
import {
  insertTestContract,
  insertTestPlan,
  insertTestVehicle,
  lease,
} from "../../../tests/support/billing.ts";
import {
  addTrip,
  approveMonth,
  creditByHand,
  documentsOf,
  newCorrectedBusiness,
  previewMonth,
  readRun,
  voidEvent,
} from "../../../tests/support/corrected_business.ts";
import { testActor } from "../../../tests/support/command.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import { FixedClock } from "../../core/clock.ts";
import { execute } from "../../core/command.ts";
import { issueInvoice } from "../../invoicing/commands.ts";
import { cancelRun } from "../../invoicing/run/commands.ts";
import { explainLines } from "../../invoicing/views.ts";
import { audit } from "../../../tests/support/audit.ts";
import { auditBreaches } from "../../ops/audit/audit.ts";
import { agreeTerm } from "../../contracts/terms/commands.ts";
import { expireWalletCredit, type GrantInput, grantWalletMoney, payIntoWallet } from "./commands.ts";
import { findWallet } from "./views.ts";
import { environmentOf } from "../../../tests/support/environment.ts";

const { database, adminUrl, drop } = await testDatabase();
const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
const environment = environmentOf(database, new FixedClock("2024-07-02T09:00:00Z"));
const worker = startWorker({ environment, handlers, sweepEveryMs: 20, report: () => {} });
Deno.test.afterAll(async () => {
  await worker.stop();
  await admin.end();
  await drop();
});

/** A customer with some contracts of one leased van each, 412.00 a month; the first also drives 100 miles, 15.00. */
async function scene(contracts = 1) {
  const business = await newCorrectedBusiness(environment);
  const { tenantId, entityId } = business;
  const [{ customer_id: customerId }] =
    await admin`select customer_id from contract where id = ${business.contractId}`;
  const contractIds = [business.contractId];
  await withTenant(database, tenantId, async (db) => {
    const plan = await insertTestPlan(db, [lease]);
    for (let index = 2; index <= contracts; index++) {
      const { contractId } = await insertTestContract(db, business, plan, { reference: `K-${index}` });
      await insertTestVehicle(db, contractId, `V-${index}`);
      contractIds.push(contractId);
    }
  });
  await admin`update contract set customer_id = ${customerId} where tenant_id = ${tenantId}`;
  const as = { tenantId, actor: testActor() };
  const account = { customerId, billingEntityId: entityId, currency: "GBP" };
  const grant = (input: Partial<GrantInput>) =>
    execute(environment, grantWalletMoney, as, { ...account, name: "Gift", amount: "100.00", ...input });
  const wallet = () => withTenant(database, tenantId, (db) => findWallet(db, customerId));
  const left = async () => (await wallet()).credits.map(({ name, left }) => `${name} ${left}`).sort();
  const issue = (contractId: string, month: number) =>
    execute(environment, issueInvoice, as, {
      contractId,
      periodStart: `2024-0${month}-01`,
      periodEnd: `2024-0${month + 1}-01`,
    });
  const documents = () => documentsOf(database, tenantId);
  return { ...business, ...account, contractIds, as, account, grant, wallet, left, issue, documents };
}

const requireGreen = async () => assert.deepEqual(auditBreaches(await audit(database)), []);

Deno.test("it comes off after all other discounts and before tax, and paid money pays what is left after tax", async () => {
  const { grant, issue, left, contractId, as, account, tenantId, documents } = await scene();
  await execute(environment, agreeTerm, as, {
    contractId,
    kind: "discount",
    name: "Voucher",
    amount: "27.00",
    fromDate: "2024-01-01",
  });
  await grant({ name: "Soon", amount: "60.00", expiresOn: "2024-08-01" });
  await grant({ amount: "50.00" });
  const money = { kind: "paid", name: "Ahead", receivedOn: "2024-07-01", method: "card" };
  await execute(environment, payIntoWallet, as, { ...account, ...money, amount: "1000.00" });
  await issue(contractId, 1);
  // 427.00 − 27.00 − 60.00 − 50.00 = 290.00, with 20% tax 348.00
  assert.deepEqual(await documents(), [
    "CFS-2024-0001 2024-01-01 34800 Lease, PLATE V-1 41200, Distance 1500, Voucher -2700, Soon -6000, Gift -5000",
  ]);
  assert.deepEqual(await left(), ["Ahead 65200", "Gift 0", "Soon 0"]);
  const [{ id }] = await admin`select id from invoice where tenant_id = ${tenantId}`;
  const lines = await withTenant(database, tenantId, (db) => explainLines(db, id));
  assert.deepEqual(lines.at(-1)!.steps, ["Granted from the wallet, on 340.00: −50.00"]);
  await requireGreen();
});

Deno.test("a bill that is granted whole is an invoice over nothing, which is paid, and the rest waits", async () => {
  const { grant, issue, left, contractId, tenantId, documents } = await scene();
  await grant({ amount: "500.00" });
  const issued = await issue(contractId, 1);
  assert.equal(issued.outcome, "issued");
  assert.deepEqual(await left(), ["Gift 7300"]);
  await issue(contractId, 2);
  assert.deepEqual(await documents(), [
    "CFS-2024-0001 2024-01-01 0 Lease, PLATE V-1 41200, Distance 1500, Gift -42700",
    "CFS-2024-0002 2024-02-01 42480 Lease, PLATE V-1 41200, Distance 1500, Gift -7300",
  ]);
  const states = await admin`select state from invoice where tenant_id = ${tenantId} order by number`;
  assert.deepEqual(states.map(({ state }) => state), ["paid", "issued"]);
  await requireGreen();
});

Deno.test("a preview holds what it counts on, so that its contracts do not count on the same money", async () => {
  const business = await scene(3);
  const { grant, left, issue, contractIds, documents } = business;
  await grant({ amount: "800.00" });
  const runId = await previewMonth(business, "2024-01");
  // 427.00 are granted whole, 373.00 of the second 412.00, and nothing of the third
  assert.equal((await readRun(business, runId)).counts.total, 54120n);
  assert.deepEqual(await left(), ["Gift 80000"]);
  await grant({ name: "Later", amount: "50.00" });
  await issue(contractIds[0], 2); // while the run waits it can use nothing but what came later
  assert.deepEqual(await left(), ["Gift 80000", "Later 0"]);
  // what came after the preview changes nothing of what is approved
  await grant({ name: "After", amount: "20.00" });
  await approveMonth(business, runId);
  assert.deepEqual(await left(), ["After 2000", "Gift 0", "Later 0"]);
  const totals = (await documents()).map((text) => text.split(" ")[2]).sort();
  assert.deepEqual(totals, ["0", "45240", "4680", "49440"]);
  await requireGreen();
});

Deno.test("a run that is cancelled lets go of what it held", async () => {
  const business = await scene();
  const { grant, left, issue, contractId, as } = business;
  await grant({});
  const runId = await previewMonth(business, "2024-01");
  await execute(environment, cancelRun, as, { runId });
  await issue(contractId, 2);
  assert.deepEqual(await left(), ["Gift 0"]);
  await requireGreen();
});

Deno.test("many invoices that are issued at the same moment never use more than there is", async () => {
  const { grant, left, issue, contractIds, tenantId } = await scene(4);
  await grant({ amount: "1000.00" });
  await Promise.all(contractIds.map((contractId) => issue(contractId, 1)));
  assert.deepEqual(await left(), ["Gift 0"]);
  const [{ total }] = await admin`select sum(total) as total from invoice where tenant_id = ${tenantId}`;
  assert.equal(total, String((4 * 41200 + 1500 - 100000) * 12 / 10));
  await requireGreen();
});

Deno.test("what is derived again keeps the granted money that its bill used", async () => {
  const business = await scene();
  const { grant, left, documents } = business;
  await grant({ amount: "420.00" });
  await approveMonth(business, await previewMonth(business, "2024-01"));
  await grant({ name: "Later", amount: "10.00" });
  await addTrip(business, "late", "2024-01-20", "40");
  await approveMonth(business, await previewMonth(business, "2024-02"));
  await voidEvent(business, "trip-01");
  await approveMonth(business, await previewMonth(business, "2024-03"));
  assert.deepEqual(await left(), ["Gift 0", "Later 0"]);
  assert.deepEqual((await documents()).slice(0, 2), [
    "CFS-2024-0001 2024-01-01 840 Lease, PLATE V-1 41200, Distance 1500, Gift -42000",
    "CFS-2024-0002 2024-02-01 50760 Lease, PLATE V-1 41200, Distance 1500, Later -1000, Distance 600",
  ]);
  await requireGreen();
});

Deno.test("what is credited whole and billed again has the granted money that it had, and takes no more", async () => {
  const business = await scene();
  const { grant, left, documents } = business;
  await grant({ amount: "400.00" });
  await approveMonth(business, await previewMonth(business, "2024-01"));
  await grant({ name: "Later", amount: "10.00", expiresOn: "2024-07-03" });
  await creditByHand(business, "CFS-2024-0001", "correction");
  await approveMonth(business, await previewMonth(business, "2024-02"));
  assert.deepEqual(await left(), ["Gift 0", "Later 0"]);
  assert.deepEqual((await documents()).filter((text) => text.includes("2024-01-01")), [
    "CFS-2024-0001 2024-01-01 3240 Lease, PLATE V-1 41200, Distance 1500, Gift -40000",
    "CFS-2024-0002 2024-01-01 3240 Lease, PLATE V-1 41200, Distance 1500, Gift -40000",
  ]);
  await requireGreen();
});

Deno.test("what is over is not used, and what a preview holds of it stays until then", async () => {
  const business = await scene();
  const { grant, left, as } = business;
  const { walletCreditId } = await grant({ amount: "500.00", expiresOn: "2024-07-03" });
  const runId = await previewMonth(business, "2024-01"); // counts on 427.00
  const day = (text: string) => ({ ...environment, clock: new FixedClock(`${text}T12:00:00Z`) });
  const expire = (on: string) => execute(day(on), expireWalletCredit, as, { walletCreditId });
  assert.deepEqual(await expire("2024-07-02"), { expired: "0" });
  assert.deepEqual(await expire("2024-07-03"), { expired: "73.00" });
  assert.deepEqual(await left(), ["Gift 42700"]);
  await approveMonth(business, runId);
  assert.deepEqual(await left(), ["Gift 0"]);
  await requireGreen();
});

Deno.test("found: granted money that was used twice, and another amount than the invoice says", async () => {
  const { grant, issue, contractId, wallet } = await scene();
  await grant({});
  await issue(contractId, 1);
  const [{ id }] = (await wallet()).credits;
  await admin`update wallet_credit set remaining = 100 where id = ${id}`;
  await admin`update wallet_use set amount = amount - 100 where wallet_credit_id = ${id}`;
  const found = auditBreaches(await audit(database)).join("\n");
  assert.doesNotMatch(found, /has more or less left/); // as much is left as was not used
  assert.match(found, /discount “Gift” at S 20%","issued":"-10000","derived":"-9900"/);
  await admin`update wallet_credit set remaining = 10000 where id = ${id}`;
  assert.match(auditBreaches(await audit(database)).join("\n"), /has more or less left than was not used/);
});
