/** Whether a transaction still takes queries: every query of it passes here on its way to the connection. */
import type postgres from "postgres";
import type { Connection } from "./connection.ts";
import { ConnectionLost, TransactionEnded } from "./errors.ts";

/** The parts of a postgres.js query that stand between its creation and the wire (postgres 3.4, src/query.js). */
interface QueryOnItsWay {
  args: unknown[];
  handler: (query: QueryOnItsWay) => void;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

export class TransactionScope {
  readonly #connection: Connection;
  #open = true;
  #pending = 0;
  #idle: PromiseWithResolvers<void> | null = null;
  #firstError: unknown;
  readonly #lost = Promise.withResolvers<never>();

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#lost.promise.catch(() => {}); // Told to whoever waits; nobody may be waiting.
    connection.onLost = () => this.#lost.reject(new ConnectionLost("rolled_back"));
  }

  get sql(): postgres.Sql {
    return this.#connection.sql;
  }

  /** What the first failed statement said, should the work have swallowed it. */
  get firstError(): unknown {
    return this.#firstError;
  }

  /** Lets a query pass only while its transaction runs. Queries start late, when awaited, so they are asked then. */
  guard<Q>(query: Q): Q {
    if (!(query instanceof Promise)) return query; // An identifier or a list inside another template.
    const guarded = query as unknown as QueryOnItsWay;
    const send = guarded.handler;
    guarded.handler = (started) => {
      if (this.#connection.lost) return started.reject(new ConnectionLost("rolled_back"));
      if (!this.#open) return started.reject(endedError());
      if (started.args.some(holdsUndefined)) return started.reject(undefinedError());
      this.#follow(started);
      send(started);
    };
    return query;
  }

  /** Waits for the work, but no longer than the connection lives: after its end some queries never settle. */
  async untilLost<T>(work: PromiseLike<T>): Promise<T> {
    const result = await Promise.race([work, this.#lost.promise]);
    if (this.#connection.lost) throw new ConnectionLost("rolled_back"); // The work made light of its errors.
    return result;
  }

  /** Takes no more queries, and waits for those under way. */
  async finish(): Promise<void> {
    this.#open = false;
    if (this.#pending === 0) return;
    this.#idle = Promise.withResolvers<void>();
    await this.#idle.promise;
  }

  /** Takes no more queries. */
  end(): void {
    this.#open = false;
  }

  /** Lets go of the connection, which goes back to the pool. */
  leave(): void {
    this.#open = false;
    this.#connection.onLost = null;
  }

  #follow(query: QueryOnItsWay): void {
    const { resolve, reject } = query;
    let settled = false;
    const settle = () => {
      if (settled) return;
      settled = true;
      this.#pending--;
      if (this.#pending === 0) this.#idle?.resolve();
    };
    this.#pending++;
    query.resolve = (value) => {
      settle();
      resolve(value);
    };
    query.reject = (error) => {
      this.#firstError ??= error;
      settle();
      reject(error);
    };
  }
}

/**
 * Whether a value, or a part of it (a fragment, the rows of a helper, an array), is undefined. postgres.js would find out
 * with the query in its line already, where neither it nor what follows is ever answered.
 */
function holdsUndefined(value: unknown): boolean {
  if (value === undefined) return true;
  if (value === null || typeof value !== "object") return false;
  if (Array.isArray(value)) return value.some(holdsUndefined);
  if (value instanceof Promise) return (value as unknown as QueryOnItsWay).args.some(holdsUndefined);
  // Only parts of postgres.js have `then`; an object without it is a value, such as JSON.
  if (!("then" in value)) return false;
  if ("first" in value) return rowsOf(value.first).some((row) => Object.values(row).some(holdsUndefined));
  return "value" in value && holdsUndefined(value.value);
}

/** A helper holds one row, rows, or names of columns. */
function rowsOf(first: unknown): object[] {
  return [first].flat().filter((row) => typeof row === "object" && row !== null);
}

function undefinedError(): TypeError {
  return new TypeError("A value of a query is undefined. Pass null for what is not there.");
}

function endedError(): TransactionEnded {
  return new TransactionEnded(
    "A query came after its transaction had ended. Await every query before the function given to withTenant returns.",
  );
}
