/** The style of the house, said in code: which way arrows point, where SQL, clocks and floats may not be, how files are named. */
import assert from "node:assert/strict";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { globalTables } from "../db/schema.ts";
import { migrations } from "../db/migrations/list.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const skippedFolders = new Set(["node_modules", ".git", ".milepost", "_fresh", "static", "docs"]);

interface SourceFile {
  /** Path from the root, with forward slashes. */
  path: string;
  text: string;
  /** Files of this repository that it imports, as paths from the root. */
  imports: string[];
}

function readSources(folder: string): SourceFile[] {
  const found: SourceFile[] = [];
  for (const entry of Deno.readDirSync(folder)) {
    const full = join(folder, entry.name);
    if (entry.isDirectory) {
      if (!skippedFolders.has(entry.name)) found.push(...readSources(full));
    } else if (/\.tsx?$/.test(entry.name)) {
      const text = Deno.readTextFileSync(full);
      found.push({ path: relative(root, full), text, imports: importsOf(full, text) });
    }
  }
  return found;
}

function importsOf(full: string, text: string): string[] {
  const specifiers = text.matchAll(/(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/g);
  return [...specifiers].map(([, specifier]) => relative(root, normalize(join(dirname(full), specifier))));
}

/** Code without comments, so that a word in a sentence is no finding. Strings stay. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " "))
    .replace(/(^|[^:"'`\\])\/\/[^\n]*/g, "$1");
}

const sources = readSources(root).sort((a, b) => a.path < b.path ? -1 : 1);
const isTest = (path: string) =>
  /_test\.tsx?$/.test(path) || path.startsWith("tests/") || path.startsWith("lib/fresh/tests/");
const isFresh = (path: string) => path.startsWith("lib/fresh/");
const product = sources.filter(({ path }) => !isTest(path) && !isFresh(path) && !path.startsWith("bench/"));

/** The room of a file: lib/<area> is one room, every other top folder is one, and files at the root are "app". */
function room(path: string): string {
  const parts = path.split("/");
  if (parts.length === 1) return "app";
  if (parts[0] !== "lib") return parts[0];
  if (path.startsWith("lib/ops/audit/")) return "lib/ops/audit";
  return `lib/${parts[1]}`;
}

const top = new Set(["app", "routes", "jobs", "tools"]);
/** lib/core/command.ts is the runner: the one module of the core that reaches the database. */
const coreReachesDatabase = new Set(["lib/core/command.ts"]);
/** Pure, and the one place that decides who may do what: the runner asks it too. */
const policy = "lib/auth/policy.ts";
/** What another area may import: its doors for writing and reading, and the rules that every area shares. */
const doors = /^(?:steps|views)\.tsx?$/;
const sharedRules = new Set(["lib/pricing", "lib/imports", "lib/auth", "lib/tax"]);
/** What reads the clock, the environment or the disk by its nature; everything else in lib/ is a rule, a command, a step or a view. */
const notRules = new Set([
  "lib/core/clock.ts",
  "lib/core/cache.ts",
  "lib/core/outgoing.ts",
  "lib/core/rate_limit.ts",
  "lib/core/ids.ts",
  "lib/core/secrets.ts",
  "lib/core/tenant_cipher.ts",
  "lib/core/key_ring.ts",
]);
const reachesOut =
  /(?:^|\/)(?:commands|steps|views|import_file|sign_in|session|sessions|password|audit|link|links)\.ts$/;

function breaches(check: (file: SourceFile) => string[], files = product): string[] {
  return files.flatMap((file) => check(file).map((what) => `${file.path}: ${what}`));
}

function refuse(found: string[], rule: string): void {
  assert.deepEqual(found, [], `${rule}\n  ${found.join("\n  ")}`);
}

Deno.test("arrows point down: no room imports one above it", () => {
  refuse(
    breaches(({ path, imports }) =>
      imports.flatMap((target) => {
        const from = room(path), to = room(target);
        if (from === to || top.has(from)) return [];
        if (top.has(to) && !(from === "islands" && to === "islands") && target !== "define.ts") {
          return [`imports ${target}, which stands above it`];
        }
        if (from === "db" && to !== "lib/core") return [`the database layer imports ${target}`];
        if (from === "db" && coreReachesDatabase.has(target)) {
          return [`the database layer imports the command runner`];
        }
        if (from === "lib/core" && coreReachesDatabase.has(path) && target === policy) return [];
        if (from === "lib/core" && !(to === "db" && coreReachesDatabase.has(path))) {
          return [`the core imports ${target}`];
        }
        if (
          (from === "components" || from === "islands") && (to === "db" || /\/commands\.ts$/.test(target))
        ) {
          return [`a component imports ${target}`];
        }
        return [];
      })
    ),
    "A room may import only what stands below it:",
  );
});

