/** One-time sign-in links, found by the hash of their secret. */
import type { LinkPurpose } from "../schema.ts";
import type { SystemDb } from "../system.ts";

export async function insertSignInLink(
  db: SystemDb,
  link: {
    tokenHash: Uint8Array;
    userId: string;
    purpose: LinkPurpose;
    now: Temporal.Instant;
    expiresAt: Temporal.Instant;
  },
): Promise<void> {
  await db.query.insertInto("sign_in_link").values({
    token_hash: link.tokenHash,
    user_id: link.userId,
    purpose: link.purpose,
    created_at: link.now,
    expires_at: link.expiresAt,
  }).execute();
}

export interface LinkHolder {
  userId: string;
  email: string;
  name: string;
  hasPassword: boolean;
  purpose: LinkPurpose;
}

/** Whose link this is and what for, as long as it may still be used. */
export async function findSignInLink(
  db: SystemDb,
  tokenHash: Uint8Array,
  now: Temporal.Instant,
): Promise<LinkHolder | undefined> {
  const row = await db.query.selectFrom("sign_in_link").innerJoin("user", "user.id", "sign_in_link.user_id")
    .where("token_hash", "=", tokenHash).where("used_at", "is", null).where("expires_at", ">", now)
    .select(["user.id as userId", "user.email", "user.name", "user.password_hash", "purpose"])
    .executeTakeFirst();
  if (!row) return undefined;
  const { password_hash, ...person } = row;
  return { ...person, hasPassword: password_hash !== null };
}

/** Uses the link up. Of two at the same moment only one gets the person back. */
export async function setSignInLinkUsed(
  db: SystemDb,
  tokenHash: Uint8Array,
  now: Temporal.Instant,
): Promise<{ userId: string } | undefined> {
  return await db.query.updateTable("sign_in_link").set({ used_at: now })
    .where("token_hash", "=", tokenHash).where("used_at", "is", null).where("expires_at", ">", now)
    .returning("user_id as userId").executeTakeFirst();
}

/** Uses up every other link of a person: a changed password leaves no second way in. */
export async function setSignInLinksOfUserUsed(
  db: SystemDb,
  userId: string,
  now: Temporal.Instant,
): Promise<void> {
  await db.query.updateTable("sign_in_link").set({ used_at: now }).where("user_id", "=", userId)
    .where("used_at", "is", null).execute();
}

/** Forgets the links that ended before. */
export async function deleteOldSignInLinks(db: SystemDb, before: Temporal.Instant): Promise<void> {
  await db.query.deleteFrom("sign_in_link").where("expires_at", "<", before).execute();
}
