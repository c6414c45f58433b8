/** Guards the demo: what it sets up, what its one line says, who can sign in, and what is typed wrongly. */
import assert from "node:assert/strict";
import { signIn } from "../../lib/auth/sign_in.ts";
import { systemClock } from "../../lib/core/clock.ts";
import { withSystem } from "../../db/system.ts";
import { demoPassword, demoPeople, isDemoComplete, setUpDemo } from "../../tools/demo_business.ts";
import { summariseDemo } from "../../tools/demo_summary.ts";
import { testDatabase } from "../support/database.ts";
import { runTool } from "../support/milepost.ts";
import { testSecrets } from "../support/environment.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);

Deno.test("the demo bills a whole fleet, and its line agrees with the books", async () => {
  assert.equal(await isDemoComplete(database), false);
  const seconds = await setUpDemo(database, testSecrets, () => {});
  assert.equal(await isDemoComplete(database), true);
  const breaches: string[] = [];
  const summary = await summariseDemo(database, seconds, (text) => breaches.push(text));
  assert.deepEqual(breaches, []);
  const { tenants, customers, vehicles, invoices, reconciled, ledgerBalanced } = summary;
  assert.deepEqual({ tenants, customers, vehicles, invoices, reconciled, ledgerBalanced }, {
    tenants: 1,
    customers: 40,
    vehicles: 400,
    // one customer has no address, so three of the 120 periods are left out
    invoices: 117,
    reconciled: true,
    ledgerBalanced: true,
  });
  assert.ok(summary.usageEvents > 40_000 && summary.duplicates > 0 && summary.quarantined > 0);
  assert.deepEqual(Object.keys(summary.totals), ["EUR", "GBP", "JPY"]);
  assert.match(summary.totals.GBP, /^\d+\.\d\d$/);
  assert.match(summary.totals.JPY, /^\d+$/);
});

Deno.test("usage of the demo that came late or was put right is billed and credited by the next run", async () => {
  const found = await withSystem(database, (db) =>
    db.sql<{ text: string }[]>`
      select concat(state, ': ', count(*) filter (where increase > 0), ' more, ', count(*) filter (where decrease > 0),
        ' less') as text
      from invoice_run_correction group by period_start, state order by period_start`);
  assert.deepEqual(found.map(({ text }) => text), ["changed: 1 more, 0 less", "changed: 0 more, 2 less"]);
});

Deno.test("everyone of the demo signs in with the password that it prints", async () => {
  const environment = { database, clock: systemClock };
  for (const { email } of demoPeople) {
    const credentials = { email, password: demoPassword, address: "127.0.0.1", userAgent: "test" };
    assert.equal((await signIn(environment, credentials)).outcome, "signed_in", email);
  }
});

Deno.test("an invoice that was changed behind the product's back is no longer reconciled", async () => {
  await withSystem(database, (db) =>
    db.sql`update invoice set open_amount = open_amount - 1
    where ctid = (select min(ctid) from invoice where open_amount > 0)`);
  const breaches: string[] = [];
  const summary = await summariseDemo(
    database,
    { setup: 0, import: 0, run: 0 },
    (text) => breaches.push(text),
  );
  assert.equal(summary.reconciled, false);
  assert.notDeepEqual(breaches, []);
});

for (
  const [words, sentence] of [
    [["--prot", "8001"], /Usage: deno task demo/],
    [["--port", "80000"], /use a whole number from 0 to 65535/],
  ] as const
) {
  Deno.test(`demo ${words.join(" ")} is wrong usage`, async () => {
    const { code, output, remarks } = await runTool(["tools/demo.ts", ...words], {});
    assert.equal(code, 2);
    assert.equal(output, "");
    assert.match(remarks, sentence);
  });
}

Deno.test("the demo touches no database but its own", async () => {
  const settings = { DATABASE_URL: "postgres://someone@127.0.0.1:1/production" };
  const { code, output, remarks } = await runTool(["tools/demo.ts", "--once"], { settings });
  assert.equal(code, 1);
  assert.equal(output, "");
  assert.match(remarks, /Unset DATABASE_URL/);
});

Deno.test("a port that is in use is told before anything is set up, with an option that the demo takes", async () => {
  const other = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  try {
    const { port } = other.addr;
    const { code, output, remarks } = await runTool(["tools/demo.ts", "--port", String(port)], {});
    assert.equal(code, 1);
    assert.equal(output, "");
    assert.match(remarks, new RegExp(`^Port ${port} of 127.0.0.1 is in use.*deno task demo --port `));
    assert.doesNotMatch(remarks, /Setting up|kept/);
  } finally {
    other.close();
  }
});
