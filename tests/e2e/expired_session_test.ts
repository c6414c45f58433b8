/** A session that ends while a form is half filled, in a browser without script: nothing that was typed is lost, and it is sent once. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { withTenant } from "../../db/tenant.ts";
import { redeemLink } from "../../lib/auth/links.ts";
import { idleHours } from "../../lib/auth/sessions.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { confirmationMinutes } from "../../lib/core/confirmation.ts";
import { createTenant } from "../../lib/tenants/create_tenant.ts";
import { operator, testApp } from "../support/app.ts";
import { openBrowser } from "../support/browser.ts";

const email = "amira@calder.example";
const password = "four plain words here";

async function signIn(page: Page): Promise<void> {
  await page.fill("#email", email);
  await page.fill("#password", password);
  await page.click("main button:has-text('Sign in')");
}

Deno.test({
  name:
    "a session ends while a form is half filled: nothing typed is lost, and it is sent once; and a weighty step asks again",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const clock = new FixedClock("2024-03-01T09:00:00Z");
    const app = await testApp({ clock });
    const browser = await openBrowser();
    try {
      const { tenantId, linkPath } = await createTenant(app.environment, operator, {
        name: "Calder",
        adminEmail: email,
      });
      await redeemLink(app.environment, linkPath.split("/").at(-1)!, { password, userAgent: "" });
      const context = await browser.newContext({ javaScriptEnabled: false, baseURL: app.url });
      const page = await context.newPage();
      const words = () => page.innerText("main");

      await page.goto("/sign-in");
      assert.match(await words(), /for 30 days, unless you are away for 8 hours/);
      await signIn(page);
      await page.goto("/customers/new");
      await page.fill("#reference", "O-1");
      await page.fill("#name", "Oak & Sons, Köln");
      clock.moveTo(clock.now().add({ hours: idleHours }));
      await page.fill("#email", "billing@oak.example");
      await page.click("text=Save the customer");

      assert.match(await words(), /What you typed is kept for 30 minutes/);
      await signIn(page);
      assert.match(await words(), /Nothing of this was saved so far/);
      await page.click("main button:has-text('Go on with')");
      assert.equal(await page.innerText("h1"), "Oak & Sons, Köln");
      assert.match(await words(), /billing@oak\.example/);
      // Back to the page with the button, which the browser may show as it was, and once more.
      await page.goBack();
      if (await page.locator("text=Throw it away").count() > 0) {
        await page.click("main button:has-text('Go on with')");
      }
      assert.match(await words(), /Nothing waits for you here/);
      const customers = await withTenant(
        app.environment.database,
        tenantId,
        (db) => db.query.selectFrom("customer").select(["reference", "name"]).execute(),
      );
      assert.deepEqual(customers.map((customer) => ({ ...customer })), [{
        reference: "O-1",
        name: "Oak & Sons, Köln",
      }]);

      await page.goto("/api-keys");
      await page.fill("#name", "Depot");
      clock.moveTo(clock.now().add({ minutes: confirmationMinutes }));
      await page.click("main form button:has-text('key')");
      assert.equal(await page.innerText("h1"), "Confirm that it is you");
      await page.fill("#password", password);
      await page.click("text=Confirm and go on");
      assert.equal(new URL(page.url()).pathname, "/api-keys");
      assert.match(await words(), /mp_[\w-]+/);
      assert.match(await words(), /Depot/);
    } finally {
      await browser.close();
      await app.stop();
    }
  },
});
