/** A real project: developed, built, started, and looked at in a browser. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { closeBrowser, emptyPage } from "./browser.ts";
import { answers, newProject, type Project } from "./project.ts";

let project: Project;

Deno.test.beforeAll(async () => {
  project = await newProject();
});

Deno.test.afterAll(async () => {
  await closeBrowser();
  await project.remove();
});

const sanitize = { sanitizeOps: false, sanitizeResources: false };

async function build(): Promise<{ text: string; buildId: string; changed: Date | null }> {
  const { code, output } = await project.run("run", "-A", "dev.ts", "build");
  assert.equal(code, 0, output);
  const file = join(project.folder, "_fresh/snapshot.json");
  const text = await Deno.readTextFile(file);
  return { text, buildId: JSON.parse(text).buildId, changed: (await Deno.stat(file)).mtime };
}

async function filesBelow(folder: string, prefix = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) found.push(...await filesBelow(join(folder, name), `${prefix}${name}/`));
    else found.push(prefix + name);
  }
  return found.sort();
}

Deno.test("build: writes scripts and static files, compressed where that helps, and a manifest", async () => {
  const { buildId, text } = await build();
  const files = await filesBelow(join(project.folder, "_fresh"));
  assert.deepEqual(files.filter((file) => !file.includes("/js/")), [
    "server.js",
    "snapshot.json",
    "static/_fresh/manifest.json",
    "static/_fresh/manifest.json.br",
    "static/dot.png",
    "static/notes.txt",
    "static/notes.txt.br",
  ]);
  const scripts = files.filter((file) => file.startsWith(`static/_fresh/js/${buildId}/`));
  for (const name of ["runtime.js", "runtime.js.br", "boot.js", "boot.js.br", "Counter.js", "Later.js"]) {
    assert.ok(scripts.includes(`static/_fresh/js/${buildId}/${name}`), `${name} in ${scripts}`);
  }
  assert.doesNotMatch(text, new RegExp(project.folder), "an app may be moved as a whole");
  const manifest = JSON.parse(
    await Deno.readTextFile(join(project.folder, "_fresh/static/_fresh/manifest.json")),
  );
  assert.equal(manifest.buildId, buildId);
  assert.deepEqual(
    manifest.assets.find(({ url }: { url: string }) => url === "/notes.txt")?.bytes,
    1600,
  );
  assert.ok(manifest.assets.some(({ url }: { url: string }) => url === `/_fresh/js/${buildId}/runtime.js`));
});

Deno.test("build: is kept while its inputs are the same, and made anew when one of them changes", async () => {
  const first = await build();
  assert.deepEqual(await build(), first);

  await project.write("words.ts", `export const word = "other";\n`);
  const second = await build();
  assert.notEqual(second.buildId, first.buildId);

  await project.write("routes/added.tsx", `export default () => <p>added</p>;\n`);
  const third = await build();
  assert.equal(third.buildId, second.buildId, "what browsers get is the same");
  assert.match(third.text, /added\.tsx/);

  await project.write("static/notes.txt", "short");
  const fourth = await build();
  assert.notEqual(fourth.buildId, third.buildId);
  await project.write("words.ts", `export const word = "count";\n`);
  await project.write("static/notes.txt", "a line of notes\n".repeat(100));
});

Deno.test("build: an island that cannot be bundled is named with the place", async () => {
  await project.write(
    "islands/Bad.tsx",
    `import { readFile } from "node:fs";\nexport default () => readFile;\n`,
  );
  const { code, output } = await project.run("run", "-A", "dev.ts", "build");
  assert.notEqual(code, 0);
  assert.match(
    output,
    /islands\/Bad\.tsx:1:\d+: "node:fs" stands for "node:fs", which cannot be bundled for browsers/,
  );
  await Deno.remove(join(project.folder, "islands/Bad.tsx"));
});

Deno.test("start: a built app serves without building anything", async () => {
  const { buildId } = await build();
  const { url, stop } = await project.start("run", "-A", "--deny-run", "main.ts");
  const html = await (await fetch(url)).text();
  assert.match(html, /<h1>First<\/h1>/);
  const script = await fetch(`${url}/_fresh/js/${buildId}/runtime.js`);
  assert.equal(script.status, 200);
  assert.equal(script.headers.get("content-encoding"), "br");
  assert.equal(script.headers.get("vary"), "Accept-Encoding");
  assert.equal(script.headers.get("cache-control"), "public, max-age=31536000, immutable");
  await script.body?.cancel();
  const plain = await fetch(`${url}/notes.txt`, { headers: { "accept-encoding": "gzip, br;q=0" } });
  assert.equal(plain.headers.get("content-encoding"), null);
  assert.equal((await plain.text()).length, 1600);

  const failed = await fetch(`${url}/fails`);
  assert.equal(failed.status, 500);
  assert.equal(await failed.text(), "Internal Server Error");
  assert.match(await stop(), /secret detail/, "the log tells what the page does not");
});

Deno.test("start: deno serve takes the entry of the build", async () => {
  const { url, stop } = await project.start(
    "serve",
    "-A",
    "--host",
    "127.0.0.1",
    "--port",
    "PORT",
    "_fresh/server.js",
  );
  assert.match(await (await fetch(url)).text(), /<h1>First<\/h1>/);
  await stop();
});

Deno.test({
  name: "start: islands of a built app come to life, and one that waits loads the rest when it is due",
  ...sanitize,
  fn: async () => {
    const { url, stop } = await project.start("run", "-A", "main.ts");
    const page = await emptyPage();
    await page.goto(url);
    await page.waitForFunction(() => performance.getEntriesByName("island Counter").length > 0);
    await page.click("#counter");
    assert.equal(await page.textContent("#counter"), "count 2");
    await page.goto(`${url}/later`);
    await page.waitForFunction(() => performance.getEntriesByName("island Later").length > 0);
    await page.click("#later");
    assert.equal(await page.textContent("#later"), "count 1");
    assert.deepEqual(page.errors.filter((error) => !error.includes("404")), []);
    await stop();
  },
});

Deno.test({
  name: "develop: a change reloads the open page, a broken file does not end it, and nothing is left running",
  ...sanitize,
  fn: async () => {
    const { url, printed, stop } = await project.start("run", "-A", "dev.ts");
    const page = await emptyPage();
    await page.goto(url);
    await page.waitForFunction(() => performance.getEntriesByName("island Counter").length > 0);
    await page.click("#counter");
    assert.equal(await page.textContent("#counter"), "count 2");

    await project.write("words.ts", `export const word = "number";\n`);
    await page.locator('#counter:text-is("number 1")').waitFor();
    await page.waitForFunction(() => performance.getEntriesByName("island Counter").length > 0);
    await page.click("#counter");
    assert.equal(await page.textContent("#counter"), "number 2");

    const main = await Deno.readTextFile(join(project.folder, "main.ts"));
    await project.write("main.ts", `export const app = ;\n`);
    await printed(/The server has stopped\. It starts again when a file changes\./);
    await project.write("main.ts", main);
    await project.write("routes/index.tsx", `export default () => <h1>Second</h1>;\n`);
    await page.locator('h1:text-is("Second")').waitFor();

    const stack = await (await fetch(`${url}/fails`)).text();
    assert.match(stack, /secret detail[\s\S]*routes\/fails\.tsx/);
    await stop();
    assert.equal(await answers(url), false);

    const orphaned = await project.start("run", "-A", "dev.ts");
    await orphaned.stop("SIGKILL");
    while (await answers(orphaned.url)) await new Promise((resolve) => setTimeout(resolve, 20));
  },
});
