/**
 * Passkeys (W3C Web Authentication, level 3): a device keeps a key for this site alone and signs a challenge with it, once its holder was
 * recognised. A challenge works once, on the browser that it was given to.
 */
import { Buffer } from "node:buffer";
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import {
  deletePasskey,
  findPasskey,
  findPasskeyHolder,
  insertPasskey,
  listPasskeys,
  type Passkey,
  setPasskeyName,
  setPasskeyUsed,
} from "../../db/queries/passkey.ts";
import { insertPasskeyChallenge, takePasskeyChallenge } from "../../db/queries/passkey_challenge.ts";
import { withSystem } from "../../db/system.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { refuseCardNumber } from "../core/input.ts";
import { isId } from "../core/ids.ts";
import { noteAccountChange } from "./account_change.ts";
import { completeSignIn, type SignedIn, type Visit } from "./complete_sign_in.ts";
import { hashToken, newToken, type SessionEnvironment } from "./sessions.ts";
import type { Account, TwoStepEnvironment } from "./two_step.ts";

export type { Passkey };

/** How long someone may take to touch the device. */
export const challengeMinutes = 5;
const longestName = 60;

/** The site that passkeys are for. */
export interface Site {
  origin: string;
  /** The name that a passkey is bound to: the host. */
  host: string;
}

/** The site of an origin, or null where browsers have no passkeys: without TLS, or at an address that is a number. */
export function siteOf(origin: string): Site | null {
  const { protocol, hostname } = new URL(origin);
  const isNumber = /^[\d.]+$/.test(hostname) || hostname.startsWith("[");
  return !isNumber && (protocol === "https:" || hostname === "localhost") ? { origin, host: hostname } : null;
}

/** What a browser gets: the options for its own `navigator.credentials`, and the secret of a cookie that binds the challenge to it. */
export interface Challenge {
  options: { challenge: string };
  token: string;
}

/** What came back: the secret of the cookie, and the credential as the browser wrote it, not yet looked at. */
export interface Answer {
  token: string | null;
  credential: string;
}

export async function challengeToSignIn(environment: SessionEnvironment, site: Site): Promise<Challenge> {
  const options = await generateAuthenticationOptions({ rpID: site.host, userVerification: "required" });
  return { options, token: await keepChallenge(environment, options.challenge, null) };
}

export async function challengeToAdd(
  environment: SessionEnvironment,
  site: Site,
  account: Account & { name: string },
): Promise<Challenge> {
  const known = await ownPasskeys(environment, account);
  const options = await generateRegistrationOptions({
    rpName: "Milepost",
    rpID: site.host,
    userID: handleOf(account.userId),
    userName: account.email,
    userDisplayName: account.name,
    excludeCredentials: known.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  });
  return { options, token: await keepChallenge(environment, options.challenge, account.userId) };
}

/** Signs in whoever the passkey belongs to. Throws `PasskeyRefused`, whatever was wrong with the answer. */
export async function signInByPasskey(
  environment: SessionEnvironment,
  site: Site,
  answer: Answer,
  visit: Visit,
): Promise<SignedIn> {
  const given = await useChallenge(environment, answer.token);
  const response = parseCredential<AuthenticationResponseJSON>(answer.credential);
  const { database, clock } = environment;
  const now = clock.now();
  const holder = given?.userId === null && response
    ? await withSystem(database, (db) => findPasskeyHolder(db, response.id), { readOnly: true })
    : undefined;
  if (!given || !response || !holder) throw milepostError("PasskeyRefused");
  const verified = await refusing(verifyAuthenticationResponse({
    response,
    expectedChallenge: given.challenge,
    expectedOrigin: site.origin,
    expectedRPID: site.host,
    requireUserVerification: true,
    credential: {
      id: response.id,
      publicKey: new Uint8Array(holder.publicKey),
      counter: Number(holder.signCount),
    },
  }));
  const isHolders =
    response.response.userHandle === Buffer.from(handleOf(holder.userId)).toString("base64url");
  if (!verified.verified || !isHolders) throw milepostError("PasskeyRefused");
  const count = BigInt(verified.authenticationInfo.newCounter);
  return await withSystem(database, async (db) => {
    if (!await setPasskeyUsed(db, holder, count, now)) throw milepostError("PasskeyRefused");
    return await completeSignIn(db, holder, "passkey", visit, now);
  });
}

