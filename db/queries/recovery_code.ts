/** Recovery codes of people, found by their hash; each works once. */
import type { SystemDb } from "../system.ts";

/** Puts new codes in place of all that the person had. */
export async function replaceRecoveryCodes(
  db: SystemDb,
  userId: string,
  hashes: readonly Uint8Array[],
): Promise<void> {
  await db.query.deleteFrom("recovery_code").where("user_id", "=", userId).execute();
  if (hashes.length === 0) return;
  await db.query.insertInto("recovery_code")
    .values(hashes.map((codeHash) => ({ user_id: userId, code_hash: codeHash }))).execute();
}

/** Uses a code up; of two at the same moment only one gets true. */
export async function setRecoveryCodeUsed(
  db: SystemDb,
  userId: string,
  codeHash: Uint8Array,
  now: Temporal.Instant,
): Promise<boolean> {
  const { numUpdatedRows } = await db.query.updateTable("recovery_code").set({ used_at: now })
    .where("user_id", "=", userId).where("code_hash", "=", codeHash).where("used_at", "is", null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** How many codes the person has left. */
export async function countRecoveryCodes(db: SystemDb, userId: string): Promise<number> {
  const { count } = await db.query.selectFrom("recovery_code").where("user_id", "=", userId)
    .where("used_at", "is", null).select(({ fn }) => fn.countAll<bigint>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}
