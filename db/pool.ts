/** A small pool of connections; one that was lost is dropped, never used again. */
import type { Connection } from "./connection.ts";
import { DatabaseBusy } from "./errors.ts";

export interface PoolSettings {
  size: number;
  /** How long a caller waits for a free connection before DatabaseBusy. */
  waitTimeoutMs: number;
  /** A connection older than this is replaced when it comes back, so that the server's memory for it is freed. */
  maxAgeMs: number;
  open: () => Promise<Connection>;
}

interface Waiter {
  resolve: (connection: Connection) => void;
  reject: (error: unknown) => void;
  timer: ReturnType<typeof setTimeout>;
}

export class Pool {
  #settings: PoolSettings;
  #idle: Connection[] = [];
  #waiters: Waiter[] = [];
  /** Open connections and those being opened. */
  #count = 0;
  #closing: PromiseWithResolvers<void> | null = null;

  constructor(settings: PoolSettings) {
    this.#settings = settings;
  }

  /** Gives a connection for the caller alone. Throws DatabaseBusy when none came free in time. */
  acquire(): Promise<Connection> {
    if (this.#closing) return Promise.reject(new Error("The database was closed."));
    // The one used last is the warmest. One that just failed stays until its end is settled below.
    const at = this.#idle.findLastIndex((connection) => !connection.lost);
    if (at >= 0) return Promise.resolve(this.#idle.splice(at, 1)[0]);
    const { promise, resolve, reject } = Promise.withResolvers<Connection>();
    const timer = setTimeout(() => {
      this.#waiters = this.#waiters.filter((waiter) => waiter.timer !== timer);
      reject(
        new DatabaseBusy(
          `All ${this.#settings.size} database connections stayed busy for ${
            this.#settings.waitTimeoutMs / 1000
          } ` +
            `seconds. Try again in a moment.`,
        ),
      );
    }, this.#settings.waitTimeoutMs);
    this.#waiters.push({ resolve, reject, timer });
    this.#openOneMore();
    return promise;
  }

  /** Takes a connection back. It must not be inside a transaction. */
  release(connection: Connection): void {
    const tooOld = performance.now() - connection.openedAtMs > this.#settings.maxAgeMs;
    if (!connection.lost && !tooOld && !this.#closing) return this.#offer(connection);
    this.#drop(connection);
  }

  /** Waits until all connections came back, and ends them. */
  async close(): Promise<void> {
    if (!this.#closing) {
      this.#closing = Promise.withResolvers<void>();
      for (const waiter of this.#waiters.splice(0)) this.#fail(waiter, new Error("The database was closed."));
      for (const connection of this.#idle.splice(0)) this.#drop(connection);
      if (this.#count === 0) this.#closing.resolve();
    }
    await this.#closing.promise;
  }

  #openOneMore(): void {
    if (this.#count >= this.#settings.size || this.#waiters.length === 0) return;
    this.#count++;
    this.#settings.open().then((connection) => {
      connection.whenLost.then(() => {
        if (!this.#idle.includes(connection)) return; // In use: whoever has it brings it back.
        this.#idle = this.#idle.filter((one) => one !== connection);
        this.#forget();
      });
      if (this.#closing) this.#drop(connection);
      else this.#offer(connection);
    }, (error) => {
      // The one who waits longest hears of it; with the others, opening is tried again.
      const waiter = this.#waiters.shift();
      if (waiter) this.#fail(waiter, error);
      this.#forget();
    });
  }

  #offer(connection: Connection): void {
    const waiter = this.#waiters.shift();
    if (!waiter) return void this.#idle.push(connection);
    clearTimeout(waiter.timer);
    waiter.resolve(connection);
  }

  #drop(connection: Connection): void {
    if (connection.lost) return this.#forget();
    connection.close().finally(() => this.#forget());
  }

  #forget(): void {
    this.#count--;
    if (this.#closing && this.#count === 0) this.#closing.resolve();
    this.#openOneMore();
  }

  #fail(waiter: Waiter, error: unknown): void {
    clearTimeout(waiter.timer);
    waiter.reject(error);
  }
}
