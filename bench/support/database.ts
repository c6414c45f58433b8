/** A throw-away database on an embedded server that keeps every safety of the product: commits reach the disk. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { type Database, openDatabase } from "../../db/database.ts";
import { startEmbedded } from "../../db/embedded.ts";
import { migrate } from "../../db/migrate.ts";
import { databaseStatements, ownerRole } from "../../db/roles.ts";
import { testSecrets } from "../../tests/support/environment.ts";

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
  const name = `bench_${Math.floor(Date.now() / 1000)}_${crypto.randomUUID().slice(0, 8)}`;
  const maintenance = postgres(server.adminUrl, { max: 1, fetch_types: false, onnotice: () => {} });
  try {
    await dropAbandoned(maintenance);
    await maintenance.unsafe(`create database ${name} owner ${ownerRole}`);
    for (const statement of databaseStatements(name)) await maintenance.unsafe(statement);
    const [adminUrl, ownerUrl, appUrl, systemUrl] = [
      server.adminUrl,
      server.ownerUrl,
      server.appUrl,
      server.systemUrl,
    ].map((url) => withDatabase(url, name));
    await migrate(ownerUrl);
    const database = await openDatabase({ appUrl, systemUrl, secrets: testSecrets });
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

/** Benchmarks that were killed leave their databases behind; an hour later nobody measures in them any more. */
async function dropAbandoned(maintenance: postgres.Sql): Promise<void> {
  const old = await maintenance<{ datname: string }[]>`
    select datname from pg_database where datname ~ '^bench_[0-9]+_'
      and split_part(datname, '_', 2)::bigint < extract(epoch from now() - interval '1 hour')`;
  for (const { datname } of old) await maintenance.unsafe(`drop database if exists ${datname} with (force)`);
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
