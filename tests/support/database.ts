/** A throw-away database for a test file: a copy of a migrated template on the embedded `test` server. */
import { createHash } from "node:crypto";
import postgres from "postgres";
import { type Database, type DatabaseOptions, openDatabase } from "../../db/database.ts";
import { startEmbedded } from "../../db/embedded.ts";
import { migrate } from "../../db/migrate.ts";
import { migrations } from "../../db/migrations/list.ts";
import { databaseStatements, ownerRole } from "../../db/roles.ts";
import { testSecrets } from "./environment.ts";

export interface TestDatabase {
  database: Database;
  /** The superuser, for ending connections, counting locks and the like. */
  adminUrl: string;
  ownerUrl: string;
  appUrl: string;
  systemUrl: string;
  /** Closes the pools, drops the database, and lets go of the server. */
  drop(): Promise<void>;
}

/** One number for the one advisory lock under which a template is made. */
const templateLock = 7_453_020;

/**
 * Makes the database. Call it at the top of a test file or of a test, and `drop()` at its end. Files may run side by
 * side: each has its own database. `deno task test` holds the server up meanwhile; a single file starts and stops it.
 */
export async function testDatabase(options: Partial<DatabaseOptions> = {}): Promise<TestDatabase> {
  const server = await startEmbedded({ name: "test" });
  const name = `test_${Math.floor(Date.now() / 1000)}_${crypto.randomUUID().slice(0, 8)}`;
  const admin = postgres(server.adminUrl, { max: 1, fetch_types: false, onnotice: () => {} });
  try {
    const template = await migratedTemplate(admin, server.ownerUrl);
    await admin.unsafe(`create database ${name} template ${template} owner ${ownerRole}`);
    for (const statement of databaseStatements(name)) await admin.unsafe(statement);
    if (server.started) await dropAbandoned(admin);
    const urls = {
      adminUrl: withDatabase(server.adminUrl, name),
      ownerUrl: withDatabase(server.ownerUrl, name),
      appUrl: withDatabase(server.appUrl, name),
      systemUrl: withDatabase(server.systemUrl, name),
    };
    const database = await openDatabase({ ...urls, secrets: testSecrets, ...options });
    const drop = async () => {
      await database.close();
      await admin.unsafe(`drop database ${name} with (force)`);
      await admin.end();
      await server.stop();
    };
    return { ...urls, database, drop };
  } catch (error) {
    await admin.end();
    await server.stop();
    throw error;
  }
}

/** The template's name carries a hash of what is in it, so that a changed migration makes a new one. */
async function migratedTemplate(admin: postgres.Sql, ownerUrl: string): Promise<string> {
  const content = JSON.stringify(migrations);
  const template = `template_${createHash("sha256").update(content).digest("hex").slice(0, 16)}`;
  const isThere = async () =>
    (await admin`select from pg_database where datname = ${template} and not datallowconn`).length > 0;
  if (await isThere()) return template;
  await admin`select pg_advisory_lock(${templateLock})`;
  try {
    if (await isThere()) return template;
    await admin.unsafe(`drop database if exists ${template} with (force)`); // One that was left unfinished.
    await admin.unsafe(`create database ${template} owner ${ownerRole}`);
    await migrate(withDatabase(ownerUrl, template));
    await dropOldTemplates(admin, template);
    // Nobody may connect to it from now on: a database in use cannot be copied. It is also the sign that it is whole.
    await admin.unsafe(`alter database ${template} allow_connections false`);
    return template;
  } finally {
    await admin`select pg_advisory_unlock(${templateLock})`;
  }
}

async function dropOldTemplates(admin: postgres.Sql, current: string): Promise<void> {
  const old = await admin<{ datname: string }[]>`
    select datname from pg_database where starts_with(datname, 'template_') and datname <> ${current}`;
  for (const { datname } of old) await dropUnlessUsed(admin, datname);
}

/** Test runs that were killed leave their databases behind; an hour later nobody runs on them any more. */
async function dropAbandoned(admin: postgres.Sql): Promise<void> {
  const old = await admin<{ datname: string }[]>`
    select datname from pg_database where datname ~ '^test_[0-9]+_'
      and split_part(datname, '_', 2)::bigint < extract(epoch from now() - interval '1 hour')`;
  for (const { datname } of old) await dropUnlessUsed(admin, datname);
}

async function dropUnlessUsed(admin: postgres.Sql, name: string): Promise<void> {
  const inUse = "55006";
  await admin.unsafe(`drop database if exists ${name}`).catch((error) => {
    if (error.code !== inUse) throw error;
  });
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
