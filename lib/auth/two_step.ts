/**
 * Sign-in in two steps: after the password, or a mailed link, a code of an authenticator app (TOTP, RFC 6238: SHA-1, 6 digits, 30 seconds,
 * as every app has it) or a recovery code. A code works once, and guesses at it are counted.
 */
import { recordFailedSignIn } from "./account_trail.ts";
import { Buffer } from "node:buffer";
import { Secret, TOTP } from "otpauth";
import {
  countRecoveryCodes,
  replaceRecoveryCodes,
  setRecoveryCodeUsed,
} from "../../db/queries/recovery_code.ts";
import { deleteSignInStepsOfUser } from "../../db/queries/sign_in_step.ts";
import {
  deleteTotpFactor,
  findTotpFactor,
  insertTotpFactor,
  setTotpConfirmed,
  setTotpStepUsed,
} from "../../db/queries/totp_factor.ts";
import { type SystemDb, withSystem } from "../../db/system.ts";
import type { Environment } from "../core/command.ts";
import { milepostError } from "../core/errors.ts";
import { countTry, forgetTries, tooMany, tryOf } from "./attempts.ts";
import { noteAccountChange } from "./account_change.ts";
import { completeSignIn, loadStep, type SignedIn, type Visit } from "./complete_sign_in.ts";
import { hashToken, newToken } from "./sessions.ts";

export type TwoStepEnvironment = Pick<Environment, "database" | "clock" | "secrets">;

const seedBytes = 20;
const periodSeconds = 30;
/** A code of the period before or after is right too: clocks differ, and typing takes time. */
const tolerance = 1;
const codeCount = 10;

export interface Account {
  userId: string;
  email: string;
}

export type TwoStepState =
  | { state: "off" }
  /** Waits for the first code; `seed` in base32, and as the address that apps read from a picture. */
  | { state: "pending"; seed: string; uri: string }
  | { state: "on"; since: Temporal.Instant; codesLeft: number };

export async function readTwoStep(environment: TwoStepEnvironment, account: Account): Promise<TwoStepState> {
  const { userId } = account;
  const found = await withSystem(environment.database, async (db) => ({
    factor: await findTotpFactor(db, userId),
    codesLeft: await countRecoveryCodes(db, userId),
  }), { readOnly: true });
  const { factor, codesLeft } = found;
  if (!factor) return { state: "off" };
  if (factor.confirmedAt) return { state: "on", since: factor.confirmedAt, codesLeft };
  const totp = totpOf(account, await openSeed(environment, userId, factor.seedSealed));
  return { state: "pending", seed: totp.secret.base32, uri: totp.toString() };
}

/** Makes a seed, which counts for nothing until `confirmTwoStep`. Where two-step sign-in is on already, nothing changes. */
export async function beginTwoStep(environment: TwoStepEnvironment, { userId }: Account): Promise<void> {
  const seed = Buffer.from(newToken(), "base64url").subarray(0, seedBytes);
  const seedSealed = await environment.secrets.seal(contextOf(userId), seed);
  const now = environment.clock.now();
  await withSystem(environment.database, (db) => insertTotpFactor(db, { userId, seedSealed, now }));
}

/**
 * Turns two-step sign-in on with the first code of the app, and gives ten recovery codes that nobody can read again. Throws `InvalidInput`,
 * `TooManyAttempts`, or `Conflict` where it is on already.
 */
export async function confirmTwoStep(
  environment: TwoStepEnvironment,
  account: Account,
  { code, address }: { code: string; address: string },
): Promise<string[]> {
  await requireCode(environment, { ...account, code, address });
  const now = environment.clock.now();
  return await withSystem(environment.database, async (db) => {
    if (!await setTotpConfirmed(db, account.userId, now)) throw milepostError("Conflict");
    await noteAccountChange(environment, db, account.userId, "two_step_on");
    return await makeRecoveryCodes(db, account.userId);
  });
}

/** Puts ten new recovery codes in place of the ones there were. Throws `Conflict` where two-step sign-in is off. */
export async function renewRecoveryCodes(
  environment: TwoStepEnvironment,
  { userId }: Account,
): Promise<string[]> {
  return await withSystem(environment.database, async (db) => {
    if (!(await findTotpFactor(db, userId))?.confirmedAt) throw milepostError("Conflict");
    await noteAccountChange(environment, db, userId, "new_recovery_codes");
    return await makeRecoveryCodes(db, userId);
  });
}

