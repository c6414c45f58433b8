/** What islands may be given, and what a page says of them. */
import assert from "node:assert/strict";
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { App, staticFiles } from "fresh";
import { Builder } from "fresh/dev";
import Counter from "./island_site/islands/Counter.tsx";
import Panel from "./island_site/islands/Panel.tsx";
import Values from "./island_site/islands/Values.tsx";

const root = new URL("./island_site", import.meta.url).href;
const applySnapshot = await new Builder({ root }).build({ snapshot: "memory" });

function handlerOf(page: () => preact.JSX.Element) {
  const app = new App<unknown>().use(staticFiles()).get("/", (ctx) => ctx.render(page())).onError((ctx) =>
    ctx.text(String(ctx.error), { status: 500 })
  );
  applySnapshot(app);
  return app.handler();
}

async function htmlOf(page: () => preact.JSX.Element): Promise<string> {
  return await (await handlerOf(page)(new Request("http://localhost/"))).text();
}

const block = (html: string) =>
  /<script type="application\/json" id="__FRESH">(.*?)<\/script>/s.exec(html)?.[1];

Deno.test("payload: what cannot be sent is named with its island and prop", async () => {
  class Fleet {}
  const cases: [unknown, RegExp][] = [
    [
      { onSave: () => {} },
      /island Values \(.*islands\/Values\.tsx\) got a function as its prop "values\.onSave"/,
    ],
    [
      { list: [1, { deep: new Map([["k", Symbol("s")]]) }] },
      /a symbol as its prop "values\.list\[1\]\.deep\.get\(k\)"/,
    ],
    [{ fleet: new Fleet() }, /an instance of Fleet as its prop "values\.fleet"/],
    [{ later: Promise.resolve() }, /a promise as its prop "values\.later"/],
    [{ count: signal(() => {}) }, /a function as its prop "values\.count\.value"/],
    [JSON.parse('{"__proto__": 1}'), /a key named __proto__/],
  ];
  for (const [values, message] of cases) {
    assert.match(await htmlOf(() => <Values values={values as Record<string, unknown>} />), message);
  }
  const Plain = Counter as ComponentType<Record<string, unknown>>;
  assert.match(
    await htmlOf(() => <Plain onClick={() => {}} />),
    /The island Counter .* got a function as its prop "onClick".* define functions inside the island/,
  );
});

Deno.test("payload: no text can end the block", async () => {
  const text = "</script><script>alert(1)</script><!--<script>";
  const html = await htmlOf(() => (
    <Values values={{ text, [text]: [text, signal(text)], url: new URL("http://a/<b>") }} />
  ));
  const data = block(html);
  assert.ok(data);
  assert.doesNotMatch(data, /</);
  assert.ok(JSON.stringify(JSON.parse(data)).includes(text));
});

Deno.test("payload: one block for all islands, after strings that rendering escapes in place", async () => {
  const words = ["a < b", "c & d"];
  const items = words.map((label) => ({ label }));
  const shared = signal(3);
  const html = await htmlOf(() => (
    <main>
      <Panel title={words as unknown as string} items={items} />
      <Counter count={shared} />
      <Counter count={shared} label="other" />
    </main>
  ));
  assert.equal(html.match(/id="__FRESH"/g)?.length, 1);
  const { islands, values } = JSON.parse(block(html)!);
  assert.deepEqual(islands, [["Panel", "default"], ["Counter", "default"], ["Counter", "default"]]);
  assert.ok(values.includes("a < b") && values.includes("c & d"), JSON.stringify(values));
  assert.equal(values.filter((value: unknown) => Array.isArray(value) && value[0] === "Signal").length, 1);
});

Deno.test("payload: a vnode made once and used for many requests stays an island", async () => {
  const hoisted = (
    <Panel title={<em>kept</em>}>
      <Counter label="inside" />
    </Panel>
  );
  const get = handlerOf(() => <main>{hoisted}</main>);
  const [first, second] = [
    await get(new Request("http://localhost/")),
    await get(new Request("http://localhost/")),
  ];
  const html = await first.text();
  assert.equal(await second.text(), html);
  assert.deepEqual(JSON.parse(block(html)!).islands, [["Panel", "default"], ["Counter", "default"]]);
});

Deno.test("payload: scripts in memory, with a manifest of all files", async () => {
  const get = handlerOf(() => <Counter />);
  const html = await (await get(new Request("http://localhost/"))).text();
  const src = /<script type="module" src="([^"]+)"/.exec(html)![1];
  const script = await get(new Request(`http://localhost${src}`));
  assert.equal(script.headers.get("content-type"), "text/javascript; charset=utf-8");
  assert.equal(script.headers.get("cache-control"), "public, max-age=31536000, immutable");
  await script.body?.cancel();
  const manifest = await (await get(new Request("http://localhost/_fresh/manifest.json"))).json();
  assert.ok(manifest.assets.some(({ url }: { url: string }) => url === src));
  const other = await get(new Request("http://localhost/_fresh/js/0000/runtime.js"));
  assert.match(await other.text(), /Not Found/);
});

Deno.test("islands: an unknown hydration mode is refused, with what is allowed", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.mkdir(`${folder}/islands`);
  await Deno.writeTextFile(
    `${folder}/islands/Wrong.ts`,
    'export const config = { hydrate: "soon" };\nexport default () => null;\n',
  );
  const app = new App<unknown>({ mode: "development" }).get("/", (ctx) => ctx.text("ok"))
    .onError((ctx) => ctx.text(String(ctx.error), { status: 500 }));
  (await new Builder({ root: folder }).build({ snapshot: "memory", mode: "development" }))(app);
  const log = console.error;
  console.error = () => {};
  try {
    const text = await (await app.handler()(new Request("http://localhost/"))).text();
    assert.match(text, /Wrong\.ts: config\.hydrate is "soon"; allowed are load, visible, idle, interaction/);
  } finally {
    console.error = log;
    await Deno.remove(folder, { recursive: true });
  }
});
