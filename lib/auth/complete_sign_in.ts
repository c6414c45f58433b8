/**
 * From a proof of who someone is to a session. Who has two-step sign-in on needs two different proofs, of password, mailed link and code, or
 * a passkey, which is two in itself. After the first one the browser holds the secret of a step: that is no session and opens no page.
 */
import { insertSignInAttempt } from "../../db/queries/sign_in_attempt.ts";
import {
  findSignInStep,
  insertSignInStep,
  type SignInStep,
  takeSignInStep,
} from "../../db/queries/sign_in_step.ts";
import { findTotpFactor } from "../../db/queries/totp_factor.ts";
import type { AttemptKind } from "../../db/schema.ts";
import { type SystemDb, withSystem } from "../../db/system.ts";
import { tryOf } from "./attempts.ts";
import { milepostError } from "../core/errors.ts";
import { hashToken, newToken, openSession, type SessionEnvironment } from "./sessions.ts";

export type { SignInStep };

/** How someone proved who they are; a recovery code stands for a code of the app. */
export type SignInMethod = "password" | "link" | "totp" | "passkey";

/** What a browser brings along when it proves something. */
export interface Visit {
  /** Network address. */
  address: string;
  userAgent: string;
  /** The secret of a first step that was done on this browser. */
  step?: string | null;
}

/** The secret of a session, or of a step where a second one is needed. */
export type SignedIn = { outcome: "signed_in"; token: string } | { outcome: "second_step"; token: string };

/** How long someone may take from the first step to the second. */
export const stepMinutes = 15;

const attemptKinds: Record<SignInMethod, AttemptKind> = {
  password: "password",
  totp: "code",
  link: "link",
  passkey: "passkey",
};

/** Opens a session for a person who has proved who they are by `method`, or begins the second step, in the caller's transaction. Throws `NotSignedIn` for a code alone. */
export async function completeSignIn(
  db: SystemDb,
  person: { userId: string; email: string },
  method: SignInMethod,
  visit: Visit,
  now: Temporal.Instant,
): Promise<SignedIn> {
  const former = visit.step ? await takeSignInStep(db, hashToken(visit.step), now) : undefined;
  const methods = new Set<SignInMethod>([
    ...(former?.userId === person.userId ? [former.method] : []),
    method,
  ]);
  // A code is only ever the second proof; the first one was used up meanwhile, or is too old.
  if (method === "totp" && methods.size === 1) throw milepostError("NotSignedIn");
  const isFirst = methods.size === 1 && (method === "password" || method === "link");
  if (isFirst && await hasTwoStep(db, person.userId)) {
    const token = newToken();
    const expiresAt = now.add({ minutes: stepMinutes });
    await insertSignInStep(db, { tokenHash: hashToken(token), userId: person.userId, method, expiresAt });
    return { outcome: "second_step", token };
  }
  const kind = attemptKinds[method];
  await insertSignInAttempt(db, { ...tryOf(person.email, visit.address), kind, succeeded: true, now });
  const token = await openSession(db, person.userId, visit.userAgent, now, [...methods]);
  return { outcome: "signed_in", token };
}

/** Whether the person has two-step sign-in on. */
export async function hasTwoStep(db: SystemDb, userId: string): Promise<boolean> {
  const factor = await findTotpFactor(db, userId);
  return factor !== undefined && factor.confirmedAt !== null;
}

/** Who has done the first step on a browser, from the secret that it holds; null once that is over. */
export async function loadStep(
  environment: SessionEnvironment,
  token: string | null,
): Promise<SignInStep | null> {
  if (token === null) return null;
  const now = environment.clock.now();
  return await withSystem(environment.database, (db) => findSignInStep(db, hashToken(token), now)) ?? null;
}