export async function turnTwoStepOff(environment: TwoStepEnvironment, { userId }: Account): Promise<void> {
  await withSystem(environment.database, async (db) => {
    if (!await deleteTotpFactor(db, userId)) return;
    await noteAccountChange(environment, db, userId, "two_step_off");
    await replaceRecoveryCodes(db, userId, []);
    await deleteSignInStepsOfUser(db, userId);
  });
}

/** Signs someone in who has done the first step, by a code. Throws `NotSignedIn` once that is over, `InvalidInput`, `TooManyAttempts`. */
export async function signInByCode(
  environment: TwoStepEnvironment,
  code: string,
  visit: Visit,
): Promise<SignedIn> {
  const step = await loadStep(environment, visit.step ?? null);
  if (!step) throw milepostError("NotSignedIn");
  await requireCode(environment, { ...step, code, address: visit.address });
  const now = environment.clock.now();
  return await withSystem(environment.database, (db) => completeSignIn(db, step, "totp", visit, now));
}

/** Takes a code of the app or a recovery code, once. Throws `InvalidInput` for `code`, or `TooManyAttempts`. */
export async function requireCode(
  environment: TwoStepEnvironment,
  { userId, email, code, address }: Account & { code: string; address: string },
): Promise<void> {
  const { database, clock } = environment;
  const now = clock.now();
  const typed = code.toLowerCase().replace(/[^a-z0-9]/g, "");
  if (typed === "") throw wrongCode("Type the code.");
  const attempt = tryOf(email, address);
  const { until, factor } = await withSystem(database, async (db) => ({
    until: await countTry(db, "code", attempt, now),
    factor: await findTotpFactor(db, userId),
  }));
  if (until) throw tooMany(until, now);
  const step = factor && /^\d{6}$/.test(typed)
    ? findStep(await openSeed(environment, userId, factor.seedSealed), typed, now)
    : null;
  const isRight = await withSystem(database, async (db) => {
    const taken = step !== null
      ? await setTotpStepUsed(db, userId, step)
      : await setRecoveryCodeUsed(db, userId, hashCode(userId, typed), now);
    if (taken) await forgetTries(db, "code", attempt);
    else await recordFailedSignIn(db, userId, "code");
    return taken;
  });
  if (!isRight) {
    throw wrongCode("This code is wrong or was used. Wait for the next one in your app and type that.");
  }
}

/** Without the value: a code is never written back or logged. */
function wrongCode(rule: string): Error {
  return milepostError("InvalidInput", { message: rule, fields: [{ field: "code", rule }] });
}

/** The time step whose code this is, or null. */
function findStep(seed: Uint8Array, code: string, now: Temporal.Instant): bigint | null {
  const timestamp = now.epochMilliseconds;
  const delta = TOTP.validate({ token: code, secret: secretOf(seed), timestamp, window: tolerance });
  return delta === null ? null : BigInt(Math.floor(timestamp / 1000 / periodSeconds) + delta);
}

function totpOf({ email }: Account, seed: Uint8Array): TOTP {
  return new TOTP({ issuer: "Milepost", label: email, secret: secretOf(seed) });
}

function secretOf(seed: Uint8Array): Secret {
  return new Secret({ buffer: new Uint8Array(seed).buffer });
}

async function openSeed(
  environment: TwoStepEnvironment,
  userId: string,
  sealed: Uint8Array,
): Promise<Uint8Array> {
  return await environment.secrets.open(contextOf(userId), sealed);
}

function contextOf(userId: string) {
  return { tenantId: null, record: `totp_factor:${userId}` };
}

async function makeRecoveryCodes(db: SystemDb, userId: string): Promise<string[]> {
  const codes = Array.from({ length: codeCount }, newRecoveryCode);
  await replaceRecoveryCodes(db, userId, codes.map((code) => hashCode(userId, code.replaceAll("-", ""))));
  return codes;
}

/** Digits and small letters without those that look alike. */
const letters = "0123456789abcdefghjkmnpqrstvwxyz";

/** 130 random bits in groups of four: nobody guesses them, so a plain hash is enough (OWASP ASVS 5.0, 6.5.2 and 11.5.1). */
function newRecoveryCode(): string {
  const bytes = Buffer.from(newToken(), "base64url").subarray(0, 26);
  const text = [...bytes].map((byte) => letters[byte & 31]).join("");
  return text.match(/.{1,4}/g)!.join("-");
}

function hashCode(userId: string, code: string): Uint8Array {
  return hashToken(`recovery ${userId} ${code}`);
}
