/** Many values to look for in one statement. */
import { type RawBuilder, sql } from "kysely";

/**
 * To be used with `in`: the texts as rows, which the server hashes. As `= any(array)` it may compare each row of a new table
 * with each text, because it does not know yet how many rows the table has.
 */
export function among(texts: readonly string[]): RawBuilder<string> {
  return sql<string>`(select unnest(${[...texts]}::text[]))`;
}
