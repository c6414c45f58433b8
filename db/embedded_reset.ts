/** Empties the database of an embedded server, for a demo that starts over. */
import postgres from "postgres";
import type { EmbeddedServer } from "./embedded.ts";
import { EmbeddedFailure } from "./embedded_failure.ts";
import { databaseStatements, ownerRole } from "./roles.ts";

/** Throws `EmbeddedFailure` while another process is connected: what someone works with is not taken away. */
export async function emptyEmbedded({ adminUrl, ownerUrl }: EmbeddedServer): Promise<void> {
  const database = new URL(ownerUrl).pathname.slice(1);
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {} });
  try {
    const [{ connected }] = await sql<{ connected: number }[]>`
      select count(*)::int as connected from pg_stat_activity where datname = ${database}`;
    if (connected > 0) {
      throw new EmbeddedFailure(
        "Another process works with this data, so it was not removed. Stop that process first, then try again.",
      );
    }
    await sql.unsafe(`drop database "${database}"`);
    await sql.unsafe(`create database "${database}" owner ${ownerRole}`);
    for (const statement of databaseStatements(database)) await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}
