/** Challenges that browsers were given to sign with a passkey: found by the hash of the secret in the browser's cookie. */
import type { SystemDb } from "../system.ts";

export interface PasskeyChallenge {
  challenge: string;
  /** Of someone who adds a passkey; null for signing in. */
  userId: string | null;
}

export async function insertPasskeyChallenge(
  db: SystemDb,
  given: PasskeyChallenge & { tokenHash: Uint8Array; expiresAt: Temporal.Instant },
): Promise<void> {
  await db.query.insertInto("passkey_challenge").values({
    token_hash: given.tokenHash,
    challenge: given.challenge,
    user_id: given.userId,
    expires_at: given.expiresAt,
  }).execute();
}

/** Uses the challenge up, whatever becomes of the answer to it. */
export async function takePasskeyChallenge(
  db: SystemDb,
  tokenHash: Uint8Array,
  now: Temporal.Instant,
): Promise<PasskeyChallenge | undefined> {
  return await db.query.deleteFrom("passkey_challenge")
    .where("token_hash", "=", tokenHash).where("expires_at", ">", now)
    .returning(["challenge", "user_id as userId"]).executeTakeFirst();
}

export async function deleteOldPasskeyChallenges(db: SystemDb, before: Temporal.Instant): Promise<void> {
  await db.query.deleteFrom("passkey_challenge").where("expires_at", "<", before).execute();
}
