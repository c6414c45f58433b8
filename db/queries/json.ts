/** JSON as a parameter of a statement. */
import { type RawBuilder, sql } from "kysely";
import { canonicalJson } from "../../lib/core/json.ts";

/** The value as jsonb. It travels as text, because a driver that sees a jsonb parameter would encode it once more. */
export function jsonb(value: unknown): RawBuilder<unknown> {
  return sql`${canonicalJson(value)}::text::jsonb`;
}
