/** Which migrations the database has seen. */
import { migrations } from "../migrations/list.ts";
import type { SystemDb } from "../system.ts";

/** Names of the migrations that this program brings and the database has not seen. */
export async function findPendingMigrations(db: SystemDb): Promise<string[]> {
  const rows = await db.sql<{ name: string }[]>`select name from migration`;
  const seen = new Set(rows.map((row) => row.name));
  return migrations.map(({ name }) => name).filter((name) => !seen.has(name));
}
