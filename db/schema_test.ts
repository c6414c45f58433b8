/** Holds the table types of schema.ts against the columns that the migrations made. */
import assert from "node:assert/strict";
import { testDatabase } from "../tests/support/database.ts";
import { withSystem } from "./system.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);

/** What a column of a Postgres type is in schema.ts, besides its wrapper and `| null`. */
const typeScriptOf: Record<string, string[]> = {
  int8: ["bigint"],
  int4: ["number"],
  int2: ["number"],
  numeric: ["string"],
  xid8: ["string"],
  uuid: ["string"],
  pg_snapshot: ["string"],
  bpchar: ["string"],
  text: ["string"], // Also a union of texts.
  bool: ["boolean"],
  bytea: ["Uint8Array"],
  date: ["PlainDate"],
  timestamptz: ["Instant"],
  jsonb: ["Json"],
  _text: ["string[]"],
};

interface Column {
  table: string;
  column: string;
  type: string;
  nullable: boolean;
  /** True where an insert may leave the column out for a reason other than null. */
  defaulted: boolean;
}

/** `"a" | "b"` and names of such unions are texts. */
function plainType(written: string, source: string): string {
  const inner = written.replace(/^(?:Generated|Automatic)<(.*)>$/, "$1").replace(/ \| null$/, "");
  const isUnion = /^"/.test(inner) || new RegExp(`export type ${inner} =\\s*\\|?\\s*"`).test(source);
  return isUnion ? "string" : inner;
}

Deno.test("schema.ts says of every table exactly what the database has", async () => {
  const source = await Deno.readTextFile(new URL("./schema.ts", import.meta.url));
  const code = source.replace(/\/\*\*[\s\S]*?\*\//g, "");
  const interfaces = new Map(
    [...code.matchAll(/export interface (\w+) \{\n([\s\S]*?)\n\}/g)].map(([, name, body]) =>
      [
        name,
        new Map([...body.matchAll(/^ {2}(\w+): ([\s\S]*?);$/gm)].map(([, field, type]) => [field, type])),
      ] as const
    ),
  );
  const columns = await withSystem(database, (db) =>
    db.sql<Column[]>`
      select c.relname as table, a.attname as column, coalesce(base.typname, t.typname) as type, not a.attnotnull as nullable,
        a.atthasdef or a.attidentity <> '' as defaulted
      from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_type t on t.oid = a.atttypid
      left join pg_type base on base.oid = t.typbasetype
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
        and c.relname <> 'migration'`);
  const tables = Map.groupBy(columns, (column) => column.table);
  const typed = interfaces.get("Schema") ?? new Map<string, string>();
  assert.deepEqual([...typed.keys()].sort(), [...tables.keys()].sort());

  const differences: string[] = [];
  for (const [table, interfaceName] of typed) {
    const fields = interfaces.get(interfaceName) ?? new Map<string, string>();
    const found = tables.get(table) ?? [];
    const missing = found.filter(({ column }) => !fields.has(column)).map(({ column }) =>
      `${table}.${column}: not in schema.ts`
    );
    const surplus = [...fields.keys()].filter((field) => !found.some(({ column }) => column === field))
      .map((field) => `${table}.${field}: not in the database`);
    differences.push(...missing, ...surplus);
    for (const { column, type, nullable, defaulted } of found) {
      const written = fields.get(column);
      if (written === undefined) continue;
      const says = (what: string) => differences.push(`${table}.${column}: ${written}, but ${what}`);
      if (!typeScriptOf[type]?.includes(plainType(written, source))) says(`the column is ${type}`);
      if (written !== "Json" && / \| null>?$/.test(written) !== nullable) {
        says(nullable ? "may be null" : "is never null");
      }
      if (/^(Generated|Automatic)</.test(written) !== defaulted) {
        says(defaulted ? "has a default" : "has no default");
      }
    }
  }
  assert.deepEqual(differences, [], differences.join("\n"));
});
