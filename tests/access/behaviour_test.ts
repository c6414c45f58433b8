/** What a page does before any script: errors take focus and lead to their field, and paper gets the invoice whole. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { openBrowser, type Screen, withPage } from "../support/browser.ts";
import { samplePages } from "./samples/pages.tsx";
import { serveHtml } from "./samples/serve.ts";

interface Opened {
  open<Result>(name: string, screen: Screen, work: (page: Page) => Promise<Result>): Promise<Result>;
}

function test(name: string, work: (opened: Opened) => Promise<void>) {
  Deno.test({
    name,
    sanitizeResources: false,
    sanitizeOps: false,
    fn: async () => {
      const server = serveHtml((path) => samplePages.find((page) => page.name === path)?.html());
      const browser = await openBrowser();
      try {
        await work({
          open: (page, screen, look) =>
            withPage(browser, screen, async (window) => {
              await window.goto(`${server.url}/${page}`);
              return await look(window);
            }),
        });
      } finally {
        await browser.close();
        await server.stop();
      }
    },
  });
}

const phone: Screen = { width: 320, scheme: "light" };

test("a form with errors: the summary has focus, and its link puts focus on the field with its label in view", async ({ open }) => {
  await open("customer-form-errors", phone, async (page) => {
    assert.equal(await page.evaluate(`document.activeElement.getAttribute("role")`), "alert");
    assert.match(await page.title(), /^Error: /);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate("document.activeElement.id"), "email");
    const [label, height] = await page.evaluate(
      `[document.querySelector("label[for=email]").getBoundingClientRect().top, innerHeight]`,
    ) as number[];
    assert.ok(label >= 0 && label < height, `the label is at ${label} of ${height}`);
  });
});

test("the skip link is the first stop, is shown with focus, and leads past the menu", async ({ open }) => {
  await open("invoices", { width: 1280, scheme: "dark" }, async (page) => {
    await page.keyboard.press("Tab");
    const link = page.locator(":focus");
    assert.equal(await link.textContent(), "Skip to main content");
    const box = (await link.boundingBox())!;
    assert.ok(box.width >= 44 && box.height >= 44 && box.y >= 0, JSON.stringify(box));
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(`document.activeElement.closest("main") !== null`), true);
  });
});

/** 1 mm at 96 px to the inch. */
const millimetre = 96 / 25.4;
/** An A4 sheet between its margins of 20 and 18 mm. */
const printedWidth = Math.round(172 * millimetre);

test("on paper the address stands in the window of the envelope, tables stay tables, and the dark scheme is left", async ({ open }) => {
  await open("invoice-on-paper", { width: printedWidth, scheme: "dark" }, async (page) => {
    await page.emulateMedia({ media: "print" });
    const buyer = (await page.locator(".buyer").boundingBox())!;
    const marginTopMm = 16;
    assert.equal(Math.round(buyer.y / millimetre) + marginTopMm, 47);
    assert.equal(Math.round(buyer.x), 0);
    const style = await page.evaluate(`(() => {
      const of = (selector, property) => getComputedStyle(document.querySelector(selector))[property];
      return [of("table tbody td", "display"), of("thead", "display"), of("tfoot", "display"), of("tfoot", "breakInside"),
        of("header", "display"), of("body", "color"), of("html", "backgroundColor")];
    })()`);
    assert.deepEqual(style, [
      "table-cell",
      "table-header-group",
      "table-row-group",
      "avoid",
      "none",
      "rgb(0, 0, 0)",
      "rgb(255, 255, 255)",
    ]);
  });
});

test("printing gives A4 and Letter sheets, the invoice on the first and no more than it needs", async ({ open }) => {
  await open("invoice-on-paper", phone, async (page) => {
    for (const [format, most] of [["A4", 2], ["Letter", 3]] as const) {
      const pdf = new TextDecoder("latin1").decode(await page.pdf({ format }));
      const sheets = pdf.match(/\/Type \/Page\b(?!s)/g)?.length ?? 0;
      assert.ok(sheets >= 1 && sheets <= most, `${format}: ${sheets} sheets`);
    }
  });
});
