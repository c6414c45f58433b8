/** What no file of the product may call: text run as code, guessable random numbers, broken hashes. */
import assert from "node:assert/strict";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folders = ["components", "db", "jobs", "lib", "routes", "tools"];

/** Every source of the product with its path from the root; tests are none of it. */
function readSources(folder: string): { path: string; text: string }[] {
  return [...Deno.readDirSync(folder)].flatMap((entry) => {
    const full = `${folder}/${entry.name}`;
    if (entry.isDirectory) {
      return /^(?:node_modules|tests|_fresh)$/.test(entry.name) ? [] : readSources(full);
    }
    if (!/\.tsx?$/.test(entry.name) || /_test\.tsx?$/.test(entry.name)) return [];
    return [{ path: relative(root, full), text: Deno.readTextFileSync(full) }];
  });
}

const top = [...Deno.readDirSync(root)].filter(({ name }) => name.endsWith(".ts"))
  .map(({ name }) => ({ path: name, text: Deno.readTextFileSync(`${root}/${name}`) }));
const sources = [...top, ...folders.flatMap((folder) => readSources(`${root}${folder}`))];

function callersOf(call: RegExp): string[] {
  return sources.filter(({ text }) => call.test(text)).map(({ path }) => path).sort();
}

Deno.test("no text is run as code", () => {
  assert.ok(sources.length > 300);
  const runsText = /\beval\(|\bnew Function\(|\bset(?:Timeout|Interval)\(\s*["'`]|from "node:vm"/;
  assert.deepEqual(callersOf(runsText), []);
});

Deno.test("nothing to be guessed comes from Math.random: it only spreads attempts over time", () => {
  assert.deepEqual(callersOf(/\bMath\.random\b/), ["jobs/account_mailer.ts", "jobs/attempt.ts"]);
});

Deno.test("no hash is computed that can be forged", () => {
  assert.deepEqual(callersOf(/["'`](?:md[45]|sha-?1|ripemd\w*)["'`]/i), []);
});
