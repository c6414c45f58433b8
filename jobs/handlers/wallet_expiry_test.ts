/** Wallet money whose last day is over: due for a job of its tenant, and ended by it, once. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { withSystem } from "../../db/system.ts";
import { withTenant } from "../../db/tenant.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { execute } from "../../lib/core/command.ts";
import { audit } from "../../tests/support/audit.ts";
import { auditBreaches } from "../../lib/ops/audit/audit.ts";
import { grantWalletMoney, payIntoWallet } from "../../lib/payments/wallet/commands.ts";
import { findWallet } from "../../lib/payments/wallet/views.ts";
import { termScene } from "../../tests/support/agreed_terms.ts";
import { lease } from "../../tests/support/billing.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { findDueExpiries, walletExpiry } from "./wallet_expiry.ts";

const { database, adminUrl, drop } = await testDatabase();
const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
Deno.test.afterAll(async () => {
  await admin.end();
  await drop();
});

Deno.test("a job ends what is over where the entity is, and nothing else", async () => {
  const { environment, as, tenantId, customerId } = await termScene(database, [lease]);
  const [{ id: billingEntityId }] = await admin`select id from billing_entity where tenant_id = ${tenantId}`;
  const money = { customerId, billingEntityId, currency: "GBP", amount: "10.00" };
  const paid = { kind: "paid", name: "Paid", receivedOn: "2024-07-01", method: "card" };
  await execute(environment, payIntoWallet, as, { ...money, ...paid, expiresOn: "2024-08-01" });
  await execute(environment, payIntoWallet, as, { ...money, ...paid, name: "Kept", expiresOn: "2024-08-03" });
  await execute(environment, grantWalletMoney, as, { ...money, name: "Gift", expiresOn: "2024-08-01" });
  const left = async () => {
    const { credits } = await withTenant(database, tenantId, (db) => findWallet(db, customerId));
    return credits.map(({ name, left }) => `${name} ${left}`).sort();
  };
  const dueAt = (text: string) =>
    withSystem(database, (db) => findDueExpiries(db, Temporal.Instant.from(text)), { readOnly: true });
  const runAt = async (text: string) => {
    const job = { tenantId, id: crypto.randomUUID(), attempt: 1, payload: null };
    await walletExpiry.run({ ...environment, clock: new FixedClock(text) }, job);
  };
  assert.deepEqual(await dueAt("2024-07-30T12:00:00Z"), []);
  assert.deepEqual((await dueAt("2024-07-31T12:00:00Z")).map(({ uniqueKey }) => uniqueKey), [
    "2024-07-31T12",
  ]);
  await runAt("2024-07-31T12:00:00Z"); // somewhere on earth it may be August; in London it is not
  assert.deepEqual(await left(), ["Gift 1000", "Kept 1000", "Paid 1000"]);
  await runAt("2024-08-01T12:00:00Z");
  await runAt("2024-08-01T13:00:00Z");
  assert.deepEqual(await left(), ["Gift 0", "Kept 1000", "Paid 0"]);
  assert.deepEqual(auditBreaches(await audit(database)), []);
});
