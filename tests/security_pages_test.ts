/** Holds the pages of `docs/security/` to the code: what they list is all there is, and what they say of a value is so. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { passwordProblem } from "../lib/auth/password_rules.ts";
import { readTypedAmount } from "../lib/core/amount_input.ts";
import { isCountryCode } from "../lib/core/country.ts";
import { describeConfig } from "../lib/core/config.ts";
import { isCurrencyCode, parseCurrencyCode } from "../lib/core/currency.ts";
import { ibanProblem, isBic } from "../lib/core/iban.ts";
import { readDate, readText } from "../lib/core/input.ts";
import { readLanguage } from "../lib/core/language.ts";
import { parseInstant } from "../lib/core/local_time.ts";
import { isTimeZone } from "../lib/core/period.ts";
import { readTimePattern } from "../lib/imports/time_pattern.ts";
import { componentsOf } from "../tools/bill_of_materials.ts";
import { testDatabase } from "./support/database.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const pageOf = (name: string) => Deno.readTextFileSync(`${root}docs/security/${name}.md`);

/** The cells of every row of the tables of a page, without their heads. */
function rowsOf(page: string): string[][] {
  return page.split("\n").filter((line) => line.startsWith("| ") && !/^\| -/.test(line))
    .map((line) => line.slice(1, -1).split("|").map((cell) => cell.trim()));
}

const quoted = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, inner]) => inner);

/** The files of the product that serve, by path, with their text. */
function* sources(): Generator<[string, string]> {
  const walk = function* (folder: string): Generator<string> {
    for (const { name, isDirectory } of Deno.readDirSync(root + folder)) {
      if (isDirectory) yield* walk(`${folder}${name}/`);
      else if (/(?<!_test)\.tsx?$/.test(name)) yield folder + name;
    }
  };
  for (const folder of ["components/", "db/", "jobs/", "lib/", "routes/"]) {
    for (const path of walk(folder)) {
      if (!path.startsWith("lib/fresh/")) yield [path, Deno.readTextFileSync(root + path)];
    }
  }
}

