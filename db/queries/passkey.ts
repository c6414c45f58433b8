/** Passkeys of people: the public half of a key that a device keeps. */
import type { SystemDb } from "../system.ts";

export interface Passkey {
  id: string;
  name: string;
  createdAt: Temporal.Instant;
  /** Null before its first use. */
  lastUsedAt: Temporal.Instant | null;
  credentialId: string;
  transports: string[];
}

const columns = [
  "id",
  "name",
  "created_at as createdAt",
  "last_used_at as lastUsedAt",
  "credential_id as credentialId",
  "transports",
] as const;

/** Oldest first. */
export async function listPasskeys(db: SystemDb, userId: string): Promise<Passkey[]> {
  return await db.query.selectFrom("passkey").select(columns).where("user_id", "=", userId).orderBy("id")
    .execute();
}

export async function findPasskey(db: SystemDb, userId: string, id: string): Promise<Passkey | undefined> {
  return await db.query.selectFrom("passkey").select(columns)
    .where("user_id", "=", userId).where("id", "=", id).executeTakeFirst();
}

export interface NewPasskey {
  userId: string;
  credentialId: string;
  publicKey: Uint8Array;
  signCount: bigint;
  transports: string[];
  name: string;
  now: Temporal.Instant;
}

/** The id of the new passkey; undefined if somebody has this credential already. */
export async function insertPasskey(db: SystemDb, passkey: NewPasskey): Promise<string | undefined> {
  const row = await db.query.insertInto("passkey").values({
    user_id: passkey.userId,
    credential_id: passkey.credentialId,
    public_key: passkey.publicKey,
    sign_count: passkey.signCount,
    transports: passkey.transports,
    name: passkey.name,
    created_at: passkey.now,
  }).onConflict((conflict) => conflict.column("credential_id").doNothing()).returning("id")
    .executeTakeFirst();
  return row?.id;
}

export interface PasskeyHolder {
  id: string;
  userId: string;
  email: string;
  publicKey: Uint8Array;
  signCount: bigint;
}

/** Whose credential this is. */
export async function findPasskeyHolder(
  db: SystemDb,
  credentialId: string,
): Promise<PasskeyHolder | undefined> {
  return await db.query.selectFrom("passkey").innerJoin("user", "user.id", "passkey.user_id")
    .where("credential_id", "=", credentialId).select([
      "passkey.id",
      "user.id as userId",
      "user.email",
      "public_key as publicKey",
      "sign_count as signCount",
    ]).executeTakeFirst();
}

/** Notes a use; false if the passkey was used or removed since its count was read. */
export async function setPasskeyUsed(
  db: SystemDb,
  { id, signCount }: Pick<PasskeyHolder, "id" | "signCount">,
  newCount: bigint,
  now: Temporal.Instant,
): Promise<boolean> {
  const { numUpdatedRows } = await db.query.updateTable("passkey")
    .set({ sign_count: newCount, last_used_at: now })
    .where("id", "=", id).where("sign_count", "=", signCount).executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** False if the person has no such passkey. */
export async function setPasskeyName(
  db: SystemDb,
  userId: string,
  id: string,
  name: string,
): Promise<boolean> {
  const { numUpdatedRows } = await db.query.updateTable("passkey").set({ name })
    .where("user_id", "=", userId).where("id", "=", id).executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** False if the person has no such passkey. */
export async function deletePasskey(db: SystemDb, userId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await db.query.deleteFrom("passkey")
    .where("user_id", "=", userId).where("id", "=", id).executeTakeFirst();
  return numDeletedRows > 0n;
}
