/** Every column that holds sealed values, found by its name, and its values that an older key still wraps. */
import type { SystemDb } from "../system.ts";

/** A column of sealed values: its name ends in `_sealed`. */
export interface SealedColumn {
  table: string;
  column: string;
}

/** Asks the database itself, so that no table can be forgotten. */
export async function listSealedColumns(db: SystemDb): Promise<SealedColumn[]> {
  const rows = await db.sql<{ table: string; column: string }[]>`
    select c.relname as table, a.attname as column
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0
      and not a.attisdropped and a.attname like '%\\_sealed' order by 1, 2`;
  return rows.map((row) => ({ ...row }));
}

/** A value and the place where its row stood when it was read. */
export interface SealedValue {
  place: string;
  sealed: Uint8Array;
}

/** Values that do not begin with these bytes. */
export async function listSealedOtherwise(
  db: SystemDb,
  { table, column }: SealedColumn,
  prefix: Uint8Array,
  limit: number,
): Promise<SealedValue[]> {
  const rows = await db.sql<{ place: string; sealed: Uint8Array }[]>`
    select ctid::text as place, ${db.sql(column)} as sealed from ${db.sql(table)}
    where substring(${db.sql(column)} from 1 for ${prefix.length}::int) <> ${prefix}::bytea limit ${limit}`;
  return rows.map((row) => ({ ...row }));
}

/** Puts one value in another's place, unless the row has moved or changed since it was read. */
export async function replaceSealed(
  db: SystemDb,
  { table, column }: SealedColumn,
  { place, sealed }: SealedValue,
  replacement: Uint8Array,
): Promise<boolean> {
  const { count } = await db.sql`
    update ${db.sql(table)} set ${db.sql(column)} = ${replacement}
    where ctid = ${place}::tid and ${db.sql(column)} = ${sealed}`;
  return count > 0;
}
