/** postgres.js' tagged template bound to one transaction. */
import type postgres from "postgres";
import type { TransactionScope } from "./transaction_scope.ts";

/** Values a template takes besides strings, numbers, booleans, null and Uint8Array. */
interface BoundTypes {
  [name: string]:
    | bigint
    | Temporal.Instant
    | Temporal.PlainDate
    | Temporal.PlainTime
    | Temporal.PlainDateTime
    | readonly (
      | bigint
      | Temporal.Instant
      | Temporal.PlainDate
      | Uint8Array
      | boolean
      | number
      | string
      | null
    )[];
}

/**
 * `` sql`…${value}…` `` with the values as parameters, `sql(rows)` and `sql("column")` as parts of a template,
 * `sql.unsafe(text, values)`, `sql.json(value)`. Arrays of any type are one parameter, ready for `unnest` and `= any`.
 * Nothing of it can begin, end or leave the transaction.
 */
export type TransactionSql = BoundCalls & Pick<postgres.ISql<BoundTypes>, "unsafe" | "json">;
interface BoundCalls {
  <T extends readonly (object | undefined)[] = postgres.Row[]>(
    template: TemplateStringsArray,
    ...values: readonly (postgres.ParameterOrFragment<BoundTypes[string]>)[]
  ): postgres.PendingQuery<T>;
  (
    first: string | string[] | Record<string, unknown> | Record<string, unknown>[],
    ...columns: string[]
  ): postgres.Helper<
    unknown
  >;
}

export function bindSql(scope: TransactionScope): TransactionSql {
  const { sql } = scope;
  const call = (first: unknown, ...rest: unknown[]) => {
    const isTemplate = Array.isArray(first) && "raw" in first;
    const values = isTemplate ? rest.map((value) => wholeArray(sql, value)) : rest;
    return scope.guard((sql as unknown as (...all: unknown[]) => unknown)(first, ...values));
  };
  return Object.assign(call, {
    json: sql.json,
    unsafe: (text: string, values: unknown[] = [], options?: postgres.UnsafeQueryOptions) =>
      scope.guard(sql.unsafe(text, values.map((value) => wholeArray(sql, value)) as never[], options)),
  }) as unknown as TransactionSql;
}

/**
 * postgres.js declares an array by the type of its first element, so that `[1n, 2n]` would be sent as one int8. Without
 * a declaration Postgres says which array type it expects.
 */
export function wholeArray(sql: postgres.Sql, value: unknown): unknown {
  const isValue = Array.isArray(value) && !(value[0] instanceof Promise); // A list of fragments is not a value.
  return isValue ? sql.typed(value, 0) : value;
}