Deno.test("the cryptographic inventory names every file that uses cryptography, and its hashes", () => {
  const uses = /from "(?:node:crypto|jose|otpauth|openid-client|@simplewebauthn\/server)"|crypto\.subtle/;
  const rows = new Map(rowsOf(pageOf("cryptography")).map((cells) => [quoted(cells[0])[0], cells[1]]));
  const using = [...sources()].filter(([, text]) => uses.test(text));
  const named = [...rows.keys()].filter((path) => path !== undefined);
  assert.deepEqual(using.map(([path]) => path).sort(), named.sort());
  for (const [path, text] of using) {
    for (const [, hash] of text.matchAll(/create(?:Hash|Hmac)\("(\w+)"/g)) {
      const written = hash.replace(/^sha/, "SHA-");
      assert.ok(rows.get(path)!.includes(written), `${path} uses ${written}`);
    }
  }
});

Deno.test("the list of connections names every setting with an address, and every file that opens one", () => {
  const page = pageOf("connections");
  const named = new Set(quoted(page));
  const addresses = describeConfig().map(({ name }) => name)
    .filter((name) => /URLS?$|_ADDR$|OUTGOING_ALLOWED$/.test(name));
  assert.ok(addresses.length >= 7);
  assert.deepEqual(addresses.filter((name) => !named.has(name)), []);
  const opens =
    /\bfetch\(|from "node:(?:https?|tls)"|net\.(?:connect|createConnection)|Deno\.connect|new Redis\(|new SMTPConnection\(|from "node:dns/;
  // the embedded server is on this machine, and islands talk to where they came from
  const opening = [...sources()].map(([path, text]) => ({
    path,
    text: text.replace(/\/\*[\s\S]*?\*\//g, ""),
  }))
    .filter(({ path, text }) => opens.test(text) && !/\/\(_islands\)\/|^db\/embedded/.test(path))
    .map(({ path }) => path);
  assert.ok(opening.length >= 4, opening.join());
  assert.deepEqual(opening.filter((path) => !named.has(path)), []);
  const files = [...named].filter((text) => /^(?:lib|db)\/.*\.ts$/.test(text));
  assert.deepEqual(files.filter((path) => !existsSync(root + path)), []);
});

Deno.test("the levels of data name what exists, every sealed column as secret, and what sounds personal", async () => {
  const page = pageOf("data");
  const section = (title: string) => quoted(page.split(`## ${title}\n`)[1].split("\n- ")[0]);
  const [secret, personal] = [section("Secret"), section("Personal")];
  const database = await testDatabase();
  const sql = postgres(database.adminUrl, { max: 1, fetch_types: false });
  try {
    const columns = await sql<{ table: string; column: string }[]>`
      select table_name as table, column_name as column from information_schema.columns
       where table_schema = 'public'`;
    const names = new Set(columns.flatMap(({ table, column }) => [table, `${table}.${column}`]));
    assert.deepEqual([...secret, ...personal].filter((name) => !names.has(name)), []);
    const isIn = (level: string[], { table, column }: { table: string; column: string }) =>
      level.includes(table) || level.includes(`${table}.${column}`);
    const tell = ({ table, column }: { table: string; column: string }) => `${table}.${column}`;
    const open = columns.filter((each) =>
      /_sealed$|token_hash$|password/.test(each.column) && !isIn(secret, each)
    );
    assert.deepEqual(open.map(tell), []);
    const sounds = /^(?:e?mail|recipient|address_lines|buyer|user_agent|phone|body_text|body_html)$/;
    const unnamed = columns.filter((each) =>
      sounds.test(each.column) && !isIn(personal, each) && !isIn(secret, each)
    );
    assert.deepEqual(unnamed.map(tell), []);
  } finally {
    await sql.end();
    await database.drop();
  }
});

Deno.test("the inventory of the log has every kind of line that jobs write", () => {
  const kinds = [...Deno.readTextFileSync(`${root}jobs/report.ts`).matchAll(/what: ((?:"\w+"(?: \| )?)+)/g)]
    .flatMap(([, list]) => [...list.matchAll(/"(\w+)"/g)].map(([, kind]) => kind));
  const written = kinds.filter((kind) => kind !== "job_done");
  assert.ok(written.length >= 5);
  const named = new Set(quoted(pageOf("logs")));
  assert.deepEqual([...written, "refused"].filter((kind) => !named.has(kind)), []);
});

Deno.test("every part is pinned to one version, its files to their hash, and the bill of materials has it", () => {
  const lock = JSON.parse(Deno.readTextFileSync(`${root}deno.lock`));
  const { imports, allowScripts }: { imports: Record<string, string>; allowScripts: string[] } = JSON.parse(
    Deno.readTextFileSync(`${root}deno.json`),
  );
  const components = componentsOf(lock);
  const known = new Set(components.map(({ name, version }) => `npm:${name}@${version}`));
  const parts = Object.values(imports).filter((specifier) => !specifier.startsWith("jsr:@fresh/core"));
  assert.ok(parts.length > 20);
  assert.deepEqual(parts.filter((specifier) => !known.has(specifier)), []);
  assert.equal(Object.keys(lock.npm).filter((key) => !/^sha512-/.test(lock.npm[key].integrity)).length, 0);
  assert.ok(components.every(({ hashes: [{ content }] }) => /^[0-9a-f]{128}$/.test(content)));
  assert.equal(allowScripts.length, 3);
});

/** Whether a kind of value is taken, by the function that takes it in forms. */
const checks: Record<string, (text: string) => boolean> = {
  "text": (text) => isTaken(() => readText("name", text, "Oak")),
  "date": (text) => isTaken(() => readDate("date", text)),
  "instant": (text) => parseInstant(text) !== null,
  "amount": (text) =>
    isTaken(() => readTypedAmount("amount", text, parseCurrencyCode("EUR"), { empty: "", tooMuch: "" })),
  "currency": isCurrencyCode,
  "country": isCountryCode,
  "time zone": isTimeZone,
  "language": (text) => isTaken(() => readLanguage("language", text)),
  "IBAN": (text) => ibanProblem(text) === null,
  "BIC": isBic,
  "password": (text) =>
    passwordProblem(text, { name: "Amira Haddad", email: "amira@calder.example" }) === null,
  "form of times": (text) => isTaken(() => readTimePattern("pattern", text)),
};

function isTaken(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

Deno.test("the rules for input hold for the examples on their page, and each names the file that checks", () => {
  const rows = rowsOf(pageOf("input"));
  const values = rows.filter((cells) => cells.length === 5 && cells[0] !== "kind");
  assert.deepEqual(values.map(([kind]) => kind).sort(), Object.keys(checks).sort());
  for (const [kind, , taken, refused] of values) {
    assert.ok(checks[kind](quoted(taken)[0]), `${kind} ${taken}`);
    assert.ok(!checks[kind](quoted(refused)[0]), `${kind} ${refused}`);
  }
  const files = quoted(pageOf("input")).filter((text) => /\.(?:ts|md)$/.test(text));
  assert.ok(files.length >= 15);
  const from = (path: string) => path.startsWith("../") ? `docs/${path.slice(3)}` : path;
  assert.deepEqual(files.filter((path) => !existsSync(root + from(path))), []);
});

Deno.test("every page that takes a file stands in the list of files", () => {
  const pages = [...sources()].filter(([path, text]) =>
    path.startsWith("routes/") && !/\/\(_/.test(path) &&
    /readUploadForm\(|keepUpload\(|recordImportPage|sendRecords|<FileField/.test(text)
  ).map(([path]) => `/${path.replace(/^routes\/(?:\([^)]*\)\/)?/, "").replace(/(?:\/index)?\.tsx?$/, "")}`);
  const named = new Set(quoted(pageOf("input")));
  assert.ok(pages.length >= 3, pages.join());
  assert.deepEqual(pages.filter((path) => !named.has(path)), []);
});
