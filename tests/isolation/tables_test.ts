/**
 * The wall between tenants, table by table as the catalogue names them: a row is made up for two tenants in every table, and one of
 * them tries to see, change, delete and slip in what is the other's. A new table joins by itself.
 */
import assert from "node:assert/strict";
import postgres from "postgres";
import { globalTables } from "../../db/schema.ts";
import { testDatabase } from "../support/database.ts";

const { adminUrl, appUrl, drop } = await testDatabase();
const admin = postgres(adminUrl, { max: 1, fetch_types: false, onnotice: () => {} });
const app = postgres(appUrl, { max: 1, fetch_types: false, onnotice: () => {} });
Deno.test.afterAll(async () => {
  await app.end();
  await admin.end();
  await drop();
});

const own = "00000000-0000-7000-8000-00000000000a";
const other = "00000000-0000-7000-8000-00000000000b";

interface Column {
  table: string;
  name: string;
  /** As `format_type` writes the type that a domain rests on. */
  type: string;
  isGenerated: boolean;
  isRequired: boolean;
}

const columns = await admin<Column[]>`
  select c.relname as table, a.attname as name, a.attgenerated <> '' or a.attidentity = 'a' as "isGenerated",
    a.attnotnull as "isRequired",
    format_type(coalesce(nullif(t.typbasetype, 0), a.atttypid), null) as type
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  join pg_type t on t.oid = a.atttypid
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
  order by c.relname, a.attnum`;
const tables = [...new Set(columns.map(({ table }) => table))].filter((table) =>
  !globalTables.includes(table)
);
const columnsOf = (table: string) => columns.filter((column) => column.table === table);

/** A value for a type, as SQL; each tenant's differ, so that no unique index knows them apart by the tenant alone. */
const values: Record<string, (mark: string) => string> = {
  uuid: () => "uuidv7()",
  text: (mark) => `'of ${mark}'`,
  character: (mark) => `'${mark}'`,
  boolean: () => "true",
  smallint: () => "1",
  integer: () => "1",
  bigint: () => "1",
  numeric: () => "1",
  date: () => "date '2024-01-01'",
  "timestamp with time zone": () => "now()",
  "time without time zone": () => "time '06:00'",
  bytea: (mark) => `'\\x0${mark}'::bytea`,
  jsonb: (mark) => `'"of ${mark}"'::jsonb`,
  json: (mark) => `'"of ${mark}"'::json`,
  inet: () => "'192.0.2.1'",
  pg_snapshot: () => "pg_current_snapshot()",
  xid8: () => "pg_current_xact_id()",
  daterange: () => "daterange('2024-01-01', '2024-02-01')",
  tstzrange: () => "tstzrange('2024-01-01', '2024-02-01')",
  interval: () => "interval '1 day'",
  "double precision": () => "1",
  "bit varying": () => "B'1'",
};

function valueOf({ name, type, table }: Column, tenant: string): string {
  if (name === "tenant_id") return `'${tenant}'`;
  if (type.endsWith("[]")) return `'{}'::${type}`;
  const make = values[type];
  if (!make) throw new Error(`${table}.${name}: say in this test how a ${type} is made up.`);
  return make(tenant.slice(-1));
}

function insertInto(table: string, tenant: string): string {
  const written = columnsOf(table).filter(({ isGenerated, isRequired }) => isRequired && !isGenerated);
  const names = written.map(({ name }) => `"${name}"`).join(", ");
  return `insert into "${table}" (${names}) values (${
    written.map((column) => valueOf(column, tenant)).join(", ")
  })`;
}

/** What only says which values make sense is taken away, in this throw-away database; walls and rights stay as they are. */
async function takeRulesAway(): Promise<void> {
  const rules = await admin<{ table: string; name: string }[]>`
    select conrelid::regclass::text as table, conname as name from pg_constraint
    where connamespace = 'public'::regnamespace and contype in ('c', 'f') and conrelid <> 0 and conparentid = 0`;
  for (const { table, name } of rules) await admin.unsafe(`alter table ${table} drop constraint "${name}"`);
  const domains = await admin<{ domain: string; name: string }[]>`
    select contypid::regtype::text as domain, conname as name from pg_constraint where contypid <> 0 and contype = 'c'
      and connamespace = 'public'::regnamespace`;
  for (const { domain, name } of domains) {
    await admin.unsafe(`alter domain ${domain} drop constraint "${name}"`);
  }
  for (const table of [...tables, "tenant"]) await admin.unsafe(`alter table "${table}" disable trigger all`);
}

await takeRulesAway();
await admin`insert into tenant (id, name) values (${own}, 'Ash'), (${other}, 'Birch')`;
for (const table of tables) {
  for (const tenant of [own, other]) await admin.unsafe(insertInto(table, tenant));
}

