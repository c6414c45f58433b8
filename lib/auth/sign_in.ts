/** Signing in with a password: slow for who guesses, and the same answer and time whether or not the account exists. */
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
import { findUserByEmail, lockUserPassword, setUserPassword } from "../../db/queries/user.ts";
import { type SystemDb, withSystem } from "../../db/system.ts";
import { hashPassword, verifyPassword } from "./password.ts";
import { openSession, type SessionEnvironment } from "./sessions.ts";
import {
  knownAddressDays,
  triesPerAccountAndAddress,
  triesPerAccountFromStrangers,
  triesPerAddress,
  waitUntil,
  windowMinutes,
} from "./throttle.ts";

export interface Credentials {
  email: string;
  password: string;
  /** Network address of the browser. */
  address: string;
  userAgent: string;
}

/** Address or password is wrong; which one is not said. */
interface Refused {
  outcome: "refused";
}

/** Too many wrong tries; the password was not looked at. */
interface Throttled {
  outcome: "throttled";
  until: Temporal.Instant;
}

export type SignInOutcome = { outcome: "signed_in"; token: string } | Refused | Throttled;

export type PasswordOutcome =
  | { outcome: "right"; userId: string; hash: string; outdated: boolean }
  | Refused
  | Throttled;

/** Checks the credentials and opens a session. */
export async function signIn(
  environment: SessionEnvironment,
  credentials: Credentials,
): Promise<SignInOutcome> {
  const checked = await checkPassword(environment, credentials);
  if (checked.outcome !== "right") return checked;
  const { userId, hash, outdated } = checked;
  const renewed = outdated ? await hashPassword(credentials.password) : null;
  const now = environment.clock.now();
  return await withSystem(environment.database, async (db) => {
    // A password that was changed meanwhile must not open one more session.
    if (!await lockUserPassword(db, userId, hash)) return { outcome: "refused" };
    if (renewed) await setUserPassword(db, userId, renewed);
    return { outcome: "signed_in", token: await openSession(db, userId, credentials.userAgent, now) };
  });
}

/** Checks a password. Every try is counted before it is checked, so that a burst gets no extra; the right one clears the count. */
export async function checkPassword(
  environment: SessionEnvironment,
  credentials: Omit<Credentials, "userAgent">,
): Promise<PasswordOutcome> {
  const email = credentials.email.trim().toLowerCase();
  const attempt: SignInTry = { emailHash: hashEmail(email), address: credentials.address };
  const now = environment.clock.now();
  const begun = await withSystem(environment.database, async (db) => {
    await lockSignInAccount(db, attempt.emailHash);
    const until = await findWait(db, attempt, now);
    if (until) return { until };
    await insertSignInAttempt(db, { ...attempt, succeeded: false, now });
    return { user: await findUserByEmail(db, email) };
  });
  if (begun.until) return { outcome: "throttled", until: begun.until };
  const hash = begun.user?.passwordHash ?? null;
  const { matches, outdated } = await verifyPassword(credentials.password, hash);
  if (!begun.user || hash === null || !matches) return { outcome: "refused" };
  await withSystem(environment.database, async (db) => {
    await deleteFailedSignIns(db, attempt);
    await insertSignInAttempt(db, { ...attempt, succeeded: true, now });
  });
  return { outcome: "right", userId: begun.user.id, hash, outdated };
}

async function findWait(
  db: SystemDb,
  attempt: SignInTry,
  now: Temporal.Instant,
): Promise<Temporal.Instant | null> {
  const since = now.subtract({ minutes: windowMinutes });
  const knownSince = now.subtract({ hours: 24 * knownAddressDays });
  const { emailHash, address } = attempt;
  return waitUntil({
    byAccountAndAddress: await listFailedSignIns(db, attempt, since, triesPerAccountAndAddress),
    byAddress: await listFailedSignIns(db, { address }, since, triesPerAddress),
    byAccountFromStrangers: await listFailedSignInsOfStrangers(
      db,
      emailHash,
      since,
      knownSince,
      triesPerAccountFromStrangers,
    ),
    addressIsKnown: await findSignInFrom(db, attempt, knownSince),
  });
}

/** Attempts are found by a hash, so that the table is no list of who tried to get in. */
export function hashEmail(email: string): Uint8Array {
  return createHash("sha256").update(`sign-in ${email}`).digest();
}
