/** Tries to sign in and requests for mail, kept to slow down who guesses or pesters. The e-mail address is only kept as a hash. */
import { sql } from "kysely";
import type { AttemptKind } from "../schema.ts";
import type { SystemDb } from "../system.ts";

export interface SignInTry {
  emailHash: Uint8Array;
  address: string;
}

/** Until the transaction ends, other tries of the same account wait, so that a burst of guesses is counted one by one. */
export async function lockSignInAccount(db: SystemDb, emailHash: Uint8Array): Promise<void> {
  const key = new DataView(emailHash.buffer, emailHash.byteOffset).getBigInt64(0);
  await sql`select pg_advisory_xact_lock(${key})`.execute(db.query);
}

export async function insertSignInAttempt(
  db: SystemDb,
  attempt: SignInTry & { kind: AttemptKind; succeeded: boolean; now: Temporal.Instant },
): Promise<string> {
  const { id } = await db.query.insertInto("sign_in_attempt").values({
    email_hash: attempt.emailHash,
    address: attempt.address,
    kind: attempt.kind,
    succeeded: attempt.succeeded,
    at: attempt.now,
  }).returning("id").executeTakeFirstOrThrow();
  return id;
}

/** When the latest failed tries of a kind were made by this account, this address or both, newest first. */
export async function listFailedSignIns(
  db: SystemDb,
  kind: AttemptKind,
  by: Partial<SignInTry>,
  since: Temporal.Instant,
  limit: number,
): Promise<Temporal.Instant[]> {
  const rows = await db.query.selectFrom("sign_in_attempt").select("at")
    .where("kind", "=", kind).where("succeeded", "=", false).where("at", ">", since)
    .$if(by.emailHash !== undefined, (query) => query.where("email_hash", "=", by.emailHash!))
    .$if(by.address !== undefined, (query) => query.where("address", "=", by.address!))
    .orderBy("at", "desc").limit(limit).execute();
  return rows.map(({ at }) => at);
}

/** When the latest failed tries of a kind were made at this account from addresses that never got in, newest first. */
export async function listFailedSignInsOfStrangers(
  db: SystemDb,
  kind: AttemptKind,
  emailHash: Uint8Array,
  since: Temporal.Instant,
  knownSince: Temporal.Instant,
  limit: number,
): Promise<Temporal.Instant[]> {
  const rows = await db.query.selectFrom("sign_in_attempt as attempt").select("attempt.at")
    .where("attempt.email_hash", "=", emailHash).where("attempt.succeeded", "=", false)
    .where("attempt.kind", "=", kind).where("attempt.at", ">", since)
    .where(({ not, exists, selectFrom }) =>
      not(exists(
        selectFrom("sign_in_attempt as success").select("success.id")
          .where("success.email_hash", "=", emailHash).where("success.succeeded", "=", true)
          .where("success.at", ">", knownSince).whereRef("success.address", "=", "attempt.address"),
      ))
    )
    .orderBy("attempt.at", "desc").limit(limit).execute();
  return rows.map(({ at }) => at);
}

/** Whether this account signed in from this address since then. */
export async function findSignInFrom(db: SystemDb, by: SignInTry, since: Temporal.Instant): Promise<boolean> {
  const row = await db.query.selectFrom("sign_in_attempt").select("id")
    .where("email_hash", "=", by.emailHash).where("address", "=", by.address).where("succeeded", "=", true)
    .where("at", ">", since).limit(1).executeTakeFirst();
  return row !== undefined;
}

/** Forgets the mistakes of someone who got in. */
export async function deleteFailedSignIns(db: SystemDb, kind: AttemptKind, by: SignInTry): Promise<void> {
  await db.query.deleteFrom("sign_in_attempt").where("kind", "=", kind).where("email_hash", "=", by.emailHash)
    .where("address", "=", by.address).where("succeeded", "=", false).execute();
}

/** Forgets the tries that count for nothing any more. */
export async function deleteOldSignInAttempts(db: SystemDb, before: Temporal.Instant): Promise<void> {
  await db.query.deleteFrom("sign_in_attempt").where("at", "<", before).execute();
}
