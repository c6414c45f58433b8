/** The door to one tenant's rows: every query of a tenant runs inside `withTenant`, and nowhere else. */
import type { Kysely } from "kysely";
import type { Database } from "./database.ts";
import type { Schema } from "./schema.ts";
import type { TransactionSql } from "./sql_binding.ts";
import { type TenantCipher, tenantCipher } from "./tenant_cipher.ts";
import { runTransaction, type TransactionOptions } from "./transaction.ts";

declare const tenantBrand: unique symbol;

/** A running transaction that sees and writes the rows of one tenant. Only `withTenant` makes one. */
export interface TenantDb {
  readonly [tenantBrand]: true;
  readonly tenantId: string;
  /** The query builder, bound to this transaction. Queries that do not wait for one another share a round trip. */
  readonly query: Kysely<Schema>;
  /** The tagged template, bound to this transaction. */
  readonly sql: TransactionSql;
  /** For the tenant's personal values. */
  readonly cipher: TenantCipher;
}

/**
 * Runs `work` in a transaction of one tenant and commits; when `work` throws, nothing of it is kept.
 * Throws ConnectionLost when the connection ended, DatabaseBusy when no connection came free, and whatever `work` throws.
 */
export async function withTenant<T>(
  database: Database,
  tenantId: string,
  work: (db: TenantDb) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  // The value goes into the statement as text, so that it shares the message of BEGIN.
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(tenantId)) {
    throw new TypeError(`A tenant id is a UUID in lower case, not "${tenantId}".`);
  }
  const prologue = `select set_config('app.tenant_id', '${tenantId}', true)`;
  return await runTransaction(
    database.app,
    prologue,
    options,
    (handle) =>
      work(
        { ...handle, tenantId, cipher: tenantCipher(database.tenantKeys, handle.sql, tenantId) } as TenantDb,
      ),
  );
}
