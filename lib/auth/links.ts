/** One-time sign-in links: whoever holds one may sign in once and set a password. Only a hash of it is kept. */
import { milepostError } from "../core/errors.ts";
import {
  findSignInLink,
  insertSignInLink,
  setSignInLinksOfUserUsed,
  setSignInLinkUsed,
} from "../../db/queries/sign_in_link.ts";
import { setSessionsOfUserEnded } from "../../db/queries/session.ts";
import { setUserPassword } from "../../db/queries/user.ts";
import { type SystemDb, withSystem } from "../../db/system.ts";
import { hashPassword } from "./password.ts";
import { passwordProblem } from "./password_rules.ts";
import { hashToken, newToken, openSession, type SessionEnvironment } from "./sessions.ts";

/** An administrator passes the link on by chat or on paper, so it lives for a day. */
export const linkHours = 24;

/** Makes a link for this person in the caller's transaction; gives its path, to stand behind the origin. */
export async function makeLink(db: SystemDb, userId: string, now: Temporal.Instant): Promise<string> {
  const token = newToken();
  const expiresAt = now.add({ hours: linkHours });
  await insertSignInLink(db, { tokenHash: hashToken(token), userId, now, expiresAt });
  return `/sign-in/link/${token}`;
}

/** Whose link this is. Looking does not use it up: mail scanners open links too. Throws `LinkExpired`. */
export async function findLink(
  environment: SessionEnvironment,
  token: string,
): Promise<{ userId: string; email: string; name: string; hasPassword: boolean }> {
  const found = await withSystem(
    environment.database,
    (db) => findSignInLink(db, hashToken(token), environment.clock.now()),
  );
  if (!found) throw milepostError("LinkExpired");
  return found;
}

/**
 * Uses the link up, sets the password, ends every other session and link of the person, and gives the secret of a new
 * session. Throws `LinkExpired`, or `InvalidInput` for the password; then the link still works.
 */
export async function redeemLink(
  environment: SessionEnvironment,
  token: string,
  input: { password: string; userAgent: string },
): Promise<string> {
  const person = await findLink(environment, token);
  const rule = passwordProblem(input.password, person);
  // The value is left out on purpose: a password is never written back or logged.
  if (rule) throw milepostError("InvalidInput", { message: rule, fields: [{ field: "password", rule }] });
  const passwordHash = await hashPassword(input.password);
  const now = environment.clock.now();
  return await withSystem(environment.database, async (db) => {
    const used = await setSignInLinkUsed(db, hashToken(token), now);
    if (!used) throw milepostError("LinkExpired");
    await setSignInLinksOfUserUsed(db, used.userId, now);
    await setUserPassword(db, used.userId, passwordHash);
    await setSessionsOfUserEnded(db, used.userId, now);
    return await openSession(db, used.userId, input.userAgent, now);
  });
}
