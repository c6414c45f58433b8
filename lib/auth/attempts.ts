/** Counting tries: each before it is looked at, so that a burst gets no extra one. */
import { createHash } from "node:crypto";
import {
  deleteFailedSignIns,
  findSignInFrom,
  insertSignInAttempt,
  listFailedSignIns,
  listFailedSignInsOfStrangers,
  lockSignInAccount,
  type SignInTry,
} from "../../db/queries/sign_in_attempt.ts";
import type { SystemDb } from "../../db/system.ts";
import { type MilepostError, milepostError } from "../core/errors.ts";
import { knownAddressDays, type LimitedKind, limits, waitUntil } from "./throttle.ts";

export type { SignInTry };

/** Who tries, at which account, from where. */
export function tryOf(email: string, address: string): SignInTry {
  return { emailHash: hashEmail(email.trim().toLowerCase()), address };
}

/** Attempts are found by a hash, so that the table is no list of who tried to get in. */
export function hashEmail(email: string): Uint8Array {
  return createHash("sha256").update(`sign-in ${email}`).digest();
}

/** Counts a try in the caller's transaction and gives null; or the instant to wait for, and then it is not to be looked at. */
export async function countTry(
  db: SystemDb,
  kind: LimitedKind,
  by: SignInTry,
  now: Temporal.Instant,
): Promise<Temporal.Instant | null> {
  await lockSignInAccount(db, by.emailHash);
  const until = await findWait(db, kind, by, now);
  if (until === null) await insertSignInAttempt(db, { ...by, kind, succeeded: false, now });
  return until;
}

/** The try was right: forgets the mistakes before it. */
export async function forgetTries(db: SystemDb, kind: LimitedKind, by: SignInTry): Promise<void> {
  await deleteFailedSignIns(db, kind, by);
}

/** The refusal of a try that has to wait. */
export function tooMany(until: Temporal.Instant, now: Temporal.Instant): MilepostError {
  const seconds = Math.ceil(now.until(until).total("seconds"));
  const minutes = Math.max(1, Math.ceil(seconds / 60));
  return milepostError("TooManyAttempts", {
    message: `There were too many tries. Wait ${minutes} ${
      minutes === 1 ? "minute" : "minutes"
    } and try again.`,
    retryAfterSeconds: seconds,
  });
}

async function findWait(
  db: SystemDb,
  kind: LimitedKind,
  by: SignInTry,
  now: Temporal.Instant,
): Promise<Temporal.Instant | null> {
  const { windowMinutes, perAccountAndAddress, perAddress, perAccountFromStrangers } = limits[kind];
  const since = now.subtract({ minutes: windowMinutes });
  const knownSince = now.subtract({ hours: 24 * knownAddressDays });
  const { emailHash, address } = by;
  return waitUntil({
    byAccountAndAddress: await listFailedSignIns(db, kind, by, since, perAccountAndAddress),
    byAddress: await listFailedSignIns(db, kind, { address }, since, perAddress),
    byAccountFromStrangers: await listFailedSignInsOfStrangers(
      db,
      kind,
      emailHash,
      since,
      knownSince,
      perAccountFromStrangers,
    ),
    addressIsKnown: await findSignInFrom(db, by, knownSince),
  }, limits[kind]);
}
