/** An invoice written in Chromium by the keyboard alone, with script and without: Enter adds a line, and typing goes on in it. */
import assert from "node:assert/strict";
import { FixedClock } from "../../lib/core/clock.ts";
import { testApp } from "../support/app.ts";
import { insertTestBusiness } from "../support/billing.ts";
import { openBrowser } from "../support/browser.ts";
import { testActor } from "../support/command.ts";
import { insertTestCustomer, writeTestManual } from "../support/manual_invoices.ts";

Deno.test(
  { name: "an invoice is written by the keyboard alone", sanitizeOps: false, sanitizeResources: false },
  async (t) => {
    const app = await testApp({ clock: new FixedClock("2024-06-03T09:00:00Z") });
    const browser = await openBrowser();
    try {
      const { environment } = app;
      const { tenantId } = await insertTestBusiness(environment.database);
      const execution = { tenantId, actor: testActor() };
      await insertTestCustomer(environment, execution, "C-1");
      const { cookie } = await app.visitor(tenantId, "biller");
      const [name, value] = cookie.split("=");
      for (const javaScriptEnabled of [true, false]) {
        await t.step(javaScriptEnabled ? "with script" : "without script", async () => {
          const context = await browser.newContext({ javaScriptEnabled });
          await context.addCookies([{ name, value, url: app.url }]);
          const page = await context.newPage();
          const draft = await writeTestManual(environment, execution, {
            customer: "C-1",
            lines: [{ description: "Wash", unitPrice: "12.00", tax: "S 20" }],
          });
          await page.goto(`${app.url}/invoices/manual/${draft.manualInvoiceId}`);
          // to the first field by tabs, past the navigation
          for (let tabs = 0; tabs < 80; tabs++) {
            await page.keyboard.press("Tab");
            if (await page.locator("#line-1-description:focus").count() > 0) break;
          }
          assert.equal(await page.locator("#line-1-description:focus").count(), 1);
          await page.keyboard.press("Enter");
          await page.locator("#line-2-description:focus").waitFor();
          const typed = ["Repair of the bumper", "Van AB12", undefined, "hours", "19.99", "10"];
          for (const text of typed) {
            if (text !== undefined) await page.keyboard.type(text);
            else {
              await page.keyboard.press("Control+A");
              await page.keyboard.type("3");
            }
            await page.keyboard.press("Tab");
          }
          await page.keyboard.press("Shift+Tab");
          await page.keyboard.press("Enter");
          await page.locator("#line-3-description:focus").waitFor();
          // 12.00 and 53.97, with 20 %
          assert.match(await page.innerText("main"), /£79\.16/);
          assert.equal(await page.inputValue("#line-2-about"), "Van AB12");
          await context.close();
        });
      }
    } finally {
      await browser.close();
      await app.stop();
    }
  },
);
