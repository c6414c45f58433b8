/** People: one row per e-mail address, whatever tenants they belong to. */
import { sql } from "kysely";
import type { SystemDb } from "../system.ts";
import type { TenantDb } from "../tenant.ts";

export interface Person {
  id: string;
  email: string;
  name: string;
}

/** The person with this address and their password hash. */
export async function findUserByEmail(
  db: SystemDb,
  email: string,
): Promise<Person & { passwordHash: string | null } | undefined> {
  return await db.query.selectFrom("user").where("email", "=", email.toLowerCase())
    .select(["id", "email", "name", "password_hash as passwordHash"]).executeTakeFirst();
}

/** The person with this address, made if nobody has it yet. */
export async function findOrInsertUser(
  db: SystemDb,
  person: { email: string; name: string },
): Promise<Person & { hasPassword: boolean }> {
  const email = person.email.toLowerCase();
  await db.query.insertInto("user").values({ email, name: person.name })
    .onConflict((conflict) => conflict.column("email").doNothing()).execute();
  const { password_hash, ...found } = await db.query.selectFrom("user").where("email", "=", email)
    .select(["id", "email", "name", "password_hash"]).executeTakeFirstOrThrow();
  return { ...found, hasPassword: password_hash !== null };
}

/** The id of a new person, or undefined if someone has the address. */
export async function insertUser(
  db: SystemDb,
  person: { email: string; name: string; passwordHash: string },
): Promise<string | undefined> {
  const inserted = await db.query.insertInto("user")
    .values({ email: person.email.toLowerCase(), name: person.name, password_hash: person.passwordHash })
    .onConflict((conflict) => conflict.column("email").doNothing()).returning("id").executeTakeFirst();
  return inserted?.id;
}

export async function findUserEmail(db: SystemDb, userId: string): Promise<string> {
  const { email } = await db.query.selectFrom("user").select("email").where("id", "=", userId)
    .executeTakeFirstOrThrow();
  return email;
}

/** Whether this is still the person's hash; until the transaction ends, nobody changes it. */
export async function lockUserPassword(db: SystemDb, userId: string, passwordHash: string): Promise<boolean> {
  const row = await db.query.selectFrom("user").select("id").where("id", "=", userId)
    .where("password_hash", "=", passwordHash).forUpdate().executeTakeFirst();
  return row !== undefined;
}

export async function setUserPassword(db: SystemDb, userId: string, passwordHash: string): Promise<void> {
  await db.query.updateTable("user").set({ password_hash: passwordHash }).where("id", "=", userId).execute();
}

export async function setUserName(db: SystemDb, userId: string, name: string): Promise<void> {
  await db.query.updateTable("user").set({ name }).where("id", "=", userId).execute();
}

/** The names of people of this tenant, by the key under which an actor is noted: `user:<uuid>`. */
export async function listActorNames(db: TenantDb, actors: readonly string[]): Promise<Map<string, string>> {
  const ids = actors.filter((actor) => actor.startsWith("user:")).map((actor) => actor.slice("user:".length));
  if (ids.length === 0) return new Map();
  const rows = await db.query.selectFrom("user").select(["id", "name"])
    .where("id", "=", sql<string>`any(${ids}::uuid[])`).execute();
  return new Map(rows.map(({ id, name }) => [`user:${id}`, name]));
}
