/** Two businesses in one installation, each with something of nearly everything, and what would give one away to the other. */
import postgres from "postgres";
import { globalTables } from "../../db/schema.ts";
import { type SeededApp, startApp } from "../access/start_app.ts";
import { insertTestBusiness } from "../support/billing.ts";
import { issueTestInvoices } from "../support/issued_invoices.ts";
import type { Visitor } from "../support/app.ts";

export interface TwoBusinesses {
  seeded: SeededApp;
  /** Of the business that looks where it must not. */
  own: Visitor;
  /** Of the business that is looked for. */
  other: Visitor;
  /** The table of every id of a business. */
  idsOf(tenantId: string): Promise<Map<string, string>>;
  /** What of the other business must stand in no answer: its ids, and names and numbers that nothing else bears. */
  traces: { ids: ReadonlySet<string>; words: readonly string[] };
  /** One hash for each table of what a business has in it. */
  fingerprint(tenantId: string): Promise<Record<string, string>>;
  /** Every row of a business as text. */
  textOf(tenantId: string): Promise<string>;
  stop(): Promise<void>;
}

/** Columns whose words name things of a business, and no state or kind that all of them share. */
const naming = new Set([
  "name",
  "number",
  "reference",
  "email",
  "plate",
  "file_name",
  "subject",
  "recipient",
]);
const mostWords = 400;
/** Every process seals the audit rows of all tenants as time goes by, and tells their live feeds. */
const sealedByMachinery = "audit_seal";
const toldByMachinery = { outbox: "and event <> 'audit.sealed'" } as Record<string, string>;

export async function openTwoBusinesses(): Promise<TwoBusinesses> {
  const seeded = await startApp();
  const { app, tenantId: otherId } = seeded;
  const admin = postgres(app.database.adminUrl, { max: 1, fetch_types: false, onnotice: () => {} });
  const business = await insertTestBusiness(app.database.database, { name: "Ash Haulage", prefix: "ASH" });
  await issueTestInvoices(app.environment, business, { reference: "ASH-1" });
  const columns = await admin<{ table: string; name: string; type: string }[]>`
    select table_name as table, column_name as name, data_type as type from information_schema.columns
    where table_schema = 'public'`;
  const tables = [...new Set(columns.map(({ table }) => table))].filter((table) =>
    !globalTables.includes(table)
  );

  const idsOf = async (tenantId: string) => {
    const found = new Map<string, string>();
    for (const { table, name } of columns) {
      if (!tables.includes(table) || name !== "id") continue;
      const rows = await admin.unsafe(`select id::text from "${table}" where tenant_id = $1`, [tenantId]);
      for (const { id } of rows) found.set(id, table);
    }
    return found;
  };
  const textOf = async (tenantId: string) => {
    const texts = await Promise.all(
      tables.map((table) =>
        admin.unsafe(`select t::text as row from "${table}" t where tenant_id = $1`, [tenantId])
      ),
    );
    return texts.flatMap((rows) => rows.map(({ row }) => row)).join("\n");
  };
  const wordsOf = async (tenantId: string) => {
    const words = new Set<string>();
    for (const { table, name, type } of columns) {
      if (!tables.includes(table) || !naming.has(name) || type !== "text") continue;
      const rows = await admin.unsafe(
        `select distinct "${name}" as word from "${table}" where tenant_id = $1 limit 40`,
        [tenantId],
      );
      for (const { word } of rows) if (word) words.add(word);
    }
    return words;
  };
  const common = await textOf(business.tenantId) + sourceText();
  const words = [...await wordsOf(otherId)].filter((word) => word.length >= 5 && !common.includes(word));
  const ids = await idsOf(otherId);
  return {
    seeded,
    own: await app.visitor(business.tenantId, "admin", "biller", "approver"),
    other: await app.visitor(otherId, "admin", "biller", "approver"),
    idsOf,
    textOf,
    traces: { ids: new Set([...ids.keys(), otherId]), words: words.slice(0, mostWords) },
    async fingerprint(tenantId) {
      const prints: Record<string, string> = {};
      for (const table of tables.filter((table) => table !== sealedByMachinery)) {
        const [{ print }] = await admin.unsafe(
          `select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as print from "${table}" t
            where tenant_id = $1 ${toldByMachinery[table] ?? ""}`,
          [tenantId],
        );
        prints[table] = print;
      }
      return prints;
    },
    async stop() {
      await admin.end();
      await seeded.stop();
    },
  };
}

/** Everything that the product says by itself, examples among it: a word that stands there gives nobody away. */
function sourceText(): string {
  const root = new URL("../..", import.meta.url).pathname;
  const read = (folder: string): string =>
    [...Deno.readDirSync(folder)].map(({ name, isDirectory }) =>
      isDirectory
        ? read(`${folder}/${name}`)
        : /(?<!_test)\.tsx?$/.test(name)
        ? Deno.readTextFileSync(`${folder}/${name}`)
        : ""
    ).join("\n");
  return ["routes", "components", "lib"].map((folder) => read(root + folder)).join("\n");
}
