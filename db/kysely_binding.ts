/** Kysely bound to one transaction. */
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from "kysely";
import type { Schema } from "./schema.ts";
import { wholeArray } from "./sql_binding.ts";
import type { TransactionScope } from "./transaction_scope.ts";

/** A query builder whose queries run in the scope's transaction, one behind the other without waiting for answers. */
export function bindKysely(scope: TransactionScope, prepare: boolean): Kysely<Schema> {
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new TransactionDriver(scope, prepare),
      createIntrospector: (database) => new PostgresIntrospector(database),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
}

/** Driver and connection in one: there is exactly one connection, and it is in a transaction already. */
class TransactionDriver implements Driver, DatabaseConnection {
  constructor(readonly scope: TransactionScope, readonly prepare: boolean) {}

  async executeQuery<R>(compiled: CompiledQuery): Promise<QueryResult<R>> {
    const result = await this.#start<R>(compiled);
    const affects = ["INSERT", "UPDATE", "DELETE", "MERGE"].includes(result.command);
    return { rows: [...result], numAffectedRows: affects ? BigInt(result.count) : undefined };
  }

  async *streamQuery<R>(compiled: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    for await (const rows of this.#start<R>(compiled).cursor(chunkSize)) yield { rows: [...rows] as R[] };
  }

  #start<R>(compiled: CompiledQuery) {
    const { sql } = this.scope;
    const values = compiled.parameters.map((value) => wholeArray(sql, value)) as never[];
    // Without `simple: false` a query without parameters would go by the simple protocol, which cannot be prepared.
    const options = { prepare: this.prepare, simple: false };
    return this.scope.guard(sql.unsafe<(R & object)[]>(compiled.sql, values, options));
  }

  init = () => Promise.resolve();
  acquireConnection = () => Promise.resolve(this);
  releaseConnection = () => Promise.resolve();
  destroy = () => Promise.resolve();
  beginTransaction = refuse;
  commitTransaction = refuse;
  rollbackTransaction = refuse;
}

function refuse(): Promise<never> {
  return Promise.reject(new Error("This query builder is inside a transaction already. Use it as it is."));
}
