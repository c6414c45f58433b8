/** Every row of every table as text, bytes decoded, to search for what must stand nowhere. */
import postgres from "postgres";

export interface ScannedRow {
  table: string;
  text: string;
}

/** Reads the whole database past all walls; `adminUrl` is the superuser's. */
export async function scanTables(adminUrl: string): Promise<ScannedRow[]> {
  const sql = postgres(adminUrl, { max: 1, fetch_types: false, onnotice: () => {} });
  try {
    const tables = await sql<{ name: string }[]>`
      select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and n.nspname = 'public' order by 1`;
    const found: ScannedRow[] = [];
    for (const { name } of tables) {
      const rows = await sql<{ text: string }[]>`select row_to_json(t)::text as text from ${sql(name)} t`;
      found.push(...rows.map(({ text }) => ({ table: name, text: decoded(text) })));
    }
    return found;
  } finally {
    await sql.end();
  }
}

/** Bytes stand in JSON as `"\\x6869"`; what is text in them becomes readable. */
function decoded(text: string): string {
  return text.replace(
    /"\\\\x([0-9a-f]*)"/g,
    (_all, hex: string) => JSON.stringify(Buffer.from(hex, "hex").toString("latin1")),
  );
}

/** The tables in which one of these texts stands, whatever its case, each with the text. */
export function tablesHolding(rows: readonly ScannedRow[], texts: readonly string[]): string[] {
  const found = rows.flatMap(({ table, text }) => {
    const lower = text.toLowerCase();
    return texts.filter((one) => lower.includes(one.toLowerCase())).map((one) => `${table}: ${one}`);
  });
  return [...new Set(found)].sort();
}
