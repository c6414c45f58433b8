/** Runs one function inside one transaction on one connection, and keeps it from ever reaching another transaction. */
import type { Kysely } from "kysely";
import type { Connection } from "./connection.ts";
import { ConnectionLost, TransactionEnded } from "./errors.ts";
import { bindKysely } from "./kysely_binding.ts";
import type { Pool } from "./pool.ts";
import type { Schema } from "./schema.ts";
import { bindSql, type TransactionSql } from "./sql_binding.ts";
import { TransactionScope } from "./transaction_scope.ts";

export interface TransactionOptions {
  /** Refuses writes, and gives the answer back without waiting for the end of the transaction: one round trip less. */
  readOnly?: boolean;
  isolation?: "read committed" | "repeatable read" | "serializable";
  /** Replaces the time limit of the transaction and of each of its statements, for work that is known to be long. */
  timeoutMs?: number;
}

/** The two ways to speak to the database inside a transaction; both end with it. */
export interface TransactionHandle {
  readonly query: Kysely<Schema>;
  readonly sql: TransactionSql;
}

/** A pool and what every transaction on it has in common. */
export interface TransactionSource {
  pool: Pool;
  prepare: boolean;
  transactionTimeoutMs: number;
  /** The server ends a late transaction by itself; this long after that, a peer that fell silent is given up. */
  silenceGraceMs: number;
  /** Statements that set the time limits where the connection could not (behind PgBouncer); else empty. */
  limits: string;
}

/**
 * Begins, sends `prologue` and the first queries of `work` in the same round trip, and commits.
 * Throws what `work` throws, after the rollback; ConnectionLost when the connection ended, whatever `work` made of it;
 * TransactionEnded when `work` swallowed the failure of a statement, so that there was nothing left to commit.
 */
export async function runTransaction<T>(
  source: TransactionSource,
  prologue: string,
  options: TransactionOptions,
  work: (handle: TransactionHandle) => Promise<T>,
): Promise<T> {
  const connection = await source.pool.acquire();
  const scope = new TransactionScope(connection);
  const limitMs = (options.timeoutMs ?? source.transactionTimeoutMs) + source.silenceGraceMs;
  const deadline = setTimeout(() => connection.destroy(), limitMs);
  const release = () => {
    clearTimeout(deadline);
    scope.leave();
    source.pool.release(connection);
  };
  let inBackground = false;
  let committing = false;
  try {
    const handle = { query: bindKysely(scope, source.prepare), sql: bindSql(scope) };
    // Sent but not awaited: what `work` asks for goes out right behind it, and fails with it.
    const begun = connection.sql.unsafe(beginStatement(source, prologue, options)).execute();
    const [, result] = await scope.untilLost(Promise.all([begun, work(handle)]));
    await scope.untilLost(scope.finish());
    committing = true;
    const committed = scope.untilLost(connection.sql.unsafe("commit"));
    if (options.readOnly && options.isolation !== "serializable") {
      inBackground = true;
      committed.catch(() => connection.destroy()).finally(release);
      return result;
    }
    if ((await committed).command !== "COMMIT") throw swallowed(scope);
    return result;
  } catch (error) {
    scope.end();
    if (connection.lost) throw new ConnectionLost(committing ? "unknown" : "rolled_back", error);
    await rollBack(connection, scope);
    throw error;
  } finally {
    if (!inBackground) release();
  }
}

function beginStatement(source: TransactionSource, prologue: string, options: TransactionOptions): string {
  const isolation = options.isolation ? ` isolation level ${options.isolation}` : "";
  const timeoutMs = options.timeoutMs;
  if (timeoutMs !== undefined && !(Number.isSafeInteger(timeoutMs) && timeoutMs > 0)) {
    throw new RangeError(`timeoutMs is a whole number of milliseconds above 0, not ${timeoutMs}.`);
  }
  return `begin${isolation}${options.readOnly ? " read only" : ""};${source.limits}${
    ownLimit(timeoutMs)
  }${prologue}`;
}

/** Postgres does not move the clock of a transaction limit that runs already, so it is stopped first. */
function ownLimit(timeoutMs: number | undefined): string {
  if (timeoutMs === undefined) return "";
  return ["transaction_timeout = 0", `transaction_timeout = ${timeoutMs}`, `statement_timeout = ${timeoutMs}`]
    .map((setting) => `set local ${setting};`).join("");
}

async function rollBack(connection: Connection, scope: TransactionScope): Promise<void> {
  try {
    await scope.untilLost(connection.sql.unsafe("rollback"));
  } catch {
    connection.destroy(); // The server rolls back when its side sees the end; the first error is the one to tell.
    await connection.whenLost;
  }
}

function swallowed(scope: TransactionScope): TransactionEnded {
  return new TransactionEnded(
    "A statement failed and the code went on as if it had not, so Postgres rolled the transaction back.",
    { cause: scope.firstError },
  );
}
