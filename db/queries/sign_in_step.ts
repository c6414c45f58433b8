/** Browsers on which someone has done one of two steps: found by the hash of the secret that the browser holds. */
import type { SystemDb } from "../system.ts";

export interface SignInStep {
  userId: string;
  email: string;
  /** How the person has proved who they are so far. */
  method: "password" | "link";
}

export async function insertSignInStep(
  db: SystemDb,
  step: { tokenHash: Uint8Array; userId: string; method: "password" | "link"; expiresAt: Temporal.Instant },
): Promise<void> {
  await db.query.insertInto("sign_in_step").values({
    token_hash: step.tokenHash,
    user_id: step.userId,
    method: step.method,
    expires_at: step.expiresAt,
  }).execute();
}

export async function findSignInStep(
  db: SystemDb,
  tokenHash: Uint8Array,
  now: Temporal.Instant,
): Promise<SignInStep | undefined> {
  return await db.query.selectFrom("sign_in_step").innerJoin("user", "user.id", "sign_in_step.user_id")
    .where("token_hash", "=", tokenHash).where("expires_at", ">", now)
    .select(["user.id as userId", "user.email", "method"]).executeTakeFirst();
}

/** Ends a step, with the person whose it was if it had not ended before. */
export async function takeSignInStep(
  db: SystemDb,
  tokenHash: Uint8Array,
  now: Temporal.Instant,
): Promise<Pick<SignInStep, "userId" | "method"> | undefined> {
  return await db.query.deleteFrom("sign_in_step").where("token_hash", "=", tokenHash)
    .where("expires_at", ">", now).returning(["user_id as userId", "method"]).executeTakeFirst();
}

/** A new password or a change of two-step sign-in leaves nobody between the steps. */
export async function deleteSignInStepsOfUser(db: SystemDb, userId: string): Promise<void> {
  await db.query.deleteFrom("sign_in_step").where("user_id", "=", userId).execute();
}

export async function deleteOldSignInSteps(db: SystemDb, before: Temporal.Instant): Promise<void> {
  await db.query.deleteFrom("sign_in_step").where("expires_at", "<", before).execute();
}
