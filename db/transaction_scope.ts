/** Whether a transaction still takes queries: every query of it passes here on its way to the connection. */
import type postgres from "postgres";
import type { Connection } from "./connection.ts";
import { ConnectionLost, TransactionEnded } from "./errors.ts";

/** The parts of a postgres.js query that stand between its creation and the wire (postgres 3.4, src/query.js). */
interface QueryOnItsWay {
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

function endedError(): TransactionEnded {
  return new TransactionEnded(
    "A query came after its transaction had ended. Await every query before the function given to withTenant returns.",
  );
}
