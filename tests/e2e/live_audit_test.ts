/** In a browser: the open audit trail says how many entries are new, in a link that shows them, and its rows stay until then. */
import assert from "node:assert/strict";
import { sealAuditTrails } from "../../lib/audit/sealing.ts";
import { execute } from "../../lib/core/command.ts";
import { operator, testApp } from "../support/app.ts";
import { openBrowser, openContext } from "../support/browser.ts";
import { registerVehicle, until } from "../support/command.ts";

Deno.test(
  { name: "new entries of the audit trail wait behind a link", sanitizeOps: false, sanitizeResources: false },
  async () => {
    const app = await testApp();
    const browser = await openBrowser();
    try {
      const { environment } = app;
      const tenantId = await app.newTenant();
      const { cookie } = await app.visitor(tenantId, "admin");
      await sealAuditTrails(environment.database);
      const [name, value] = cookie.split("=");
      const context = await openContext(browser, { width: 1280, scheme: "light" });
      await context.addCookies([{ name, value, url: app.url }]);
      const page = await context.newPage();
      const faults: string[] = [];
      page.on("pageerror", (error) => faults.push(error.message));
      page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
      await page.goto(`${app.url}/audit`);
      const rows = await page.locator("tbody tr").count();
      await execute(environment, registerVehicle, { tenantId, actor: operator }, { reference: "NEW-1" });
      let sealed = 0;
      // what other databases of this server are writing holds back what is final
      await until(async () => (sealed += await sealAuditTrails(environment.database)) > 0);
      const link = page.getByRole("link", { name: /^\d+ new entr(y|ies): show them$/ });
      await link.waitFor();
      assert.equal(await page.locator("tbody tr").count(), rows);
      await link.click();
      await page.waitForURL(`${app.url}/audit`);
      await until(async () => await page.locator("tbody tr").count() === rows + 1);
      assert.deepEqual(faults, []);
      await context.close();
    } finally {
      await browser.close();
      await app.stop();
    }
  },
);
