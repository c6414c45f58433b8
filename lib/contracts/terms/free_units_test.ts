/** Free units of a contract: off what was used before it is priced, explained on the line, and audited. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { refused, termScene } from "../../../tests/support/agreed_terms.ts";
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

const miles = (lines: Awaited<ReturnType<Awaited<ReturnType<typeof termScene>>["bill"]>>["lines"]) =>
  lines.filter(({ line }) => line.charge?.reference === "miles").map(({ line, steps }) => ({
    quantity: line.quantity,
    amount: line.amount,
    steps: steps.filter((step) => /free/i.test(step)),
  }));

Deno.test("free units come off what was used, and the line says whose they are", async () => {
  const { agree, bill } = await termScene(database, [lease, perMile]);
  await agree({ kind: "free_units", name: "Welcome miles", units: "100", charges: "miles" });
  const { total, lines } = await bill("2024-03-01", "2024-04-01");
  assert.deepEqual(miles(lines), [{
    quantity: "20",
    amount: 300n,
    steps: ["“Welcome miles” gives free units: 100", "Free units: 120 − 100 = 20"],
  }]);
  assert.equal(total, "498.00"); // (412.00 + 3.00) + 20%
});

Deno.test("no more are free than were used, and several are added", async () => {
  const { agree, bill } = await termScene(database, [lease, perMile]);
  await agree({ kind: "free_units", name: "Welcome miles", units: "100", charges: "miles" });
  await agree({ kind: "free_units", name: "More miles", units: "50", charges: "miles" });
  assert.deepEqual(miles((await bill("2024-03-01", "2024-04-01")).lines), []);
});

Deno.test("in a part of a period they are that part, by the day", async () => {
  const { agree, bill } = await termScene(database, [perMile], {
    startDate: "2024-03-15",
    endDate: "2024-03-29",
  });
  await agree({ kind: "free_units", name: "Welcome miles", units: "100", charges: "miles" });
  assert.deepEqual(
    miles((await bill("2024-03-01", "2024-04-01")).lines).map(({ amount, steps }) => [amount, steps]),
    [
      [1123n, [
        "“Welcome miles” gives free units: 100 × 14/31 = 45.161290322581",
        "Free units: 120 − 45.161290322581 = 74.838709677419",
      ]],
    ],
  );
});

Deno.test("what cannot be given is told with what is allowed", async () => {
  const { agree } = await termScene(database, [lease, perMile]);
  const give = (term: Parameters<typeof agree>[0]) => refused(agree({ kind: "free_units", ...term }));
  assert.match((await give({ charges: "miles" })).message, /how many units/);
  assert.match((await give({ charges: "miles", units: "0" })).message, /above zero/);
  assert.match((await give({ charges: "lease", units: "5" })).message, /whose units are priced: miles/);
  assert.match((await give({ units: "5" })).message, /Choose one charge/);
});

Deno.test("the auditor takes them off a second time, and finds another number than the one agreed", async () => {
  assert.deepEqual(auditBreaches(await audit(database)), []);
  const { tenantId, agree, bill } = await termScene(database, [lease, perMile]);
  await agree({ kind: "free_units", name: "Welcome miles", units: "100", charges: "miles" });
  await bill("2024-03-01", "2024-04-01");
  await admin`update contract_term set units = 90 where tenant_id = ${tenantId}`;
  const found = auditBreaches(await audit(database));
  assert.match(found.join("\n"), /line miles","issued":"300","derived":"450"/);
});
