/** Holds `docs/security/asvs.md` to its word: every requirement has one row, and every test and document in it exists. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const page = Deno.readTextFileSync(`${root}docs/security/asvs.md`);

/**
 * How many requirements OWASP ASVS 5.0.0 has of a level, counted in the column `L` of
 * `5.0/docs_en/OWASP_Application_Security_Verification_Standard_5.0.0_en.csv` of its repository: 70 and 183 of 345.
 */
const requirementsOf: Record<string, number> = { "1": 70, "2": 183 };

interface Row {
  id: string;
  level: string;
  shown: string;
}

const rows: Row[] = page.split("\n").filter((line) => line.startsWith("| v5.0.0-")).map((line) => {
  const [id, level, , shown] = line.slice(1, -1).split("|").map((cell) => cell.trim());
  return { id, level, shown };
});

/** The names of a file's tests as its source spells them, with the `${…}` of those that a loop makes. */
function testNames(path: string): string[] {
  const source = Deno.readTextFileSync(root + path);
  const named = /\bDeno\.test(?:\.\w+)?\(\s*(?:\{\s*name:\s*)?(?:"([^"]+)"|`([^`]+)`)/g;
  return [...source.matchAll(named)].map(([, plain, template]) => plain ?? template);
}

/** The tests of a cell, which may have documents before them; null where it is no list of tests. */
function testsIn(shown: string): { path: string; name: string }[] | null {
  const list = shown.replace(/^(?:`docs\/[^`]+`, )+held by /, "");
  const found = list.split(/; (?=`)/).map((piece) => /^`([^`]+_test\.tsx?)`: "(.+)"$/.exec(piece));
  return found.includes(null) ? null : found.map((match) => ({ path: match![1], name: match![2] }));
}

Deno.test("each requirement has one row, and each level as many as the standard has", () => {
  const seen = rows.map(({ id }) => id);
  assert.deepEqual(seen.filter((id, index) => seen.indexOf(id) !== index), [], "twice");
  assert.deepEqual(seen.filter((id) => !/^v5\.0\.0-\d+\.\d+\.\d+$/.test(id)), []);
  for (const [level, count] of Object.entries(requirementsOf)) {
    assert.equal(rows.filter((row) => row.level === level).length, count, `level ${level}`);
  }
  assert.deepEqual(rows.filter(({ level }) => !(level in requirementsOf)).map(({ id }) => id), []);
});

Deno.test("each row names a test, says why it does not apply, or says what is open", () => {
  const wordless = rows.filter(({ shown }) =>
    !/^(?:does not apply|open): \S/.test(shown) && testsIn(shown) === null
  );
  assert.deepEqual(wordless.map(({ id }) => id), []);
});

Deno.test("each test and each document that is named exists", () => {
  const missing: string[] = [];
  for (const { id, shown } of rows) {
    // one that is open may name a document, too
    for (const [, path] of shown.matchAll(/`(docs\/[^`]+)`/g)) {
      if (!existsSync(root + path)) missing.push(`${id}: no document ${path}`);
    }
    for (const { path, name } of testsIn(shown) ?? []) {
      if (!existsSync(root + path)) missing.push(`${id}: no file ${path}`);
      else if (!testNames(path).includes(name)) missing.push(`${id}: no test "${name}" in ${path}`);
    }
  }
  assert.deepEqual(missing, []);
});
