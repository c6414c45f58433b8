/** Signing in with a password: slow for who guesses, and the same answer and time whether or not the account exists. */
import { findUserByEmail, lockUserPassword, setUserPassword } from "../../db/queries/user.ts";
import { withSystem } from "../../db/system.ts";
import { recordFailedSignIn } from "./account_trail.ts";
import { countTry, forgetTries, tryOf } from "./attempts.ts";
import { completeSignIn, type SignedIn, type Visit } from "./complete_sign_in.ts";
import { hashPassword, verifyPassword } from "./password.ts";
import type { SessionEnvironment } from "./sessions.ts";

export interface Credentials extends Visit {
  email: string;
  password: string;
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

export type SignInOutcome = SignedIn | Refused | Throttled;

export type PasswordOutcome =
  | { outcome: "right"; userId: string; email: string; hash: string; outdated: boolean }
  | Refused
  | Throttled;

/** Checks the credentials and opens a session, or begins the second step. */
export async function signIn(
  environment: SessionEnvironment,
  credentials: Credentials,
): Promise<SignInOutcome> {
  const checked = await checkPassword(environment, credentials);
  if (checked.outcome !== "right") return checked;
  const { userId, email, hash, outdated } = checked;
  const renewed = outdated ? await hashPassword(credentials.password) : null;
  const now = environment.clock.now();
  return await withSystem(environment.database, async (db) => {
    // A password that was changed meanwhile must not open one more session.
    if (!await lockUserPassword(db, userId, hash)) return { outcome: "refused" };
    if (renewed) await setUserPassword(db, userId, renewed);
    return await completeSignIn(db, { userId, email }, "password", credentials, now);
  });
}

/** Checks a password. Every try is counted before it is checked; the right one clears the count. */
export async function checkPassword(
  environment: SessionEnvironment,
  credentials: Pick<Credentials, "email" | "password" | "address">,
): Promise<PasswordOutcome> {
  const email = credentials.email.trim().toLowerCase();
  const attempt = tryOf(email, credentials.address);
  const now = environment.clock.now();
  const begun = await withSystem(environment.database, async (db) => {
    const until = await countTry(db, "password", attempt, now);
    return until ? { until } : { user: await findUserByEmail(db, email) };
  });
  if (begun.until) return { outcome: "throttled", until: begun.until };
  const hash = begun.user?.passwordHash ?? null;
  const { matches, outdated } = await verifyPassword(credentials.password, hash);
  if (!begun.user || hash === null || !matches) {
    const userId = begun.user?.id ?? null;
    await withSystem(environment.database, (db) => recordFailedSignIn(db, userId, "password"));
    return { outcome: "refused" };
  }
  await withSystem(environment.database, (db) => forgetTries(db, "password", attempt));
  return { outcome: "right", userId: begun.user.id, email: begun.user.email, hash, outdated };
}
