/** One-time sign-in links: whoever holds one may sign in once, or set a password and sign in. Only a hash of it is kept. */
import { milepostError } from "../core/errors.ts";
import type { LinkPurpose } from "../../db/schema.ts";
import {
  findSignInLink,
  insertSignInLink,
  type LinkHolder,
  setSignInLinksOfUserUsed,
  setSignInLinkUsed,
} from "../../db/queries/sign_in_link.ts";
import { setSessionsOfUserEnded } from "../../db/queries/session.ts";
import { deleteSignInStepsOfUser } from "../../db/queries/sign_in_step.ts";
import { setUserPassword } from "../../db/queries/user.ts";
import { type SystemDb, withSystem } from "../../db/system.ts";
import { noteAccountChange } from "./account_change.ts";
import { completeSignIn, hasTwoStep, type SignedIn, type Visit } from "./complete_sign_in.ts";
import { hashPassword } from "./password.ts";
import { passwordProblem } from "./password_rules.ts";
import { hashToken, newToken, openSession, type SessionEnvironment } from "./sessions.ts";
import { requireCode, type TwoStepEnvironment } from "./two_step.ts";

/** How long a link works. An administrator passes an invitation on by chat or on paper, so it lives for a day. */
export const linkMinutes: Record<LinkPurpose, number> = { invitation: 24 * 60, reset: 60, sign_in: 15 };

/** Makes a link for this person in the caller's transaction; gives its path, to stand behind the origin. */
export async function makeLink(
  db: SystemDb,
  userId: string,
  now: Temporal.Instant,
  purpose: LinkPurpose = "invitation",
): Promise<string> {
  const token = newToken();
  const expiresAt = now.add({ minutes: linkMinutes[purpose] });
  await insertSignInLink(db, { tokenHash: hashToken(token), userId, purpose, now, expiresAt });
  return `/sign-in/link/${token}`;
}

export interface FoundLink extends LinkHolder {
  /** Beside the link, a code of two-step sign-in is asked for. */
  needsCode: boolean;
}

/** Whose link this is, and what for. Looking does not use it up: mail scanners open links too. Throws `LinkExpired`. */
export async function findLink(
  environment: SessionEnvironment,
  token: string,
): Promise<FoundLink> {
  return await withSystem(environment.database, async (db) => {
    const found = await findSignInLink(db, hashToken(token), environment.clock.now());
    if (!found) throw milepostError("LinkExpired");
    return { ...found, needsCode: found.purpose === "reset" && await hasTwoStep(db, found.userId) };
  });
}

/**
 * Uses the link up, sets the password, ends every other session, step and link of the person, and gives the secret of a new
 * session. A link that was mailed is no second proof for someone with two-step sign-in, so they give a code as well. Throws
 * `LinkExpired`, `TooManyAttempts`, or `InvalidInput` for the password or the code; then the link still works.
 */
export async function redeemLink(
  environment: TwoStepEnvironment,
  token: string,
  input: { password: string; code?: string; address?: string; userAgent: string },
): Promise<string> {
  const person = await findLink(environment, token);
  if (person.purpose === "sign_in") throw milepostError("LinkExpired");
  const rule = passwordProblem(input.password, person);
  // The value is left out on purpose: a password is never written back or logged.
  if (rule) throw milepostError("InvalidInput", { message: rule, fields: [{ field: "password", rule }] });
  if (person.needsCode) {
    const { code = "", address = "" } = input;
    await requireCode(environment, { ...person, code, address });
  }
  const passwordHash = await hashPassword(input.password);
  const now = environment.clock.now();
  return await withSystem(environment.database, async (db) => {
    const used = await setSignInLinkUsed(db, hashToken(token), now);
    if (!used) throw milepostError("LinkExpired");
    await setSignInLinksOfUserUsed(db, used.userId, now);
    await setUserPassword(db, used.userId, passwordHash);
    const isFirst = !person.hasPassword;
    await noteAccountChange(environment, db, used.userId, "set_password", { isFirst });
    await deleteSignInStepsOfUser(db, used.userId);
    await setSessionsOfUserEnded(db, used.userId, now);
    const methods = person.needsCode ? ["link", "totp"] as const : ["link"] as const;
    return await openSession(db, used.userId, input.userAgent, now, methods);
  });
}

/** Uses a link to sign in up, and opens a session or begins the second step. Throws `LinkExpired`. */
export async function signInByLink(
  environment: SessionEnvironment,
  token: string,
  visit: Visit,
): Promise<SignedIn> {
  const { purpose, email } = await findLink(environment, token);
  if (purpose !== "sign_in") throw milepostError("LinkExpired");
  const now = environment.clock.now();
  return await withSystem(environment.database, async (db) => {
    const used = await setSignInLinkUsed(db, hashToken(token), now);
    if (!used) throw milepostError("LinkExpired");
    return await completeSignIn(db, { userId: used.userId, email }, "link", visit, now);
  });
}
