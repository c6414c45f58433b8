/** Islands in a real browser, under a policy without inline scripts. */
import assert from "node:assert/strict";
import { computed, signal } from "@preact/signals";
import { App, page as pageData, type PageProps, staticFiles } from "fresh";
import { Builder } from "fresh/dev";
import { closeBrowser, emptyPage, serve, type WatchedPage } from "./browser.ts";
import { describe } from "./island_site/describe.ts";
import Broken from "./island_site/islands/Broken.tsx";
import Counter from "./island_site/islands/Counter.tsx";
import Idle from "./island_site/islands/Idle.tsx";
import Interaction from "./island_site/islands/Interaction.tsx";
import Outer from "./island_site/islands/Outer.tsx";
import Panel from "./island_site/islands/Panel.tsx";
import { Cell, Rows } from "./island_site/islands/table.tsx";
import Titled from "./island_site/islands/Titled.tsx";
import Values from "./island_site/islands/Values.tsx";
import Visible from "./island_site/islands/Visible.tsx";

const root = new URL("./island_site", import.meta.url).href;
const applySnapshot = await new Builder({ root }).build({ snapshot: "memory" });
const applyDevelopment = await new Builder({ root }).build({ snapshot: "memory", mode: "development" });

type Pages = Record<string, () => preact.JSX.Element>;

function siteOf(pages: Pages, apply = applySnapshot): App<unknown> {
  const app = new App<unknown>()
    .use(async (ctx) => {
      const response = await ctx.next();
      response.headers.set(
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
          "require-trusted-types-for 'script'; trusted-types 'none'",
      );
      return response;
    })
    .use(staticFiles())
    .appWrapper(({ Component }: PageProps) => (
      <html lang="en">
        <head>
          <title>Islands</title>
        </head>
        <body>
          <Component />
        </body>
      </html>
    ));
  app.get("/favicon.ico", () => new Response(null, { status: 204 }));
  for (const [path, Page] of Object.entries(pages)) app.get(path, (ctx) => ctx.render(<Page />));
  apply(app);
  return app;
}

function browserTest(
  name: string,
  pages: Pages | App<unknown>,
  run: (page: WatchedPage, url: string) => Promise<void>,
): void {
  Deno.test({
    name: `island: ${name}`,
    sanitizeOps: false,
    sanitizeResources: false,
    fn: async () => {
      const app = pages instanceof App ? pages : siteOf(pages);
      const { url, close } = serve(app.handler());
      const page = await emptyPage();
      try {
        await run(page, url);
      } catch (error) {
        if (page.errors.length > 0) console.error("The page reported", page.errors);
        throw error;
      } finally {
        await close();
      }
    },
  });
}

Deno.test.afterAll(closeBrowser);

/** Waits until `count` islands of a file listen. */
const alive = (page: WatchedPage, name: string, count = 1) =>
  page.waitForFunction(
    ([name, count]) => performance.getEntriesByName(`island ${name}`).length >= Number(count),
    [name, count],
  );

const textOf = (page: WatchedPage, selector: string) => page.locator(selector).allTextContents();

browserTest("comes to life and keeps the server's elements", {
  "/": () => (
    <main>
      <Counter label="<b> & co" />
    </main>
  ),
}, async (page, url) => {
  await page.addInitScript(() => {
    addEventListener("DOMContentLoaded", () => {
      Object.assign(document.querySelector(".counter") ?? {}, { kept: true });
    });
  });
  await page.goto(url);
  await alive(page, "Counter");
  await page.click(".counter");
  assert.deepEqual(await textOf(page, ".counter"), ["<b> & co 1"]);
  assert.equal(
    await page.evaluate(() => (document.querySelector(".counter") as unknown as { kept: boolean }).kept),
    true,
  );
  assert.deepEqual(page.errors, []);
});

const shared = signal(5);
const pair = { count: shared };

browserTest("one signal in two islands stays one signal", {
  "/": () => (
    <main>
      <Counter count={shared} label="a" />
      <p>static</p>
      <Counter {...pair} label="b" />
    </main>
  ),
}, async (page, url) => {
  await page.goto(url);
  await alive(page, "Counter", 2);
  await page.click(".counter >> nth=0");
  await page.click(".counter >> nth=1");
  assert.deepEqual(await textOf(page, ".counter"), ["a 7", "b 7"]);
  assert.equal(await page.locator(".counter").first().getAttribute("data-value"), "7");
  assert.equal(shared.peek(), 5);
  assert.deepEqual(page.errors, []);
});