Deno.test("two areas meet only through steps, views, or a shared rule", () => {
  refuse(
    breaches(({ path, imports }) => {
      const from = room(path);
      if (!from.startsWith("lib/") || from === "lib/core") return [];
      return imports.flatMap((target) => {
        const to = room(target);
        if (!to.startsWith("lib/") || to === from || to === "lib/core") return [];
        return doors.test(target.split("/").at(-1)!) || sharedRules.has(to) ? [] : [`reaches into ${target}`];
      });
    }),
    "Use the other area's steps.ts or views.ts:",
  );
});

Deno.test("commands never call commands", () => {
  refuse(
    breaches(({ path, text }) =>
      /^lib\/(?!core).*\/(commands|steps)\.ts$/.test(path) && /\bexecute\s*\(/.test(code(text))
        ? ["calls execute(); shared work is a step"]
        : []
    ),
    "A command runs alone in its transaction:",
  );
});

Deno.test("the auditor shares no code with what it checks", () => {
  refuse(
    breaches(({ path, imports }) =>
      path.startsWith("lib/ops/audit/")
        ? imports.filter((target) =>
          /^lib\/(pricing|invoicing|tax|ledger|usage|core\/(decimal|money|period))/.test(target) ||
          (target.startsWith("db/queries/") && !/^db\/queries\/audit/.test(target))
        ).map((target) => `imports ${target}`)
        : []
    ),
    "Two people count the same till, each alone:",
  );
});

Deno.test("SQL lives in db/ alone", () => {
  const sql =
    /\.(?:selectFrom|insertInto|updateTable|deleteFrom)\s*\(|\bsql\s*`|\.sql\s*`|["'`]\s*(?:select\s+.+\s+from|insert into|update \w+ set|delete from)\s/i;
  refuse(
    breaches(({ path, text }) => !path.startsWith("db/") && sql.test(code(text)) ? ["holds SQL"] : []),
    "Move the statement to db/queries/<table>.ts:",
  );
});

Deno.test("rules read no clock, no randomness, no environment, no disk, no network", () => {
  const impure = [
    [/\bTemporal\.Now\b|\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b/, "the clock"],
    [/\bMath\.random\b|\bcrypto\.(?:getRandomValues|randomUUID)|\brandomBytes\b/, "randomness"],
    [
      /\bDeno\.(?:env|read|open|write|stat|listen|serve|Command|cwd)|\bprocess\.env\b/,
      "the environment or the disk",
    ],
    [/\bfetch\s*\(/, "the network"],
  ] as const;
  refuse(
    breaches(({ path, text }) => {
      const isRule = path.startsWith("lib/") && !notRules.has(path) && !coreReachesDatabase.has(path) &&
        !path.startsWith("lib/integrations/") && !reachesOut.test(path);
      if (!isRule) return [];
      return impure.filter(([pattern]) => pattern.test(code(text))).map(([, what]) => `reads ${what}`);
    }),
    "Pass the fact, or `now`, as an argument:",
  );
});

Deno.test("money is never a float", () => {
  const float =
    /\bparseFloat\s*\(|\.toFixed\s*\(|\b(?:amount|total|subtotal|price|unit_?[pP]rice|balance|tax|open_?[aA]mount)\??:\s*number\b/;
  refuse(
    breaches(({ path, text }) =>
      (path.startsWith("lib/") || path.startsWith("db/")) && float.test(code(text))
        ? [`uses a float for money: ${float.exec(code(text))![0]}`]
        : []
    ),
    "Money is bigint minor units, a price an exact rational:",
  );
});

Deno.test("every table carries its tenant and its policy", () => {
  const statements = migrations.map((migration) => migration.statements).join("\n");
  const found: string[] = [];
  for (const [, name, body] of statements.matchAll(/create table "?(\w+)"? \(([\s\S]*?)\n\);/g)) {
    if (!new RegExp(`create policy \\w+ on "?${name}"?\\s`).test(statements)) {
      found.push(`${name}: no policy`);
    }
    if (!new RegExp(`alter table "?${name}"? force row level security`).test(statements)) {
      found.push(`${name}: row security is not forced`);
    }
    if (globalTables.includes(name)) continue;
    if (!/\btenant_id uuid not null\b/.test(body)) found.push(`${name}: no tenant_id`);
    if (!/primary key \(tenant_id\b/.test(body)) {
      found.push(`${name}: its key does not start with the tenant`);
    }
  }
  refuse(found, "Row security is the wall between tenants:");
});

Deno.test("files are snake_case, folders say what is in them, and no file only passes others on", () => {
  const vague = /(?:^|\/)(?:utils?|helpers?|services?|misc|common)(?:\/|\.tsx?$)/;
  refuse(
    breaches(({ path, text }) => {
      const found: string[] = [];
      if (vague.test(path)) found.push("a vague name");
      const name = path.split("/").at(-1)!;
      const segment = path.startsWith("routes/");
      if (!segment && !/^[a-z0-9_.]+\.tsx?$/.test(name)) found.push("not snake_case");
      const lines = code(text).split("\n").map((line) => line.trim()).filter((line) => line !== "");
      if (
        lines.length > 0 && lines.every((line) => /^export (?:\*|\{[^}]*\}|type \{[^}]*\}) from /.test(line))
      ) {
        found.push("a barrel");
      }
      return found;
    }, sources.filter(({ path }) => !isFresh(path))),
    "Name a file for the noun or verb it holds:",
  );
});

Deno.test("every module opens with a sentence of purpose", () => {
  refuse(
    breaches(
      ({ text }) => /^(?:#![^\n]*\n)?\s*(?:\/\*\*?|\/\/)\s*\S+/.test(text) ? [] : ["no opening sentence"],
      sources,
    ),
    "Say in one sentence what the module is for:",
  );
});

Deno.test("lib/fresh is reached by its public name alone, and nothing names a machine's own paths", () => {
  refuse(
    breaches(({ path, imports, text }) => {
      const found: string[] = [];
      if (!isFresh(path) && imports.some(isFresh)) found.push("imports lib/fresh by path");
      if (/["'`](?:\/work\/|\/root\/|\/home\/\w)/.test(code(text))) found.push("names a path of one machine");
      return found;
    }, sources.filter(({ path }) => path !== "tests/tidy_test.ts")),
    "The application must also run on upstream Fresh, and anywhere:",
  );
});

Deno.test("nothing is skipped, focused, swallowed or of any type", () => {
  refuse(
    breaches(({ text }) => {
      const bare = code(text);
      const found: string[] = [];
      if (/catch\s*(?:\([^)]*\))?\s*\{\s*\}/.test(bare)) found.push("an empty catch");
      if (/\bDeno\.test\.(?:only|skip)\b|\bonly:\s*true\b|\bDeno\.test\.ignore\b/.test(bare)) {
        found.push("a skipped or focused test");
      }
      if (/(?::|\bas|<)\s*any\b(?!\s*\w)/.test(bare.replace(/(["'`])(?:\\.|(?!\1)[^\\\n])*\1/g, '""'))) {
        found.push("the type any");
      }
      return found;
    }, sources.filter(({ path }) => path !== "tests/tidy_test.ts")),
    "What is wrong must show:",
  );
});

/** Long files and functions are places to look, not failures. */
function longPlaces(): string[] {
  const found: string[] = [];
  for (const { path, text } of product) {
    const lines = text.split("\n");
    if (lines.length > 400) found.push(`${path}: ${lines.length} lines`);
    let start = -1, name = "";
    lines.forEach((line, index) => {
      const opening = /^(?:export )?(?:default )?(?:async )?function\*? (\w+)/.exec(line);
      if (opening) [start, name] = [index, opening[1]];
      if (line === "}" && start >= 0) {
        if (index - start + 1 > 70) found.push(`${path}: ${name} has ${index - start + 1} lines`);
        start = -1;
      }
    });
  }
  return found;
}

Deno.test("long files and functions are listed, not refused", () => {
  const places = longPlaces();
  if (places.length > 0) console.info(`Places to look:\n  ${places.join("\n  ")}`);
});
