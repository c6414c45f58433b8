/** SIGKILL while payments are recorded, at seeded points: each is there once or not at all, and once in the end. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { audit } from "../support/audit.ts";
import { auditBreaches } from "../../lib/ops/audit/audit.ts";
import type { PaymentInput } from "../../lib/payments/commands.ts";
import { insertTestBusiness } from "../support/billing.ts";
import { testEnvironment } from "../support/command.ts";
import { testDatabase } from "../support/database.ts";
import { issueTestInvoices } from "../support/issued_invoices.ts";
import { startPaymentProcess } from "../support/payment_process.ts";
import { pause, type Random, seededRandom } from "../support/random.ts";

const { database, appUrl, systemUrl, drop } = await testDatabase();
Deno.test.afterAll(drop);

const kills = Deno.env.get("MILEPOST_TEST_FAULTS") === "long" ? 40 : 4;
const count = kills * 6;
const now = "2024-06-03T09:00:00Z";

/** One invoice and payments of 1.00, 2.00, … against it: a payment that counted twice would show in what is open. */
async function makeBooks(): Promise<{ tenantId: string; invoiceId: string; payments: PaymentInput[] }> {
  const business = await insertTestBusiness(database);
  const environment = { ...testEnvironment(database), clock: new FixedClock(now) };
  const { invoices: [{ id }] } = await issueTestInvoices(environment, business, {
    reference: "K",
    months: 1,
  });
  const payments = Array.from({ length: count }, (_, index): PaymentInput => ({
    settles: { invoiceId: id },
    amount: `0.${String(index % 90 + 10)}`,
    currency: "GBP",
    receivedOn: "2024-06-03",
    method: "card",
    reference: `number ${index}`,
  }));
  return { tenantId: business.tenantId, invoiceId: id, payments };
}

/** Runs a process to its end, or kills it in or just after one of the next payments; says whether it came to its end. */
async function live(
  task: { tenantId: string; payments: PaymentInput[] },
  acknowledged: Map<number, string>,
  random?: Random,
): Promise<boolean> {
  const process = startPaymentProcess({ ...task, appUrl, systemUrl, now });
  const deadly = random ? acknowledged.size + random.between(1, 5) : Infinity;
  let begun = 0;
  let tookMs = 0;
  for await (const line of process.lines) {
    const [word, index, payment] = line.split(" ");
    if (word === "done") {
      const before = acknowledged.get(Number(index));
      assert.ok(before === undefined || before === payment, `${index} was ${before} and then ${payment}`);
      acknowledged.set(Number(index), payment);
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

Deno.test(`${kills} kills: what was acknowledged is kept, and in the end every payment counts once`, async () => {
  const random = seededRandom("kill the recording of payments");
  const books = await makeBooks();
  const acknowledged = new Map<number, string>();
  for (let kill = 0; kill < kills; kill++) {
    if (await live(books, acknowledged, random)) break;
    assert.deepEqual(auditBreaches(await audit(database)), [], "after a kill");
  }
  assert.ok(acknowledged.size < count, "the kills came too late to disturb anything");
  assert.ok(await live(books, acknowledged), "the last run failed");
  assert.equal(acknowledged.size, count);
  assert.deepEqual(auditBreaches(await audit(database)), []);
  const { references, open } = await withTenant(database, books.tenantId, async (db) => ({
    references: await db.query.selectFrom("payment").select(["id", "reference"]).orderBy("id").execute(),
    open: await db.query.selectFrom("invoice").select("open_amount").where("id", "=", books.invoiceId)
      .executeTakeFirstOrThrow(),
  }));
  assert.equal(references.length, count);
  assert.deepEqual(new Set(references.map(({ id }) => id)), new Set(acknowledged.values()));
  const paid = books.payments.reduce((sum, { amount }) => sum + BigInt(amount.slice(2)), 0n);
  assert.equal(open.open_amount, 49440n - paid);
});
