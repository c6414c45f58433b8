/** In a browser: what the browser kept of the business for going back is gone once its person has signed out. */
import assert from "node:assert/strict";
import { execute } from "../../lib/core/command.ts";
import { createCustomer } from "../../lib/customers/commands.ts";
import { operator, testApp } from "../support/app.ts";
import { openBrowser, openContext } from "../support/browser.ts";

Deno.test(
  { name: "who signed out leaves nothing to go back to", sanitizeOps: false, sanitizeResources: false },
  async () => {
    // browsers clear what they keep for a safe origin only; this machine's own name is one
    const app = await testApp({ host: "localhost" });
    const browser = await openBrowser();
    try {
      const tenantId = await app.newTenant();
      const { cookie } = await app.visitor(tenantId, "biller");
      const customer = { reference: "O-1", name: "Oak & Sons", addressLines: [] };
      await execute(app.environment, createCustomer, { tenantId, actor: operator }, customer);
      const [name, value] = cookie.split("=");
      const context = await openContext(browser, { width: 1280, scheme: "light" });
      await context.addCookies([{ name, value, url: app.url }]);
      const page = await context.newPage();
      await page.goto(`${app.url}/customers`);
      assert.match(await page.innerText("main"), /Oak & Sons/);
      await page.click("text=Sign out");
      await page.waitForURL(`${app.url}/sign-in`);
      await page.goBack();
      assert.equal(new URL(page.url()).pathname, "/sign-in");
      assert.doesNotMatch(await page.content(), /Oak/);
      await context.close();
    } finally {
      await browser.close();
      await app.stop();
    }
  },
);
