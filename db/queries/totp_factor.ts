/** The authenticator app of a person, at most one: its seed, sealed, and the last code that was taken. */
import type { SystemDb } from "../system.ts";

export interface TotpFactor {
  seedSealed: Uint8Array;
  /** Null until the first code proved that the app has the seed. */
  confirmedAt: Temporal.Instant | null;
}

export async function findTotpFactor(db: SystemDb, userId: string): Promise<TotpFactor | undefined> {
  return await db.query.selectFrom("totp_factor").where("user_id", "=", userId)
    .select(["seed_sealed as seedSealed", "confirmed_at as confirmedAt"]).executeTakeFirst();
}

/** Keeps a seed that waits for its first code, in place of one that waited before; a confirmed one stays. */
export async function insertTotpFactor(
  db: SystemDb,
  factor: { userId: string; seedSealed: Uint8Array; now: Temporal.Instant },
): Promise<void> {
  const { userId, seedSealed, now } = factor;
  await db.query.insertInto("totp_factor").values({
    user_id: userId,
    seed_sealed: seedSealed,
    created_at: now,
  })
    .onConflict((conflict) =>
      conflict.column("user_id").doUpdateSet({ seed_sealed: seedSealed, created_at: now })
        .where("totp_factor.confirmed_at", "is", null)
    ).execute();
}

/** Takes the code of a time step of 30 seconds; false if that one or a later one was taken before. */
export async function setTotpStepUsed(db: SystemDb, userId: string, step: bigint): Promise<boolean> {
  const { numUpdatedRows } = await db.query.updateTable("totp_factor").set({ last_step: step })
    .where("user_id", "=", userId).where("last_step", "<", step).executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** False if it was confirmed before, or there is none. */
export async function setTotpConfirmed(
  db: SystemDb,
  userId: string,
  now: Temporal.Instant,
): Promise<boolean> {
  const { numUpdatedRows } = await db.query.updateTable("totp_factor").set({ confirmed_at: now })
    .where("user_id", "=", userId).where("confirmed_at", "is", null).executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** False if there was none. */
export async function deleteTotpFactor(db: SystemDb, userId: string): Promise<boolean> {
  const { numDeletedRows } = await db.query.deleteFrom("totp_factor").where("user_id", "=", userId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
