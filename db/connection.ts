/**
 * One physical connection to Postgres. A postgres.js client reconnects by itself, and after a loss it can run the rest of
 * a callback inside another transaction of its pool. So each client here owns exactly one socket in its life: what is
 * still running when the connection ends can reach no other transaction, because there is none on that client.
 */
import { connect as openSocketTo, type Socket } from "node:net";
import postgres from "postgres";
import { ConnectionLost, whyUnavailable } from "./errors.ts";
import { valueTypes } from "./values.ts";

export interface ConnectionSettings {
  url: string;
  /** False behind a PgBouncer older than 1.21, which cannot keep prepared statements apart. */
  prepare: boolean;
  /** How long opening may take. */
  connectTimeoutMs: number;
  /** Postgres ends a statement, and a session that idles in a transaction, after this. */
  statementTimeoutMs: number;
  idleInTransactionTimeoutMs: number;
  /** Postgres ends a whole transaction after this; consumers of the outbox rely on it being short. */
  transactionTimeoutMs: number;
}

export interface Connection {
  readonly sql: postgres.Sql;
  readonly openedAtMs: number;
  /** Process number of the server's side. */
  readonly backendPid: number;
  /** True from the moment the socket failed or closed, before any waiting callback continues. */
  readonly lost: boolean;
  /** Settles when the connection is gone, for whatever reason. */
  readonly whenLost: Promise<void>;
  /** Called then, too: the holder's own, since callbacks on a promise that lives for an hour would pile up. */
  onLost: (() => void) | null;
  /** Ends the connection in an orderly way. */
  close(): Promise<void>;
  /** Ends it at once; for a peer that no longer answers. */
  destroy(): void;
}

/** Opens a connection. Throws DatabaseUnavailable with a sentence that says why it could not. */
export async function openConnection(settings: ConnectionSettings): Promise<Connection> {
  let socket: Socket | undefined;
  let lost = false;
  let onLost: (() => void) | null = null;
  const { promise: whenLost, resolve: settleLost } = Promise.withResolvers<void>();
  const options: postgres.Options<Record<string, postgres.PostgresType>> & { socket: OpenSocket } = {
    max: 1,
    prepare: settings.prepare,
    fetch_types: false,
    max_lifetime: null,
    types: valueTypes as unknown as Record<string, postgres.PostgresType>,
    onnotice: () => {},
    connection: startupParameters(settings),
    connect_timeout: Math.ceil(settings.connectTimeoutMs / 1000),
    onclose: () => {
      lost = true;
      settleLost();
      onLost?.();
    },
    socket: async (server: Server) => {
      if (socket) throw new ConnectionLost("rolled_back");
      socket = await openSocket(server, settings.connectTimeoutMs);
      // postgres.js learns of the end only from "close", and would still write after an error.
      socket.once("error", () => lost = true);
      return socket;
    },
  };
  const sql = postgres(settings.url, options);
  let backendPid: number;
  try {
    const [row] = await sql.unsafe<{ pid: number }[]>("select pg_backend_pid() as pid");
    backendPid = row.pid;
  } catch (error) {
    socket?.destroy();
    throw whyUnavailable(settings.url, error);
  }
  return {
    sql,
    openedAtMs: performance.now(),
    backendPid,
    get lost() {
      return lost;
    },
    whenLost,
    get onLost() {
      return onLost;
    },
    set onLost(callback) {
      onLost = callback;
    },
    close: () => sql.end({ timeout: 5 }),
    destroy: () => void socket?.destroy(),
  };
}

/** The part of postgres.js' parsed options that says where the server is. */
interface Server {
  host: string[];
  port: number[];
  path: string | false;
}

/** postgres.js' documented way to bring a socket of one's own; its types leave it out. */
type OpenSocket = (server: Server) => Promise<Socket>;

function openSocket({ host, port, path }: Server, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = path ? openSocketTo({ path }) : openSocketTo({ host: host[0], port: port[0] });
    const timer = setTimeout(() => {
      socket.destroy();
      reject(Object.assign(new Error("connection timed out"), { code: "CONNECT_TIMEOUT" }));
    }, timeoutMs);
    socket.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.removeAllListeners("error");
      socket.setNoDelay(true);
      resolve(Object.assign(socket, { host: host[0], port: port[0] })); // TLS checks the certificate against the host.
    });
  });
}

/** PgBouncer refuses parameters it does not know; there, every transaction sets its own limits (transaction.ts). */
function startupParameters(settings: ConnectionSettings): Record<string, string> {
  const always = { application_name: "milepost", TimeZone: "UTC" };
  return settings.prepare ? { ...always, ...timeoutSettings(settings) } : always;
}

/** The time limits under Postgres' names, in milliseconds. */
export function timeoutSettings(settings: ConnectionSettings): Record<string, string> {
  return {
    statement_timeout: String(settings.statementTimeoutMs),
    transaction_timeout: String(settings.transactionTimeoutMs),
    idle_in_transaction_session_timeout: String(settings.idleInTransactionTimeoutMs),
  };
}
