/** Finds the user who did something, of the actor that a record keeps. */
import { sql } from "kysely";

/** The id in `user:<id>` of a column, or null for other actors. */
export function userIdOf(actor: string) {
  const column = sql.ref<string>(actor);
  return sql<string>`case when ${column} like 'user:%' then substr(${column}, 6)::uuid end`;
}