function typesOf(): Record<string, unknown> {
  const cycle: Record<string, unknown> = { name: "cycle" };
  cycle.self = cycle;
  const inner = signal(1);
  const looped = signal<unknown>(null);
  looped.value = { looped };
  const sparse: unknown[] = [1];
  sparse[3] = 2;
  return {
    text: "</script><!--<b>&\u2028",
    numbers: [0, -0, NaN, Infinity, -Infinity, 1.5],
    flags: [true, false, null, undefined],
    big: 123456789012345678901234567890n,
    date: new Date(0),
    url: new URL("https://example.test/a?b=<c>"),
    pattern: /a<b\/c/gi,
    map: new Map<unknown, unknown>([["k", { deep: new Set([1n]) }], [2, [3]]]),
    set: new Set(["a", "b"]),
    bytes: new Uint8Array([0, 127, 255]),
    temporal: [
      Temporal.Instant.from("2024-01-02T03:04:05Z"),
      Temporal.PlainDate.from("2024-02-29"),
      Temporal.ZonedDateTime.from("2024-01-02T03:04:05-06:00[America/Chicago]"),
      Temporal.Duration.from("P1DT2H"),
    ],
    cycle,
    signals: [inner, inner, computed(() => inner.value + 1)],
    looped,
    sparse,
    nothing: Object.assign(Object.create(null), { a: 1 }),
  };
}

const types = typesOf();

browserTest(
  "props of every kind arrive as they were",
  { "/": () => <Values values={types} /> },
  async (page, url) => {
    await page.goto(url);
    await page.waitForFunction(() => document.querySelector("#values")?.textContent !== "");
    const got = JSON.parse((await textOf(page, "#values"))[0]);
    assert.deepEqual(got, describe(typesOf()));
    assert.deepEqual(page.errors, []);
  },
);

browserTest("slots: children and JSX props keep their elements, and can be hidden and shown again", {
  "/": () => (
    <Panel title={<em class="title">Title</em>} items={[{ label: <b>one</b> }, { label: "two" }]}>
      <p class="kept" data-state="draft">
        first <strong>bold</strong>
      </p>
      text after
      <Counter label="inside" />
      <svg viewBox="0 0 10 10">
        <linearGradient id="g" />
      </svg>
    </Panel>
  ),
}, async (page, url) => {
  await page.goto(url);
  await alive(page, "Panel");
  const before = await page.locator(".panel").innerHTML();
  assert.match(before, /<h2><em class="title">Title<\/em><\/h2>/);
  assert.match(before, /<ul><li><b>one<\/b><\/li><li>two<\/li><\/ul>/);
  assert.doesNotMatch(before, /<!--/);
  await page.click(".counter");
  assert.deepEqual(await textOf(page, ".counter"), ["inside 1"]);
  await page.click(".toggle");
  assert.equal(await page.locator(".kept").count(), 0);
  await page.click(".toggle");
  const after = await page.locator(".panel").innerHTML();
  assert.equal(after, before);
  assert.equal(
    await page.evaluate(() => document.querySelector("linearGradient")!.namespaceURI),
    "http://www.w3.org/2000/svg",
  );
  await page.click(".counter");
  assert.deepEqual(await textOf(page, ".counter"), ["inside 1"]);
  assert.deepEqual(page.errors, []);
});

browserTest("slots: what is not shown at first waits in a template, islands included", {
  "/": () => (
    <main>
      <Panel open={false}>
        <p class="kept">later</p>
        <Panel title={<i>inner</i>} open={false}>
          <Counter label="deep" />
        </Panel>
      </Panel>
    </main>
  ),
}, async (page, url) => {
  await page.goto(url);
  await alive(page, "Panel");
  assert.equal(await page.locator(".kept").count(), 0);
  await page.click(".toggle");
  assert.deepEqual(await textOf(page, ".kept"), ["later"]);
  assert.deepEqual(await textOf(page, "i"), ["inner"]);
  await page.click(".panel .panel .toggle");
  await page.click(".counter");
  assert.deepEqual(await textOf(page, ".counter"), ["deep 1"]);
  assert.deepEqual(page.errors, []);
});

browserTest("an island in an island is a part of it, and useId() gives the same ids on both sides", {
  "/": () => (
    <main>
      <Outer name="first" />
      <Panel>
        <Outer name="second" />
      </Panel>
    </main>
  ),
}, async (page, url) => {
  await page.goto(url);
  await alive(page, "Panel");
  await alive(page, "Outer");
  const ids = await page.locator("input").evaluateAll((inputs) => inputs.map((input) => input.id));
  assert.equal(new Set(ids).size, 2);
  assert.deepEqual(
    await page.locator(".id").evaluateAll((spans) => spans.map((span) => span.getAttribute("data-id"))),
    ids,
  );
  await page.click(".outer .counter >> nth=0");
  assert.deepEqual(await textOf(page, ".counter"), ["nested 1", "nested 0"]);
  assert.equal(await page.evaluate(() => performance.getEntriesByName("island Counter").length), 0);
  assert.deepEqual(page.errors, []);
});

