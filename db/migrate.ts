/** Brings the database up to date, as the owner: each migration of migrations/list.ts once, in order, in a transaction. */
import { createHash } from "node:crypto";
import postgres from "postgres";
import { DatabaseUnavailable, whyUnavailable } from "./errors.ts";
import { type Migration, migrations as allMigrations } from "./migrations/list.ts";
import { appRole, systemRole } from "./roles.ts";

/** One number for the one advisory lock: two processes that start at once do not migrate twice. */
const migrationLock = 7_453_019;

/** How long one process waits while another one migrates. */
const turnTimeoutMs = 60_000;

/** Whether a server is up to date is asked by every role. */
const historyTable = `
  create table if not exists migration (
    name text primary key, hash text not null, ran_at timestamptz not null default clock_timestamp());
  grant select on migration to ${appRole}, ${systemRole};`;

/**
 * Runs what is pending and gives the names that ran. Throws DatabaseUnavailable with a sentence; nothing is half-done.
 * A migration gives up on a table that stays locked for `lockTimeoutMs`: behind a waiting one all traffic would wait.
 */
export async function migrate(
  ownerUrl: string,
  migrations: readonly Migration[] = allMigrations,
  { lockTimeoutMs = 5_000 } = {},
): Promise<string[]> {
  return await connected(ownerUrl, async (sql) => {
    await sql.unsafe(`set lock_timeout = ${turnTimeoutMs}`);
    await sql`select pg_advisory_lock(${migrationLock})`.catch((error) => {
      throw explain(error, "another process is migrating the same database");
    });
    await sql.unsafe(`set lock_timeout = ${lockTimeoutMs}`);
    await sql.unsafe(historyTable);
    const pending = await readPending(sql, migrations);
    for (const migration of pending) await run(sql, migration);
    return pending.map((migration) => migration.name);
  });
}

/** Names of the migrations that this program brings and the database has not seen; any role may ask. */
export async function pendingMigrations(
  url: string,
  migrations: readonly Migration[] = allMigrations,
): Promise<string[]> {
  return await connected(url, async (sql) => {
    const [{ exists }] = await sql`select to_regclass('public.migration') is not null as exists`;
    const pending = exists ? await readPending(sql, migrations) : migrations;
    return pending.map((migration) => migration.name);
  });
}

async function readPending(
  sql: postgres.Sql,
  migrations: readonly Migration[],
): Promise<readonly Migration[]> {
  const rows = await sql<{ name: string; hash: string }[]>`select name, hash from migration`;
  const seen = new Map(rows.map((row) => [row.name, row.hash]));
  const last = migrations.findLastIndex((migration) => seen.has(migration.name));
  for (const [index, migration] of migrations.entries()) {
    const hash = seen.get(migration.name);
    if (hash === undefined && index < last) {
      throw new DatabaseUnavailable(
        `The migration ${migration.name} never ran here, but a later one (${migrations[last].name}) did. ` +
          `Give it a number after the last one.`,
      );
    }
    if (hash !== undefined && hash !== hashOf(migration)) {
      throw new DatabaseUnavailable(
        `The migration ${migration.name} was changed after it had run here. Put it back as it was and add a new one, ` +
          `or start over with an empty database.`,
      );
    }
  }
  return migrations.slice(last + 1);
}

async function run(sql: postgres.Sql, migration: Migration): Promise<void> {
  try {
    await sql.begin(async (transaction) => {
      // First, since a backfill may end as another role.
      await transaction`insert into migration (name, hash) values (${migration.name}, ${hashOf(migration)})`;
      await transaction.unsafe(migration.statements);
    });
  } catch (error) {
    throw explain(error, `${migration.name} could not run and was undone`);
  }
}

function hashOf(migration: Migration): string {
  return createHash("sha256").update(migration.statements).digest("hex");
}

function explain(error: unknown, what: string): DatabaseUnavailable {
  const { code, message } = error as { code?: string; message: string };
  const lockNotAvailable = "55P03";
  const advice = code === lockNotAvailable
    ? "A lock did not come free in time. Run it again in a moment."
    : message;
  return new DatabaseUnavailable(`The database was not migrated: ${what}. ${advice}`, { cause: error });
}

async function connected<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => {}, connect_timeout: 5 });
  try {
    await sql`select 1`.catch((error) => {
      throw whyUnavailable(url, error);
    });
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
