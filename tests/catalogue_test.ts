/** Reads Postgres' own catalogue and holds every table to the rules that keep tenants apart. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { globalTables, insertOnlyTables, readOnlyTables } from "../db/schema.ts";
import { testDatabase } from "./support/database.ts";

const test = await testDatabase();
const sql = postgres(test.adminUrl, { max: 1, fetch_types: false });
Deno.test.afterAll(async () => {
  await sql.end();
  await test.drop();
});

/** What the app role may do beyond `select` and `insert` on tables of tenants; a name in brackets is a column. */
const changeableTables: Record<string, string> = {
  // written until it is issued; triggers keep it from then on
  manual_invoice:
    "update(approved_by) update(buyer_reference) update(changed_at) update(changed_by) update(invoice_id) update(note) " +
    "update(payment_terms_days) update(purchase_order) update(state) update(supply_date) update(tax_inclusive) " +
    "update(version)",
  manual_invoice_line: "delete",
  membership: "delete update",
  custom_role: "delete update(capabilities) update(description) update(limits) update(name)",
  membership_role: "delete",
  invitation: "delete update(expires_at) update(invited_at) update(invited_by) update(token_hash)",
  invitation_role: "delete",
  billing_entity: "update",
  bank_details: "update(decided_at) update(decided_by) update(state)",
  invoice_link: "update(ended_at) update(generation) update(opened_at)",
  consent: "update(withdrawal_recorded_by) update(withdrawn_on)",
  customer: "update",
  vehicle: "update",
  rate_plan: "update",
  contract: "update",
  contract_vehicle: "update",
  coupon: "update(end_date)",
  wallet_credit: "update(remaining)",
  wallet_hold: "delete",
  price_index: "update",
  price_index_value: "delete update",
  saved_view: "delete update(name)",
  usage_import: "update",
  usage_file_part: "delete",
  accounting_lock: "update(closed_through)",
  number_series: "update(last_issue_date) update(last_number)",
  number_format: "update",
  usage_mapping: "update(retired_at)",
  run_schedule: "update",
  tax_registration: "update(to_date)",
  customer_tax: "update(changed_at) update(is_business) update(vat_id) update(vat_id_country)",
  exemption_certificate: "update(to_date)",
  tax_rate: "delete",
  invoice:
    "update(credited_amount) update(due_date) update(issue_date) update(number) update(open_amount) update(series_number) update(series_year) update(state) update(written_off_amount)",
  credit_note: "update(issue_date) update(number) update(series_number) update(series_year) update(state)",
  payment: "update(credit) update(state)",
  message: "update(attempts) update(failure) update(provider_id) update(settled_at) update(state)",
  idempotency_key: "update(answer)",
  job: "update",
  api_key: "update(expires_at) update(last_used_at) update(revoked_at)",
  identity_provider: "delete update",
  api_client: "update(capabilities) update(ended_at) update(last_used_at)",
  invoice_run:
    "update(approved_at) update(approved_by) update(finished_at) update(note) update(result_hash) update(sends_invoices) update(state)",
  invoice_run_item:
    "update(credit_total) update(currency) update(delivery) update(exception) update(facts_hash) update(invoice_id) update(last_total) update(line_count) update(message) update(state) update(subtotal) update(tax_total) update(total)",
  invoice_run_correction: "update(decrease) update(increase) update(message) update(state)",
};

/** The same for the tables that precede a tenant. */
const globalGrants: Record<string, string> = {
  tenant: "select",
  user: "select(created_at) select(email) select(id) select(name)",
  migration: "select",
};

const tenantRule = "(tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)";

interface Table {
  name: string;
  owner: string;
  secured: boolean;
  forced: boolean;
  /** True where tenant_id is there and not null. */
  has_tenant: boolean;
  key: string[] | null;
}

const tables = await sql<Table[]>`
  select c.relname as name, pg_get_userbyid(c.relowner) as owner,
    c.relrowsecurity as secured, c.relforcerowsecurity as forced,
    exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and a.attnotnull
      and a.atttypid = 'uuid'::regtype) as has_tenant,
    (select to_json(array(select a.attname from unnest(k.conkey) with ordinality as column_of(number, place)
      join pg_attribute a on a.attrelid = c.oid and a.attnum = number order by place))
      from pg_constraint k where k.conrelid = c.oid and k.contype = 'p') as key
  from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1`;
const tenantTables = tables.filter((table) => !globalTables.includes(table.name));

/** Fails with one line for each breach. */
function refuse(breaches: string[]): void {
  assert.deepEqual(breaches, [], breaches.join("\n"));
}

Deno.test("the lists of db/schema.ts name tables that exist", () => {
  const names = new Set(tables.map((table) => table.name));
  refuse(
    [...globalTables, ...insertOnlyTables, ...readOnlyTables, ...Object.keys(changeableTables)].filter((
      name,
    ) => !names.has(name)),
  );
  assert.ok(tenantTables.length > 20);
});

Deno.test("every table belongs to the owner role, whom nothing serves with", () => {
  refuse(
    tables.filter((table) => table.owner !== "milepost_owner").map((table) =>
      `${table.name}: ${table.owner}`
    ),
  );
});

