/** Proving again, in the middle of a session, who someone is: with the code of their app where they have one, else with their password. */
import { findUserByEmail, lockUserPassword } from "../../db/queries/user.ts";
import { setSessionProof } from "../../db/queries/session.ts";
import { withSystem } from "../../db/system.ts";
import { milepostError } from "../core/errors.ts";
import { tooMany } from "./attempts.ts";
import { hasTwoStep } from "./complete_sign_in.ts";
import { hashToken, newToken, type Session } from "./sessions.ts";
import { checkPassword } from "./sign_in.ts";
import { requireCode, type TwoStepEnvironment } from "./two_step.ts";

/** What someone can prove it with on the confirmation page itself; signing in again works for everyone. */
export type ConfirmationWay = "password" | "totp";

/** Whoever has two-step sign-in on gives a code: a password may be what a thief of the session knows, too. */
export async function findConfirmationWay(
  { database }: TwoStepEnvironment,
  { user }: Session,
): Promise<ConfirmationWay | null> {
  return await withSystem(database, async (db) => {
    if (await hasTwoStep(db, user.id)) return "totp";
    return (await findUserByEmail(db, user.email))?.passwordHash ? "password" : null;
  }, { readOnly: true });
}

/**
 * Notes in the session of `token` that its person has just proved who they are, and gives the secret that replaces `token`. Throws
 * `InvalidInput` for the field `password` or `code`, `TooManyAttempts`, or `NotSignedIn` where the session ended meanwhile.
 */
export async function confirmSession(
  environment: TwoStepEnvironment,
  session: Session,
  { token, password, code, address }: { token: string; password: string; code: string; address: string },
): Promise<string> {
  const { id: userId, email } = session.user;
  const way = await findConfirmationWay(environment, session);
  if (way === null) throw milepostError("NotSignedIn");
  let hash: string | null = null;
  if (way === "totp") await requireCode(environment, { userId, email, code, address });
  else hash = await requirePassword(environment, { email, password, address });
  const renewed = newToken();
  const now = environment.clock.now();
  const kept = await withSystem(environment.database, async (db) => {
    // A password that was changed meanwhile proves nothing.
    if (hash !== null && !await lockUserPassword(db, userId, hash)) return false;
    return await setSessionProof(db, hashToken(token), { tokenHash: hashToken(renewed), method: way, now });
  });
  if (!kept) throw milepostError("NotSignedIn");
  return renewed;
}

/** Gives the hash that the password matches. */
async function requirePassword(
  environment: TwoStepEnvironment,
  { email, password, address }: { email: string; password: string; address: string },
): Promise<string> {
  if (password === "") throw wrongPassword("Type your password.");
  const checked = await checkPassword(environment, { email, password, address });
  if (checked.outcome === "throttled") throw tooMany(checked.until, environment.clock.now());
  if (checked.outcome === "refused") throw wrongPassword("This is not your password. Type it again.");
  return checked.hash;
}

/** Without the value: a password is never written back or logged. */
function wrongPassword(rule: string): Error {
  return milepostError("InvalidInput", { message: rule, fields: [{ field: "password", rule }] });
}
