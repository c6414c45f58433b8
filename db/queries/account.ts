/** A person's account across all tables, found from the catalogue so that none is forgotten: for its export and its end. */
import { sql } from "kysely";
import type { SystemDb } from "../system.ts";

interface AccountTable {
  table: string;
  column: string;
  /** Columns of bytes: hashes and sealed values, which say nothing to a person and must not leave. */
  hidden: string[];
}

/** Every table that refers to people, but for their memberships. */
async function listAccountTables(db: SystemDb): Promise<AccountTable[]> {
  const rows = await db.sql<AccountTable[]>`
    select s.relname as table, a.attname as column, array(
      select b.attname::text from pg_attribute b where b.attrelid = s.oid and b.attnum > 0
        and b.atttypid = 'bytea'::regtype and not b.attisdropped) as hidden
    from pg_constraint k join pg_class s on s.oid = k.conrelid
    join pg_attribute a on a.attrelid = s.oid and a.attnum = k.conkey[1]
    where k.contype = 'f' and k.confrelid = '"user"'::regclass and s.relname <> 'membership'
      and cardinality(k.conkey) = 1 order by 1, 2`;
  return rows.map((row) => ({ ...row }));
}

/** Ends an account that belongs to no tenant any more; one that does is left alone. */
export async function deleteAccount(
  db: SystemDb,
  userId: string,
  hashEmail: (email: string) => Uint8Array,
): Promise<void> {
  const person = await db.query.selectFrom("user").select("email").where("id", "=", userId).forUpdate()
    .executeTakeFirst();
  const [{ members }] = await db.sql<{ members: bigint }[]>`
    select count(*) as members from membership where user_id = ${userId}`;
  if (!person || members > 0n) return;
  for (const { table, column } of await listAccountTables(db)) {
    await sql`delete from ${sql.table(table)} where ${sql.ref(column)} = ${userId}`.execute(db.query);
  }
  await db.query.deleteFrom("sign_in_attempt").where("email_hash", "=", hashEmail(person.email)).execute();
  await db.query.deleteFrom("invitation").where("email", "=", person.email).execute();
  await db.query.deleteFrom("account_mail").where("recipient", "=", person.email).execute();
  await db.query.updateTable("user")
    .set({ email: `${userId}@erased.invalid`, name: "Erased person", password_hash: null })
    .where("id", "=", userId).execute();
}

/** All that is kept of a person's account, each table with its rows as JSON; null for nobody. */
export async function readAccount(
  db: SystemDb,
  userId: string,
  hashEmail: (email: string) => Uint8Array,
): Promise<Map<string, string[]> | null> {
  const person = await db.query.selectFrom("user").select("email").where("id", "=", userId)
    .executeTakeFirst();
  if (!person) return null;
  const found = new Map<string, string[]>();
  const keep = async (name: string, rows: Promise<{ rows: { row: string }[] }>) =>
    found.set(name, (await rows).rows.map(({ row }) => row));
  await keep(
    "user",
    sql<
      { row: string }
    >`select (to_jsonb(t) - 'password_hash')::text as row from "user" t where id = ${userId}`
      .execute(db.query),
  );
  await keep(
    "membership",
    sql<{ row: string }>`
      select (to_jsonb(t) || jsonb_build_object('tenant', tenant.name))::text as row
      from membership t join tenant on tenant.id = t.tenant_id where t.user_id = ${userId}`.execute(db.query),
  );
  for (const { table, column, hidden } of await listAccountTables(db)) {
    await keep(
      table,
      sql<{ row: string }>`
        select (to_jsonb(t) - ${hidden}::text[])::text as row from ${sql.table(table)} t
        where ${sql.ref(`t.${column}`)} = ${userId}`.execute(db.query),
    );
  }
  await keep(
    "sign_in_attempt",
    sql<{ row: string }>`
      select (to_jsonb(t) - 'email_hash')::text as row from sign_in_attempt t
      where email_hash = ${hashEmail(person.email)}`.execute(db.query),
  );
  await keep(
    "account_mail",
    sql<{ row: string }>`
      select (to_jsonb(t) - 'letter_sealed')::text as row from account_mail t where recipient = ${person.email}`
      .execute(db.query),
  );
  await keep(
    "audit_event",
    sql<{ row: string }>`
      select jsonb_build_object('at', at, 'command', command, 'subject', subject_type, 'id', subject_id)::text as row
      from audit_event where actor = ${`user:${userId}`} order by at`.execute(db.query),
  );
  return found;
}