Deno.test("every row belongs to a tenant, and every key starts with it", () => {
  refuse(tenantTables.flatMap((table) => [
    ...(table.has_tenant ? [] : [`${table.name}: no column tenant_id uuid not null`]),
    ...(table.key?.[0] === "tenant_id" ? [] : [`${table.name}: primary key (${table.key?.join(", ")})`]),
  ]));
});

Deno.test("every unique index of a tenant's table starts with the tenant", async () => {
  const rows = await sql<{ table: string; index: string; first: string | null }[]>`
    select c.relname as table, i.indexrelid::regclass::text as index, a.attname as first
    from pg_index i join pg_class c on c.oid = i.indrelid
    left join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
    where i.indisunique and c.relnamespace = 'public'::regnamespace`;
  refuse(
    rows.filter((row) => !globalTables.includes(row.table) && row.first !== "tenant_id")
      .map((row) => `${row.index} starts with ${row.first}`),
  );
});

Deno.test("a reference between tenants' tables carries the tenant on both sides", async () => {
  const rows = await sql<
    { name: string; source: string; target: string; columns: string[]; referred: string[] }[]
  >`
    select k.conname as name, s.relname as source, t.relname as target,
      to_json(array(select a.attname from unnest(k.conkey) with ordinality as c(number, place)
        join pg_attribute a on a.attrelid = s.oid and a.attnum = number order by place)) as columns,
      to_json(array(select a.attname from unnest(k.confkey) with ordinality as c(number, place)
        join pg_attribute a on a.attrelid = t.oid and a.attnum = number order by place)) as referred
    from pg_constraint k join pg_class s on s.oid = k.conrelid join pg_class t on t.oid = k.confrelid
    where k.contype = 'f' and s.relnamespace = 'public'::regnamespace`;
  assert.ok(rows.length > 20);
  refuse(
    rows.filter(({ source, target, columns, referred }) => {
      if (globalTables.includes(source)) return !globalTables.includes(target);
      if (target === "tenant") return columns.join() !== "tenant_id";
      return !globalTables.includes(target) && (columns[0] !== "tenant_id" || referred[0] !== "tenant_id");
    }).map((row) => `${row.source}: ${row.name} (${row.columns}) to ${row.target} (${row.referred})`),
  );
});

Deno.test("row security is on and binds the owner too", () => {
  const secured = tables.filter((table) => table.name !== "migration");
  refuse(secured.filter((table) => !table.secured || !table.forced).map((table) => table.name));
});

Deno.test("a tenant's table has exactly the tenant's policy for the app role and the open one for the system role", async () => {
  const rows = await sql<{ table: string; policy: string }[]>`
    select tablename as table, concat_ws(' ', permissive, cmd, array_to_string(roles, ','), qual, with_check) as policy
    from pg_policies where schemaname = 'public' order by roles`;
  const expected = [
    `PERMISSIVE ALL milepost_app ${tenantRule} ${tenantRule}`,
    "PERMISSIVE ALL milepost_system true true",
  ];
  refuse(tenantTables.flatMap(({ name }) => {
    const found = rows.filter((row) => row.table === name).map((row) => row.policy);
    return JSON.stringify(found) === JSON.stringify(expected)
      ? []
      : [`${name}: ${found.join(" | ") || "no policy"}`];
  }));
});

/** Table and column rights of one role (or of everybody), as words. */
async function grantsOf(role: string): Promise<Map<string, string>> {
  const rows = await sql<{ name: string; grants: string }[]>`
    with rights as (
      select c.relname, lower(r.privilege_type) as what from pg_class c, aclexplode(c.relacl) r
        where c.relnamespace = 'public'::regnamespace and r.grantee = ${
    role === "public" ? 0 : sql`${role}::regrole`
  }
      union all
      select c.relname, lower(r.privilege_type) || '(' || a.attname || ')'
        from pg_class c join pg_attribute a on a.attrelid = c.oid, aclexplode(a.attacl) r
        where c.relnamespace = 'public'::regnamespace and r.grantee = ${
    role === "public" ? 0 : sql`${role}::regrole`
  })
    select relname as name, string_agg(what, ' ' order by what) as grants from rights group by 1`;
  return new Map(rows.map((row) => [row.name, row.grants]));
}

Deno.test("the app role may do what is listed here, and nothing else", async () => {
  const found = await grantsOf("milepost_app");
  refuse(tables.flatMap(({ name }) => {
    const expected = globalTables.includes(name)
      ? globalGrants[name] ?? ""
      : readOnlyTables.includes(name)
      ? "select"
      : ["insert select", changeableTables[name]].filter(Boolean).join(" ").split(" ").sort().join(" ");
    const actual = found.get(name) ?? "";
    return actual === expected ? [] : [`${name}: "${actual}" instead of "${expected}"`];
  }));
});

Deno.test("what was printed, posted, counted or attested is never changed by the app role", async () => {
  const found = await grantsOf("milepost_app");
  refuse(insertOnlyTables.filter((name) => found.get(name) !== "insert select"));
});

