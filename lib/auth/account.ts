/** What people change about themselves: the name that others see, and the password. */
import { requireConfirmation } from "../core/confirmation.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { refuseCardNumber } from "../core/input.ts";
import { setSessionsOfUserEnded } from "../../db/queries/session.ts";
import { deleteSignInStepsOfUser } from "../../db/queries/sign_in_step.ts";
import { setSignInLinksOfUserUsed } from "../../db/queries/sign_in_link.ts";
import { lockUserPassword, setUserName, setUserPassword } from "../../db/queries/user.ts";
import { withSystem } from "../../db/system.ts";
import { noteAccountChange } from "./account_change.ts";
import { tooMany } from "./attempts.ts";
import { hasTwoStep } from "./complete_sign_in.ts";
import { hashPassword } from "./password.ts";
import { passwordProblem } from "./password_rules.ts";
import { type AuthenticationMethod, openSession, type Session, type SessionEnvironment } from "./sessions.ts";
import { checkPassword } from "./sign_in.ts";
import type { TwoStepEnvironment } from "./two_step.ts";

const longestName = 100;

/** Changes the name that stands beside what the person did from now on. Throws `InvalidInput`. */
export async function rename(environment: SessionEnvironment, session: Session, name: string): Promise<void> {
  const trimmed = name.trim().replace(/\s+/g, " ");
  if (trimmed === "" || [...trimmed].length > longestName) {
    refuseField("name", name, `Use a name of 1 to ${longestName} characters.`, "Amira Haddad");
  }
  refuseCardNumber("name", trimmed);
  await withSystem(environment.database, (db) => setUserName(db, session.user.id, trimmed));
}

/**
 * Sets a new password for someone who knows the old one, ends all their sessions and links, and gives the secret of a new session.
 * That one is confirmed, so with two-step sign-in on the old password is not enough: the session was confirmed before. Throws
 * `InvalidInput` with the field that is wrong, `TooManyAttempts`, or `ConfirmationNeeded`.
 */
export async function changePassword(
  environment: TwoStepEnvironment,
  session: Session,
  input: { current: string; password: string; address: string; userAgent: string },
): Promise<string> {
  const { id, email } = session.user;
  const { current, address } = input;
  const isTwoStep = await withSystem(environment.database, (db) => hasTwoStep(db, id), { readOnly: true });
  if (isTwoStep) requireConfirmation(session.actor, environment.clock.now());
  const checked = await checkPassword(environment, { email, password: current, address });
  if (checked.outcome === "throttled") throw tooMany(checked.until, environment.clock.now());
  if (checked.outcome === "refused") {
    throw wrong("current", "This is not your present password. Type it again.");
  }
  const rule = passwordProblem(input.password, session.user);
  if (rule) throw wrong("password", rule);
  const renewed = await hashPassword(input.password);
  const now = environment.clock.now();
  return await withSystem(environment.database, async (db) => {
    if (!await lockUserPassword(db, id, checked.hash)) throw milepostError("Conflict");
    await setUserPassword(db, id, renewed);
    await noteAccountChange(environment, db, id, "set_password");
    await setSignInLinksOfUserUsed(db, id, now);
    await deleteSignInStepsOfUser(db, id);
    await setSessionsOfUserEnded(db, id, now);
    const methods = [...new Set<AuthenticationMethod>([...session.methods, "password"])];
    return await openSession(db, id, input.userAgent, now, methods);
  });
}

/** Without the value: a password is never written back or logged. */
function wrong(field: string, rule: string): Error {
  return milepostError("InvalidInput", { message: rule, fields: [{ field, rule }] });
}
