/** A minimum and cap of a contract: from the agreement to the invoice, its lines, and the auditor that derives them again. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { besides, insurance, refused, termScene } from "../../../tests/support/agreed_terms.ts";
import { lease, perMile, type TestCharge } from "../../../tests/support/billing.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import { audit } from "../../../tests/support/audit.ts";
import { auditBreaches } from "../../ops/audit/audit.ts";

const { database, adminUrl, drop } = await testDatabase();
const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
Deno.test.afterAll(async () => {
  await admin.end();
  await drop();
});

const scene = (charges: TestCharge[], dates: { startDate?: string; endDate?: string } = {}) =>
  termScene(database, charges, dates);

Deno.test("a minimum that is not reached becomes a line with its reason, and is taxed as the charges are", async () => {
  const { agree, bill } = await scene([lease, perMile]);
  await agree({ minimum: "500" });
  const { total, lines } = await bill("2024-03-01", "2024-04-01");
  // lease 412.00 + 120 × 0.15 = 430.00, so 70.00 are missing; tax 20% of 500.00
  assert.equal(total, "600.00");
  assert.deepEqual(besides(lines), [{
    what: "Commitment, up to the minimum",
    amount: 7000n,
    tax: "S 20",
    steps: ["Minimum 500.00, billed 430.00: 70.00 to reach it"],
  }]);
});

Deno.test("a cap takes off what is above it, at each tax rate its share", async () => {
  const { agree, bill } = await scene([lease, insurance]);
  await agree({ cap: "236.00" });
  const { total, lines } = await bill("2024-03-01", "2024-04-01");
  assert.equal(total, "277.20");
  assert.deepEqual(besides(lines).map(({ amount, tax, steps }) => ({ amount, tax, steps })), [
    {
      amount: -20600n,
      tax: "S 20",
      steps: ["Cap 236.00, billed 472.00: 236.00 above it", "Of it at S 20%: −206.00"],
    },
    {
      amount: -3000n,
      tax: "E 0",
      steps: ["Cap 236.00, billed 472.00: 236.00 above it", "Of it at E 0%: −30.00"],
    },
  ]);
});

Deno.test("only the charges that are named count, and where they differ in tax it is said", async () => {
  const { agree, bill } = await scene([lease, perMile, insurance]);
  const error = await refused(agree({ minimum: "900.00" }));
  assert.match(error.message, /taxed S 20, E 0/);
  await agree({ minimum: "100.00", charges: "miles, insurance", taxRate: "E 0" });
  const { total, lines } = await bill("2024-03-01", "2024-04-01");
  assert.deepEqual(besides(lines).map(({ amount, tax }) => ({ amount, tax })), [{
    amount: 2200n,
    tax: "E 0",
  }]);
  // (412.00 + 18.00) × 1.2 + 60.00 + 22.00
  assert.equal(total, "598.00");
});

Deno.test("in a period of which the contract runs a part the minimum is that part, by the day", async () => {
  const { agree, bill } = await scene([perMile], { startDate: "2024-03-15", endDate: "2024-03-29" });
  await agree({ minimum: "310.00" });
  const { lines } = await bill("2024-03-01", "2024-04-01");
  assert.deepEqual(besides(lines).map(({ steps }) => steps), [[
    "Minimum for 14 of 31 days: 310.00 × 14/31 = 140.00",
    "Minimum 140.00, billed 18.00: 122.00 to reach it",
  ]]);
});

Deno.test("a minimum is billed where nothing else is, and not before or after its days", async () => {
  const { agree, bill, end } = await scene([perMile]);
  const { termId } = await agree({ minimum: "50.00", fromDate: "2024-02-01" });
  assert.equal((await bill("2024-02-01", "2024-03-01")).total, "60.00");
  assert.equal((await bill("2024-03-01", "2024-04-01")).total, "60.00");
  assert.match((await refused(end(termId, "2024-03-31"))).message, /March 2024 is billed/);
  await end(termId, "2024-04-02");
  // April begins on one of its days, May does not
  assert.equal((await bill("2024-04-01", "2024-05-01")).total, "60.00");
  await assert.rejects(bill("2024-05-01", "2024-06-01"), /nothing_to_bill/);
});

Deno.test("what cannot be agreed is told with what is allowed", async () => {
  const { agree, bill, end } = await scene([lease]);
  assert.match((await refused(agree({}))).message, /a minimum, a cap, or both/);
  assert.match((await refused(agree({ minimum: "9", cap: "8" }))).message, /not below/);
  assert.match((await refused(agree({ minimum: "9.999" }))).message, /at most 2 decimals/);
  assert.match((await refused(agree({ minimum: "0" }))).message, /above zero/);
  assert.match(
    (await refused(agree({ minimum: "9", charges: "km" }))).message,
    /no charge “km”. It has lease/,
  );
  assert.match((await refused(agree({ minimum: "9", taxRate: "S 5" }))).message, /one of S 20/);
  assert.match(
    (await refused(agree({ minimum: "9", fromDate: "2023-12-31" }))).message,
    /starts on 1 January/,
  );
  const two = await refused(agree({ name: " ", minimum: "x" }));
  assert.deepEqual(two.fields.map(({ field }) => field), ["name", "minimum"]);
  await bill("2024-01-01", "2024-02-01");
  assert.match(
    (await refused(agree({ minimum: "9", fromDate: "2024-01-31" }))).message,
    /January 2024 is billed/,
  );
  const { termId } = await agree({ minimum: "9", fromDate: "2024-02-01", toDate: "2024-03-01" });
  assert.match(
    (await refused(agree({ cap: "9", fromDate: "2024-02-29" }))).message,
    /until 29 February 2024/,
  );
  await agree({ cap: "9", fromDate: "2024-03-01" });
  assert.match((await refused(end(termId, "2024-01-31"))).message, /begins on 1 February 2024/);
  assert.match((await refused(end(crypto.randomUUID(), "2024-03-01"))).message, /no such term/);
  // what is taken back before it counted is gone
  await end(termId, "2024-02-01");
  await agree({ cap: "8", fromDate: "2024-02-01", toDate: "2024-03-01" });
  assert.match((await refused(end(termId, "2024-02-01"))).message, /no such term/);
});

Deno.test("the auditor derives every one of them again, and finds another minimum than the one agreed", async () => {
  const { checks, ok } = await audit(database);
  assert.deepEqual(auditBreaches({ checks, ok }), []);
  const { tenantId, agree, bill } = await scene([lease, perMile]);
  await agree({ minimum: "500" });
  await bill("2024-03-01", "2024-04-01");
  await admin`update contract_term set minimum = 499 where tenant_id = ${tenantId}`;
  const found = auditBreaches(await audit(database));
  assert.match(found.join("\n"), /true_up at S 20%","issued":"7000","derived":"6900"/);
});