browserTest("islands in tables: cells and rows", {
  "/": () => (
    <table>
      <tbody>
        <tr>
          <Cell text="a" />
          <td>static</td>
          <Cell text="b" />
        </tr>
        <Rows names={["x", "y"]} />
        <tr>
          <td>
            <Counter label="in a cell" />
          </td>
        </tr>
      </tbody>
    </table>
  ),
}, async (page, url) => {
  await page.goto(url);
  await alive(page, "table", 3);
  await alive(page, "Counter");
  await page.click(".cell >> nth=1");
  await page.click(".row td >> nth=0");
  await page.click(".counter");
  assert.deepEqual(
    await page.locator("tr").evaluateAll((rows) => rows.map((row) => row.textContent)),
    ["a 0staticb 1", "x", "y", "x+", "in a cell 1"],
  );
  assert.deepEqual(page.errors, []);
});

const late = signal(0);

browserTest("deferred: in view, idle and on use, with no script for Preact before", {
  "/": () => (
    <main>
      <Interaction count={late} />
      <div style={{ height: "3000px" }} />
      <svg width="10" height="3000" viewBox="0 0 10 3000" />
      <Visible count={late} />
    </main>
  ),
  "/idle": () => <Idle count={late} />,
}, async (page, url) => {
  await page.goto(url);
  const scripts = () =>
    page.requested.filter((path) => path.endsWith(".js")).map((path) => path.split("/").at(-1));
  await page.waitForFunction(() => document.querySelector<HTMLElement>("#__FRESH")?.dataset.taken === "");
  assert.deepEqual(scripts(), ["boot.js"]);

  await page.locator("#interaction button").click();
  await alive(page, "Interaction");
  await page.locator('#interaction output:text-is("1")').waitFor();
  assert.deepEqual(await textOf(page, "#visible output"), ["0"]);

  assert.equal(await page.evaluate(() => performance.getEntriesByName("island Visible").length), 0);
  await page.locator("#visible").scrollIntoViewIfNeeded();
  await alive(page, "Visible");
  assert.deepEqual(await textOf(page, "#visible output"), ["1"]);
  assert.equal(await page.locator("#visible button").getAttribute("title"), "n1");
  await page.click("#visible button");
  assert.deepEqual(await textOf(page, "output"), ["2", "2"]);

  await page.goto(`${url}/idle`);
  await alive(page, "Idle");
  assert.equal(await page.locator("#idle [data-live]").count(), 1);
  assert.deepEqual(page.errors.filter((error) => !error.includes("inline style")), []);
});

browserTest("a page without islands has no script", { "/": () => <h1>Plain</h1> }, async (page, url) => {
  await page.goto(url);
  assert.equal(await page.locator("script, link[rel=modulepreload], template").count(), 0);
  assert.deepEqual(page.requested.filter((path) => path !== "/favicon.ico"), ["/"]);
});

const asyncApp = siteOf({})
  .layout("*", async ({ Component }) => {
    await Promise.resolve();
    return (
      <section>
        <Counter label="layout" />
        <Component />
      </section>
    );
  })
  .route("/", {
    handlers: { GET: () => pageData({ label: "page" }) },
    component: async ({ data }) => {
      const early = <Counter label={(data as { label: string }).label} />;
      await Promise.resolve();
      return <main>{early}</main>;
    },
  });

browserTest(
  "vnodes made before rendering begins, in async pages and layouts, become islands",
  asyncApp,
  async (page, url) => {
    await page.goto(url);
    await alive(page, "Counter", 2);
    await page.click(".counter >> nth=1");
    assert.deepEqual(await textOf(page, ".counter"), ["layout 0", "page 1"]);
    assert.deepEqual(page.errors, []);
  },
);

browserTest("fresh/runtime works in islands: Head, asset and IS_BROWSER", {
  "/": () => (
    <main>
      <Titled />
    </main>
  ),
}, async (page, url) => {
  await page.goto(url);
  assert.equal(await page.title(), "Titled 0");
  await alive(page, "Titled");
  await page.click("#titled");
  await page.waitForFunction(() => document.title === "Titled 1");
  assert.match((await textOf(page, "#titled"))[0], /^browser \/a\.png\?__frsh_c=[0-9a-f]+$/);
});

browserTest(
  "invalid nesting is reported in development, with the place",
  siteOf({
    "/paragraph": () => (
      <p id="around">
        text <Broken />
      </p>
    ),
    "/table": () => (
      <table id="t">
        <Broken />
      </table>
    ),
    "/valid": () => (
      <div>
        <Broken />
      </div>
    ),
  }, applyDevelopment),
  async (page, url) => {
    await page.goto(`${url}/paragraph`);
    await page.waitForFunction(() => document.querySelector<HTMLElement>("#__FRESH")?.dataset.taken === "");
    assert.match(
      page.errors.join("\n"),
      /island "Broken" begins in html > body > p#around and does not end there/,
    );
    page.errors.length = 0;
    await page.goto(`${url}/table`);
    await alive(page, "Broken");
    assert.match(
      page.errors.join("\n"),
      /island "Broken" in html > body > table#t renders <div>, which is not there/,
    );
    page.errors.length = 0;
    await page.goto(`${url}/valid`);
    await alive(page, "Broken");
    assert.deepEqual(page.errors, []);
  },
);