/** Adds the passkey that a device has just made, under a name to be changed; gives its id. Throws `PasskeyRefused`. */
export async function addPasskey(
  environment: TwoStepEnvironment,
  site: Site,
  { userId }: Account,
  answer: Answer,
): Promise<string> {
  const given = await useChallenge(environment, answer.token);
  const response = parseCredential<RegistrationResponseJSON>(answer.credential);
  if (!response || given?.userId !== userId) throw milepostError("PasskeyRefused");
  const { verified, registrationInfo } = await refusing(verifyRegistrationResponse({
    response,
    expectedChallenge: given.challenge,
    expectedOrigin: site.origin,
    expectedRPID: site.host,
    requireUserVerification: true,
  }));
  if (!verified) throw milepostError("PasskeyRefused");
  const { credential } = registrationInfo;
  const passkeyId = await withSystem(environment.database, async (db) => {
    const { length } = await listPasskeys(db, userId);
    const id = await insertPasskey(db, {
      userId,
      credentialId: credential.id,
      publicKey: credential.publicKey,
      signCount: BigInt(credential.counter),
      transports: readTransports(response.response.transports),
      name: `Passkey ${length + 1}`,
      now: environment.clock.now(),
    });
    if (id !== undefined) await noteAccountChange(environment, db, userId, "passkey_added");
    return id;
  });
  if (passkeyId === undefined) throw milepostError("PasskeyRefused");
  return passkeyId;
}

/** Oldest first. */
export async function ownPasskeys(environment: SessionEnvironment, { userId }: Account): Promise<Passkey[]> {
  return await withSystem(environment.database, (db) => listPasskeys(db, userId), { readOnly: true });
}

/** One of the person's own. Throws `NotFound`. */
export async function ownPasskey(
  environment: SessionEnvironment,
  { userId }: Account,
  id: string,
): Promise<Passkey> {
  const found = isId(id)
    ? await withSystem(environment.database, (db) => findPasskey(db, userId, id), { readOnly: true })
    : undefined;
  if (!found) throw notFound();
  return found;
}

/** Throws `InvalidInput` for `name`, or `NotFound`. */
export async function renamePasskey(
  environment: SessionEnvironment,
  { userId }: Account,
  id: string,
  name: string,
): Promise<void> {
  const trimmed = name.trim().replace(/\s+/g, " ");
  if (trimmed === "" || [...trimmed].length > longestName) {
    refuseField("name", name, `Use a name of 1 to ${longestName} characters.`, "My laptop");
  }
  refuseCardNumber("name", trimmed);
  const isThere = isId(id) &&
    await withSystem(environment.database, (db) => setPasskeyName(db, userId, id, trimmed));
  if (!isThere) throw notFound();
}

/** Throws `NotFound`. */
export async function removePasskey(
  environment: TwoStepEnvironment,
  { userId }: Account,
  id: string,
): Promise<void> {
  const isRemoved = isId(id) && await withSystem(environment.database, async (db) => {
    if (!await deletePasskey(db, userId, id)) return false;
    await noteAccountChange(environment, db, userId, "passkey_removed");
    return true;
  });
  if (!isRemoved) throw notFound();
}

function notFound(): Error {
  return milepostError("NotFound", { message: "You have no such passkey, or it was removed before." });
}

async function keepChallenge(
  { database, clock }: SessionEnvironment,
  challenge: string,
  userId: string | null,
): Promise<string> {
  const token = newToken();
  const expiresAt = clock.now().add({ minutes: challengeMinutes });
  const tokenHash = hashToken(token);
  await withSystem(database, (db) => insertPasskeyChallenge(db, { tokenHash, challenge, userId, expiresAt }));
  return token;
}

async function useChallenge({ database, clock }: SessionEnvironment, token: string | null) {
  if (token === null) return undefined;
  const now = clock.now();
  return await withSystem(database, (db) => takePasskeyChallenge(db, hashToken(token), now));
}

/** What the browser wrote, as far as it is an object with an id; everything else about it is for the verification. */
function parseCredential<Response extends { id: string }>(text: string): Response | null {
  try {
    const parsed: unknown = JSON.parse(text);
    const isCredential = parsed !== null && typeof parsed === "object" && "id" in parsed &&
      typeof parsed.id === "string" && "response" in parsed && typeof parsed.response === "object";
    return isCredential ? parsed as Response : null;
  } catch {
    return null;
  }
}

/** Only a hint for the browser, so what is no plain word is left out. */
function readTransports(told: unknown): string[] {
  if (!Array.isArray(told)) return [];
  return told.filter((each) => typeof each === "string" && /^[a-z-]{1,20}$/.test(each)).slice(0, 10);
}

/** Whatever the verification has against an answer, the answer is refused. */
async function refusing<Verified>(verification: Promise<Verified>): Promise<Verified> {
  return await verification.catch((cause) => {
    throw milepostError("PasskeyRefused", { cause });
  });
}

/** What the device keeps beside the key and gives back at sign-in: the bytes of the person's id. */
function handleOf(userId: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(userId.replaceAll("-", ""), "hex"));
}
