/** Discounts of a contract: from the agreement to the invoice, its lines, and the auditor that derives them again. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { besides, insurance, refused, termScene } from "../../../tests/support/agreed_terms.ts";
import { lease, perMile } from "../../../tests/support/billing.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import { audit } from "../../../tests/support/audit.ts";
import { auditBreaches } from "../../ops/audit/audit.ts";

const { database, adminUrl, drop } = await testDatabase();
const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
Deno.test.afterAll(async () => {
  await admin.end();
  await drop();
});

const shown = (lines: Parameters<typeof besides>[0]) =>
  besides(lines).map(({ what, amount, tax, steps }) => `${what} ${amount} at ${tax}: ${steps.join("; ")}`);

Deno.test("percentages come off first and then amounts, each with its reason, and tax is on what is left", async () => {
  const { agree, bill } = await termScene(database, [lease, perMile]);
  await agree({ kind: "discount", name: "Voucher", amount: "25" });
  await agree({ kind: "discount", name: "Welcome", percent: "10" });
  await agree({ kind: "discount", name: "Quiet road", percent: "50", charges: "miles" });
  const { total, lines } = await bill("2024-03-01", "2024-04-01");
  // 430.00 − 43.00; miles 18.00 − their part of it, 1.80, half of that is 8.10; then 25.00: 353.90, and 20% on it
  assert.deepEqual(shown(lines), [
    "Welcome -4300 at S 20: −10% of 430.00 = −43.00",
    "Quiet road -810 at S 20: −50% of 16.20 (miles) = −8.10",
    "Voucher -2500 at S 20: Discount on 378.90: −25.00",
  ]);
  assert.equal(total, "424.68");
});

Deno.test("a discount is shared by tax rate, and an amount takes no more than there is", async () => {
  const { agree, bill } = await termScene(database, [lease, insurance]);
  await agree({ kind: "discount", name: "Half", percent: "50" });
  await agree({ kind: "discount", name: "Voucher", amount: "900.00", charges: "lease" });
  await agree({ kind: "commitment", minimum: "500.00", charges: "lease" });
  const { total, lines } = await bill("2024-03-01", "2024-04-01");
  assert.deepEqual(shown(lines), [
    "Commitment, up to the minimum 8800 at S 20: Minimum 500.00, billed 412.00: 88.00 to reach it",
    "Half -25000 at S 20: −50% of 560.00 = −280.00; Of it at S 20%: −250.00",
    "Half -3000 at E 0: −50% of 560.00 = −280.00; Of it at E 0%: −30.00",
    "Voucher -20600 at S 20: Discount of 900.00 on 206.00 (lease), no more than that: −206.00",
  ]);
  // 500.00 − 250.00 − 206.00 with 20%, and 30.00
  assert.equal(total, "82.80");
});

Deno.test("it counts for as many billing periods as are agreed, and not one more", async () => {
  const { agree, bill } = await termScene(database, [lease]);
  await agree({ kind: "discount", name: "Two", percent: "50", fromDate: "2024-01-02", periods: "2" });
  assert.equal((await bill("2024-01-01", "2024-02-01")).total, "494.40");
  assert.equal((await bill("2024-02-01", "2024-03-01")).total, "247.20");
  assert.equal((await bill("2024-03-01", "2024-04-01")).total, "247.20");
  assert.equal((await bill("2024-04-01", "2024-05-01")).total, "494.40");
});

Deno.test("what cannot be agreed is told with what is allowed", async () => {
  const { agree } = await termScene(database, [lease]);
  const discount = (term: Parameters<typeof agree>[0]) => refused(agree({ kind: "discount", ...term }));
  assert.match((await discount({})).message, /a percentage or an amount, one of the two/);
  assert.match((await discount({ percent: "5", amount: "5" })).message, /one of the two/);
  for (const percent of ["0", "100.01", "-5", "1e1", "0.00001"]) {
    assert.match((await discount({ percent })).message, /above 0 and up to 100/);
  }
  assert.match((await discount({ percent: "5", periods: "0" })).message, /from 1 to 600/);
  const two = await discount({ percent: "5", periods: "2", toDate: "2025-01-01" });
  assert.match(two.message, /one of the two/);
});

Deno.test("the auditor derives every one of them again, and finds another discount than the one agreed", async () => {
  assert.deepEqual(auditBreaches(await audit(database)), []);
  const { tenantId, agree, bill } = await termScene(database, [lease, perMile]);
  await agree({ kind: "discount", name: "Welcome", percent: "10" });
  await bill("2024-03-01", "2024-04-01");
  await admin`update contract_term set percent = 11 where tenant_id = ${tenantId}`;
  const found = auditBreaches(await audit(database));
  assert.match(found.join("\n"), /discount “Welcome” at S 20%","issued":"-4300","derived":"-4730"/);
});
