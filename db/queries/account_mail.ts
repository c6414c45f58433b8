/** Mail to people about their account: one row for each, claimed by one sender at a time. */
import type { AccountMailState } from "../schema.ts";
import type { SystemDb } from "../system.ts";

export interface NewAccountMail {
  id: string;
  recipient: string;
  kind: string;
  /** For a mail whose link is made when it leaves. */
  origin?: string;
  /** The words of any other. */
  letterSealed?: Uint8Array;
  now: Temporal.Instant;
}

export async function insertAccountMail(
  db: SystemDb,
  { now, letterSealed, ...mail }: NewAccountMail,
): Promise<void> {
  await db.query.insertInto("account_mail")
    .values({ ...mail, letter_sealed: letterSealed, due_at: now, created_at: now }).execute();
}

export interface ClaimedMail {
  id: string;
  recipient: string;
  kind: string;
  origin: string | null;
  letterSealed: Uint8Array | null;
  /** Counts from 1. */
  attempts: number;
}

/** Takes the mail that has waited longest, if any is due; what others are taking is stepped over. */
export async function claimAccountMail(
  db: SystemDb,
  now: Temporal.Instant,
  until: Temporal.Instant,
): Promise<ClaimedMail | undefined> {
  return await db.query.updateTable("account_mail")
    .set(({ eb }) => ({ state: "sending", due_at: until, attempts: eb("attempts", "+", 1) }))
    .where(
      "id",
      "=",
      ({ selectFrom }) =>
        selectFrom("account_mail").select("id").where("state", "=", "queued").where("due_at", "<=", now)
          .orderBy("due_at").limit(1).forUpdate().skipLocked(),
    )
    .returning(["id", "recipient", "kind", "origin", "letter_sealed as letterSealed", "attempts"])
    .executeTakeFirst();
}

/** What became of a mail that this sender has claimed; its words are forgotten. */
export async function setAccountMailSettled(
  db: SystemDb,
  id: string,
  state: AccountMailState,
  failure: string | null,
): Promise<void> {
  await db.query.updateTable("account_mail").set({ state, failure, letter_sealed: null })
    .where("id", "=", id).where("state", "=", "sending").execute();
}

/** Puts a claimed mail back, for another attempt at `due`. */
export async function setAccountMailQueued(
  db: SystemDb,
  id: string,
  due: Temporal.Instant,
  failure: string,
): Promise<void> {
  await db.query.updateTable("account_mail").set({ state: "queued", due_at: due, failure })
    .where("id", "=", id).where("state", "=", "sending").execute();
}

/** Settles what a sender that is gone had claimed: nobody knows whether it arrived. */
export async function setAbandonedMailUncertain(
  db: SystemDb,
  now: Temporal.Instant,
  failure: string,
): Promise<void> {
  await db.query.updateTable("account_mail").set({ state: "uncertain", failure, letter_sealed: null })
    .where("state", "=", "sending").where("due_at", "<=", now).execute();
}

/** Forgets whom mail went to long ago. */
export async function deleteOldAccountMail(db: SystemDb, before: Temporal.Instant): Promise<void> {
  await db.query.deleteFrom("account_mail").where("created_at", "<", before).execute();
}
