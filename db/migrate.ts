/** Brings the database up to date, as the owner: each migration of migrations/list.ts once, in order, in a transaction. */
import postgres from "postgres";
import { DatabaseUnavailable, whyUnavailable } from "./errors.ts";
import { type Migration, migrations as allMigrations } from "./migrations/list.ts";
import { appRole, systemRole } from "./roles.ts";

/** One number for the one advisory lock: two processes that start at once do not migrate twice. */
const migrationLock = 7_453_019;

/** Expand-only migrations take short locks; a table that stays locked longer than this must not stop the traffic. */
const lockTimeout = "5s";

/** Whether a server is up to date is asked by every role. */
const historyTable = `
  create table if not exists migration (name text primary key, ran_at timestamptz not null default clock_timestamp());
  grant select on migration to ${appRole}, ${systemRole};`;

/** Runs what is pending and gives the names that ran. Throws DatabaseUnavailable with a sentence; nothing is half-done. */
export async function migrate(
  ownerUrl: string,
  migrations: readonly Migration[] = allMigrations,
): Promise<string[]> {
  return await connected(ownerUrl, async (sql) => {
    await sql.unsafe("set lock_timeout = '60s'");
    await sql`select pg_advisory_lock(${migrationLock})`.catch((error) => {
      throw explain(error, "another process is migrating the same database");
    });
    await sql.unsafe(`set lock_timeout = '${lockTimeout}'`);
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
  const seen = new Set((await sql<{ name: string }[]>`select name from migration`).map((row) => row.name));
  const pending = migrations.filter((migration) => !seen.has(migration.name));
  const last = migrations.findLastIndex((migration) => seen.has(migration.name));
  const skipped = pending.find((migration) => migrations.indexOf(migration) < last);
  if (skipped) {
    throw new DatabaseUnavailable(
      `The migration ${skipped.name} never ran here, but a later one (${migrations[last].name}) did. ` +
        `Give it a number after the last one.`,
    );
  }
  return pending;
}

async function run(sql: postgres.Sql, migration: Migration): Promise<void> {
  try {
    await sql.begin(async (transaction) => {
      await transaction.unsafe(migration.statements);
      await transaction`insert into migration (name) values (${migration.name})`;
    });
  } catch (error) {
    throw explain(error, `the migration ${migration.name} could not run and was undone`);
  }
}

function explain(error: unknown, what: string): DatabaseUnavailable {
  const { code, message } = error as { code?: string; message: string };
  const advice = code === "55P03" ? `A lock was not free within ${lockTimeout}. Run it again.` : message;
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
