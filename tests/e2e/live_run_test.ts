/** In a browser: a run's page moves by itself to where it waits for a person, and says so, and to its end once it is approved. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { execute } from "../../lib/core/command.ts";
import { approveRun, prepareRun } from "../../lib/invoicing/run/commands.ts";
import { findRun } from "../../lib/invoicing/run/views.ts";
import { driveRun } from "../../tools/run_month.ts";
import { assertNothingFound, checkPage } from "../access/harness.ts";
import { operator, testApp } from "../support/app.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestVehicle,
  lease,
} from "../support/billing.ts";
import { openBrowser, openContext } from "../support/browser.ts";

Deno.test(
  { name: "a run's page follows the run", sanitizeOps: false, sanitizeResources: false },
  async (t) => {
    const app = await testApp({ clock: new FixedClock("2024-04-02T09:00:00Z") });
    const browser = await openBrowser();
    try {
      const { environment } = app;
      const business = await insertTestBusiness(environment.database);
      const { tenantId, entityId } = business;
      await withTenant(environment.database, tenantId, async (db) => {
        const plan = await insertTestPlan(db, [lease]);
        for (let index = 0; index < 120; index++) {
          const { contractId } = await insertTestContract(db, business, plan, {
            reference: `K-${index}`,
            email: index < 30 ? `k-${index}@example.test` : undefined,
          });
          await insertTestVehicle(db, contractId, `V-${index}`);
        }
      });
      const { runId } = await execute(
        environment,
        prepareRun,
        { tenantId, actor: operator },
        { billingEntityId: entityId, month: "2024-03" },
      );
      const url = `${app.url}/runs/${runId}`;
      const { cookie } = await app.visitor(tenantId, "approver");
      const [name, value] = cookie.split("=");
      const context = await openContext(browser, { width: 1280, scheme: "light" });
      await context.addCookies([{ name, value, url: app.url }]);
      await t.step("while it runs, the page passes every check of access", async () => {
        const checked = await context.newPage();
        assertNothingFound(await checkPage(checked, { url, hasIslands: true }), "a running run");
        await checked.close();
      });
      await t.step("the page comes to the approval by itself", async () => {
        const page = await context.newPage();
        await page.goto(url);
        assert.match(await page.innerText("main"), /0 of 120 periods priced/);
        await driveRun(environment, tenantId, runId);
        await page.getByText("Nothing is issued yet").waitFor();
        assert.equal(await page.locator("progress").count(), 0);
        assert.equal(await page.locator("script").count(), 0);
        await page.close();
      });
      await t.step(
        "once approved, the page follows the issue, the check and the sending to the end",
        async () => {
          await withTenant(
            environment.database,
            tenantId,
            (db) =>
              db.sql`insert into invoice_run_policy (tenant_id, allows_own_approval, set_by, set_at)
            values (${tenantId}, true, 'cli:tester', now())`,
          );
          const { run } = await withTenant(environment.database, tenantId, (db) => findRun(db, runId));
          const approval = { runId, resultHash: run.resultHash!.toHex() };
          await execute(environment, approveRun, { tenantId, actor: operator }, approval);
          const page = await context.newPage();
          await page.goto(url);
          assert.match(await page.innerText("main"), /0 of 120 invoices issued/);
          await driveRun(environment, tenantId, runId);
          await page.getByText("30 invoices sent. What is left needs a person.").waitFor();
          assert.equal(await page.locator("script").count(), 0);
        },
      );
      await context.close();
    } finally {
      await browser.close();
      await app.stop();
    }
  },
);
