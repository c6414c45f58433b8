/** A throw-away database on an embedded server that keeps every safety of the product: commits reach the disk. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { type Database, openDatabase } from "../../db/database.ts";
import { startEmbedded } from "../../db/embedded.ts";
import { migrate } from "../../db/migrate.ts";
import { databaseStatements, ownerRole } from "../../db/roles.ts";

export interface BenchDatabase {
  database: Database;
  /** The superuser: what is done raw is not slowed by row security. */
  admin: postgres.Sql;
  /** The three roles, as settings. */
  settings: Record<string, string>;
  drop(): Promise<void>;
}

const root = fileURLToPath(new URL("../..", import.meta.url));

export async function benchDatabase(): Promise<BenchDatabase> {
  const server = await startEmbedded({ name: "dev", directory: join(root, ".milepost", "bench") });
  const name = `bench_${crypto.randomUUID().slice(0, 8)}`;
  const maintenance = postgres(server.adminUrl, { max: 1, fetch_types: false, onnotice: () => {} });
  try {
    await maintenance.unsafe(`create database ${name} owner ${ownerRole}`);
    for (const statement of databaseStatements(name)) await maintenance.unsafe(statement);
    const [adminUrl, ownerUrl, appUrl, systemUrl] = [
      server.adminUrl,
      server.ownerUrl,
      server.appUrl,
      server.systemUrl,
    ].map((url) => withDatabase(url, name));
    await migrate(ownerUrl);
    const database = await openDatabase({ appUrl, systemUrl });
    const admin = postgres(adminUrl, { max: 8, fetch_types: false, onnotice: () => {} });
    return {
      database,
      admin,
      settings: { DATABASE_URL: appUrl, DATABASE_SYSTEM_URL: systemUrl, DATABASE_OWNER_URL: ownerUrl },
      async drop() {
        await database.close();
        await admin.end();
        await maintenance.unsafe(`drop database ${name} with (force)`);
        await maintenance.end();
        await server.stop();
      },
    };
  } catch (error) {
    await maintenance.end();
    await server.stop();
    throw error;
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
