/** The database as the product holds it: two small pools, one per role, checked before anything runs on them. */
import type { Secrets } from "../lib/core/secrets.ts";
import { type Connection, type ConnectionSettings, openConnection, timeoutSettings } from "./connection.ts";
import { DatabaseUnavailable } from "./errors.ts";
import { Pool } from "./pool.ts";
import { TenantKeys } from "./tenant_cipher.ts";
import type { TransactionSource } from "./transaction.ts";

export interface DatabaseOptions {
  /** DATABASE_URL: the plain role, which sees one tenant at a time. */
  appUrl: string;
  /** The system role, for db/system.ts alone. */
  systemUrl: string;
  /** Open the data keys of tenants; without them nothing personal can be read or written. */
  secrets?: Secrets;
  /** Connections of the app role. */
  poolSize?: number;
  systemPoolSize?: number;
  /** False behind a PgBouncer older than 1.21. */
  prepare?: boolean;
  connectTimeoutMs?: number;
  /** How long a caller waits for a free connection before DatabaseBusy. */
  waitTimeoutMs?: number;
  statementTimeoutMs?: number;
  idleInTransactionTimeoutMs?: number;
  transactionTimeoutMs?: number;
  /** A server that fell silent is given up this long after the transaction's time is over. */
  silenceGraceMs?: number;
}

export interface Database {
  /** For db/tenant.ts alone. */
  readonly app: TransactionSource;
  /** For db/system.ts alone. */
  readonly system: TransactionSource;
  /** For the two doors alone. */
  readonly tenantKeys: TenantKeys;
  /** Waits for running transactions and ends all connections. */
  close(): Promise<void>;
}

/** The first version with uuidv7(), virtual columns in keys, and what else the migrations use. */
const minimumMajorVersion = 18;

/**
 * Opens the pools. Throws DatabaseUnavailable with a sentence when the server does not answer, is too old, or a role
 * could step around row security.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const app = source(options.appUrl, options.poolSize ?? 10, options);
  const system = source(options.systemUrl, options.systemPoolSize ?? 4, options);
  const close = async () => void await Promise.all([app.pool.close(), system.pool.close()]);
  try {
    await Promise.all([check(app.pool, "DATABASE_URL"), check(system.pool, "DATABASE_SYSTEM_URL")]);
  } catch (error) {
    await close();
    throw error;
  }
  return { app, system, tenantKeys: new TenantKeys(options.secrets), close };
}

function source(url: string, size: number, options: DatabaseOptions): TransactionSource {
  const settings: ConnectionSettings = {
    url,
    prepare: options.prepare ?? true,
    connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
    statementTimeoutMs: options.statementTimeoutMs ?? 20_000,
    idleInTransactionTimeoutMs: options.idleInTransactionTimeoutMs ?? 10_000,
    transactionTimeoutMs: options.transactionTimeoutMs ?? 30_000,
  };
  const limits = settings.prepare ? "" : Object.entries(timeoutSettings(settings))
    .map(([name, value]) => `set local ${name} = ${value};`).join("");
  return {
    pool: new Pool({
      size,
      waitTimeoutMs: options.waitTimeoutMs ?? 5_000,
      maxAgeMs: 45 * 60_000,
      open: () => openConnection(settings),
    }),
    prepare: settings.prepare,
    transactionTimeoutMs: settings.transactionTimeoutMs,
    silenceGraceMs: options.silenceGraceMs ?? 5_000,
    limits,
  };
}

/** Row security does not bind superusers, roles with BYPASSRLS, and those who may act as either or as an owner. */
async function check(pool: Pool, variable: string): Promise<void> {
  const connection = await pool.acquire();
  try {
    const refusal = refusalOf(await roleFacts(connection), variable);
    if (refusal) throw new DatabaseUnavailable(refusal);
  } finally {
    pool.release(connection);
  }
}

interface RoleFacts {
  role: string;
  version: number;
  superuser: boolean;
  bypass: boolean;
  owned: string | null;
}

/** Why a role may not serve, as a sentence; null when it may. */
export function refusalOf(facts: RoleFacts, variable: string): string | null {
  if (facts.version < minimumMajorVersion * 10_000) {
    return `Milepost needs Postgres ${minimumMajorVersion} or newer, and ${variable} names a Postgres ` +
      `${Math.floor(facts.version / 10_000)}. Upgrade the server, or name another one.`;
  }
  const reason = facts.superuser
    ? "is a superuser"
    : facts.bypass
    ? "has BYPASSRLS"
    : facts.owned
    ? `owns the table "${facts.owned}"`
    : null;
  return reason &&
    `The role "${facts.role}" of ${variable} ${reason}, so row security would not keep tenants apart. ` +
      `Name a plain role; db/roles.ts has the statements that make one.`;
}

async function roleFacts(connection: Connection): Promise<RoleFacts> {
  const [facts] = await connection.sql<RoleFacts[]>`
    select current_user as role, current_setting('server_version_num')::int as version,
      bool_or(rolsuper) as superuser, bool_or(rolbypassrls) as bypass,
      (select min(relname::text) from pg_class join pg_namespace n on n.oid = relnamespace
        where relkind in ('r', 'p') and pg_has_role(current_user, relowner, 'member')
          and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg_toast%') as owned
    from pg_roles where pg_has_role(current_user, oid, 'member')`;
  return facts;
}