Deno.test("no role that serves can change or remove what is in the audit trail", async () => {
  const found = await grantsOf("milepost_system");
  refuse(["audit_event", "audit_seal"].filter((name) => found.get(name) !== "insert select"));
});

Deno.test("everybody may do nothing: no right is given to public, and nobody makes objects", async () => {
  refuse([...(await grantsOf("public")).keys()]);
  const [row] = await sql`
    select has_schema_privilege('milepost_app', 'public', 'create') as app,
      has_schema_privilege('milepost_system', 'public', 'create') as system,
      has_database_privilege('milepost_app', current_database(), 'temporary') as temporary`;
  assert.deepEqual({ ...row }, { app: false, system: false, temporary: false });
});

Deno.test("views ask with the rights of whoever reads, and there is no materialised view", async () => {
  const rows = await sql<{ name: string; kind: string }[]>`
    select relname as name, relkind as kind from pg_class where relnamespace = 'public'::regnamespace
      and (relkind = 'm' or relkind = 'v' and not coalesce(reloptions, '{}') && '{security_invoker=true,security_invoker=on}')`;
  refuse(rows.map((row) => row.name));
});

Deno.test("a function that runs with other rights belongs to the search role and pins its search path", async () => {
  const rows = await sql<{ name: string; owner: string; config: string | null }[]>`
    select proname as name, pg_get_userbyid(proowner) as owner, array_to_string(proconfig, ' ') as config
    from pg_proc where pronamespace = 'public'::regnamespace and prosecdef`;
  refuse(
    rows.filter((row) => row.owner !== "milepost_search" || !row.config?.includes("search_path"))
      .map((row) => `${row.name}: owner ${row.owner}, ${row.config}`),
  );
});

Deno.test("the serving roles are plain, and the search role cannot sign in", async () => {
  const rows = await sql`
    select rolname, rolcanlogin, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication as strong
    from pg_roles where rolname like 'milepost\\_%' order by rolname`;
  assert.deepEqual(rows.map((row) => Object.values(row).join(" ")), [
    "milepost_app true false",
    "milepost_owner true false",
    "milepost_search false false",
    "milepost_system true false",
  ]);
});

Deno.test("whatever refers to a person's account can end with it", async () => {
  const rows = await sql<{ name: string }[]>`
    select s.relname as name from pg_constraint k join pg_class s on s.oid = k.conrelid
    where k.contype = 'f' and k.confrelid = '"user"'::regclass
      and not has_table_privilege('milepost_system', s.oid, 'delete')`;
  refuse(rows.map((row) => row.name));
});

Deno.test("a column of sealed values holds bytes, and the system role may wrap them again", async () => {
  const rows = await sql<{ name: string; type: string; may_update: boolean }[]>`
    select c.relname || '.' || a.attname as name, format_type(a.atttypid, null) as type,
      has_column_privilege('milepost_system', c.oid, a.attnum, 'update') as may_update
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0
      and a.attname like '%sealed'`;
  refuse(
    rows.filter((row) => row.type !== "bytea" || !row.may_update || !row.name.endsWith("_sealed"))
      .map((row) => `${row.name}: ${row.type}, update ${row.may_update}`),
  );
});

/** Tables of docs/decisions/personal_data.md, with the columns that it says something about. */
function classifiedColumns(): Map<string, Set<string>> {
  const text = Deno.readTextFileSync(new URL("../docs/decisions/personal_data.md", import.meta.url));
  const found = new Map<string, Set<string>>();
  for (const [, table, columns] of text.matchAll(/^\| `(\w+)`: (.*?) +\|/gm)) {
    const known = found.get(table) ?? new Set();
    for (const [, column] of columns.matchAll(/`(\w+)`/g)) known.add(column);
    found.set(table, known);
  }
  return found;
}

Deno.test("of tables with personal data, every column of words or bytes is classified in personal_data.md, encrypted ones hold bytes", async () => {
  const rows = await sql<{ table: string; column: string; type: string }[]>`
    select c.relname as table, a.attname as column, format_type(a.atttypid, null) as type
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0
      and not a.attisdropped and (a.attname like '%\\_encrypted'
        or a.atttypid = any('{text,text[],varchar,json,jsonb,bytea}'::regtype[]))`;
  const classified = classifiedColumns();
  const there = new Set(rows.map(({ table, column }) => `${table}.${column}`));
  refuse([
    ...rows.filter(({ column, type }) => column.endsWith("_encrypted") && type !== "bytea")
      .map(({ table, column }) => `${table}.${column} holds no bytes`),
    ...rows.filter(({ table, column }) =>
      (classified.has(table) || column.endsWith("_encrypted")) && !classified.get(table)?.has(column)
    ).map(({ table, column }) =>
      `${table}.${column} has no row in the table of docs/decisions/personal_data.md`
    ),
    ...[...classified].flatMap(([table, columns]) =>
      [...columns].map((column) => `${table}.${column}`).filter((name) => !there.has(name))
        .map((name) => `${name} is classified and not there`)
    ),
  ]);
  assert.ok(classified.size > 15);
});
