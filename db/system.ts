/**
 * The only unscoped door: transactions of the system role, which sees every tenant's rows. For what precedes a tenant
 * (sign-in, claiming jobs, tailing the outbox) and for the auditor. tests/system_door_test.ts lists who may use it.
 */
import type { Kysely } from "kysely";
import type { Database } from "./database.ts";
import type { Schema } from "./schema.ts";
import type { TransactionSql } from "./sql_binding.ts";
import { type TenantCipher, tenantCipher } from "./tenant_cipher.ts";
import { runTransaction, type TransactionOptions } from "./transaction.ts";

declare const systemBrand: unique symbol;

/** A running transaction over all tenants. Only `withSystem` makes one; a TenantDb is not one, nor the other way. */
export interface SystemDb {
  readonly [systemBrand]: true;
  readonly query: Kysely<Schema>;
  readonly sql: TransactionSql;
  /** For the personal values of a tenant. */
  cipherOf(tenantId: string): TenantCipher;
}

/** Runs `work` in a transaction over all tenants and commits; errors as in `withTenant`. */
export async function withSystem<T>(
  database: Database,
  work: (db: SystemDb) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  return await runTransaction(database.system, "", options, (handle) => {
    const cipherOf = (tenantId: string) => tenantCipher(database.tenantKeys, handle.sql, tenantId);
    return work({ ...handle, cipherOf } as SystemDb);
  });
}