/** Runs statements as the app role for a tenant, and undoes them. Gives the rows, or the code of the error. */
async function asTenant(
  tenant: string | null,
  statement: string,
): Promise<postgres.RowList<postgres.Row[]> | string> {
  let result: postgres.RowList<postgres.Row[]> | string = "";
  const undo = new Error("undo");
  await app.begin(async (sql) => {
    if (tenant !== null) await sql`select set_config('app.tenant_id', ${tenant}, true)`;
    try {
      result = await sql.savepoint((inner) => inner.unsafe(statement));
    } catch (error) {
      if (!(error instanceof postgres.PostgresError)) throw error;
      result = error.code;
    }
    throw undo;
  }).catch((error) => {
    if (error !== undo) throw error;
  });
  return result;
}

/** A right that the role does not have at all (42501) is a wall too. */
function touched(result: postgres.RowList<postgres.Row[]> | string): number | string {
  if (typeof result === "string") return result === "42501" ? 0 : result;
  return result.count;
}

const changeable = await admin<{ table: string; name: string }[]>`
  select table_name as table, min(column_name) as name from information_schema.column_privileges
  where grantee = 'milepost_app' and privilege_type = 'UPDATE' and column_name <> 'tenant_id' group by 1`;

const insertable = new Set(
  (await admin<{ table: string }[]>`
    select relname as table from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
      and has_table_privilege('milepost_app', oid, 'insert')`).map(({ table }) => table),
);

Deno.test("there are rows of both tenants in every table", async () => {
  assert.ok(tables.length > 40, `${tables.length} tables`);
  for (const table of tables) {
    const [{ count }] = await admin.unsafe(`select count(distinct tenant_id)::int as count from "${table}"`);
    assert.equal(count, 2, table);
  }
});

Deno.test("a tenant sees its own rows in every table, and nobody sees any without a tenant", async () => {
  for (const table of tables) {
    const rows = await asTenant(own, `select tenant_id::text from "${table}"`);
    assert.deepEqual(typeof rows === "string" ? rows : rows.map((row) => row.tenant_id), [own], table);
    assert.equal(touched(await asTenant(null, `select from "${table}"`)), 0, table);
    assert.equal(touched(await asTenant("", `select from "${table}"`)), 0, table);
  }
});

Deno.test("no table lets a tenant change, move or delete another tenant's rows", async () => {
  for (const table of tables) {
    const name = changeable.find((row) => row.table === table)?.name ?? columnsOf(table)[0].name;
    const attempts = [
      `update "${table}" set "${name}" = "${name}" where tenant_id = '${other}'`,
      `update "${table}" set "${name}" = "${name}" where tenant_id <> '${own}'`,
      `delete from "${table}" where tenant_id = '${other}'`,
      `select from "${table}" where tenant_id = '${other}' for update`,
    ];
    for (const attempt of attempts) assert.equal(touched(await asTenant(own, attempt)), 0, attempt);
    assert.equal(
      await asTenant(own, `update "${table}" set tenant_id = '${other}'`),
      "42501",
      `${table}: a row cannot be given to another tenant`,
    );
  }
});

Deno.test("no table takes a row for another tenant, and each takes one of one's own", async () => {
  for (const table of tables) {
    assert.equal(await asTenant(own, insertInto(table, other)), "42501", table);
    assert.equal(await asTenant(null, insertInto(table, own)), "42501", table);
    if (!insertable.has(table)) continue;
    await admin.unsafe(`delete from "${table}" where tenant_id = '${own}'`);
    const result = await asTenant(own, insertInto(table, own));
    assert.ok(typeof result !== "string", `${table}: ${result}`);
  }
});

Deno.test("of what precedes a tenant, one sees oneself and the people of one's own", async () => {
  const [user] = await admin`insert into "user" (email, name) values ('b@birch.example', 'B') returning id`;
  await admin`delete from membership`;
  await admin`insert into membership (tenant_id, user_id, roles) values (${other}, ${user.id}, '{admin}')`;
  const see = async (tenant: string, statement: string) => touched(await asTenant(tenant, statement));
  assert.equal(await see(own, "select id from tenant"), 1);
  assert.equal(await see(own, `select id from tenant where id = '${other}'`), 0);
  assert.equal(await see(own, 'select id from "user"'), 0);
  assert.equal(await see(other, 'select id from "user"'), 1);
  for (const table of globalTables.filter((name) => !["tenant", "user", "migration"].includes(name))) {
    assert.equal(await asTenant(own, `select from "${table}"`), "42501", table);
  }
});
