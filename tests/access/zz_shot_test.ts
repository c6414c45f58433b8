import { openBrowser, openContext } from "../support/browser.ts";
import { startApp } from "./start_app.ts";
const [name, visitor, ...paths] = Deno.env.get("MILEPOST_TEST_SHOTS")!.split("|");
Deno.test({ name: "shots", sanitizeResources: false, sanitizeOps: false }, async () => {
  const app = await startApp();
  const browser = await openBrowser();
  try {
    let i = 0;
    for (const path of paths) {
      for (
        const screen of [{ width: 320, scheme: "light" }, { width: 768, scheme: "dark" }, {
          width: 1280,
          scheme: "light",
        }] as const
      ) {
        // deno-lint-ignore no-explicit-any
        const context = await openContext(browser, screen as any);
        if (visitor !== "signed_out") await app.signIn(context, visitor as never);
        const page = await context.newPage();
        await page.goto(app.url + app.fill(path));
        await page.screenshot({ path: `/tmp/shot_${name}_${i}_${screen.width}.png`, fullPage: true });
        await context.close();
      }
      i += 1;
    }
  } finally {
    await browser.close();
    await app.stop();
  }
});
