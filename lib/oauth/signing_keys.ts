/** The keys that sign access tokens: made when they are due, their private halves sealed, their public halves for everyone. */
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from "jose";
import {
  deleteSigningKeys,
  findSigningKey,
  insertSigningKey,
  listSigningKeys,
  lockSigningKeys,
  readSealedSigningKey,
  type SigningKeyRow,
} from "../../db/queries/signing_key.ts";
import { type SystemDb, withSystem } from "../../db/system.ts";
import { newId } from "../core/clock.ts";
import type { Environment } from "../core/command.ts";
import { isId } from "../core/ids.ts";
import type { SecretContext } from "../core/secrets.ts";
import { dueTerm, isOver, signingAt } from "./key_schedule.ts";

/** ECDSA on P-256 with SHA-256 (RFC 7518, section 3.4): every client library has it, and its keys are small. */
const algorithm = "ES256";

type KeyEnvironment = Pick<Environment, "database" | "clock" | "secrets">;

const contextOf = (id: string): SecretContext => ({ tenantId: null, record: `signing_key:${id}` });

/** Makes the key that is due and removes those that are over; gives all that are left. */
export async function rotateSigningKeys(db: SystemDb, environment: KeyEnvironment): Promise<SigningKeyRow[]> {
  const now = environment.clock.now();
  const isSettled = (keys: SigningKeyRow[]) =>
    dueTerm(keys, now) === null && !keys.some((key) => isOver(key, now));
  const found = await listSigningKeys(db);
  if (isSettled(found)) return found;
  await lockSigningKeys(db);
  const keys = await listSigningKeys(db);
  const over = keys.filter((key) => isOver(key, now)).map(({ id }) => id);
  if (over.length > 0) await deleteSigningKeys(db, over);
  const term = dueTerm(keys, now);
  if (term) await insertSigningKey(db, { ...await makeKey(environment), ...term, now });
  return await listSigningKeys(db);
}

async function makeKey({ secrets, clock }: KeyEnvironment) {
  const id = newId<"signing key">(clock);
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const plain = new TextEncoder().encode(JSON.stringify(await exportJWK(privateKey)));
  const privateJwkSealed = await secrets.seal(contextOf(id), plain);
  return { id, algorithm, publicJwk: await exportJWK(publicKey), privateJwkSealed };
}

/** A key in the form in which it signs or verifies, with the one algorithm it is for. */
export interface UsableKey {
  id: string;
  algorithm: string;
  key: CryptoKey | Uint8Array;
}

/** The key that signs now, made if there is none. */
export async function loadSigningKey(environment: KeyEnvironment): Promise<UsableKey> {
  const found = await withSystem(environment.database, async (db) => {
    const key = signingAt(await rotateSigningKeys(db, environment), environment.clock.now());
    if (!key) throw new Error("No key signs now, though one was made for now.");
    return { ...key, sealed: await readSealedSigningKey(db, key.id) };
  });
  const plain = await environment.secrets.open(contextOf(found.id), found.sealed);
  const jwk: JWK = JSON.parse(new TextDecoder().decode(plain));
  plain.fill(0);
  return { id: found.id, algorithm: found.algorithm, key: await importJWK(jwk, found.algorithm) };
}

/** The published key of this id; nothing for one that is unknown or over. */
export async function loadPublishedKey(
  { database, clock }: Pick<Environment, "database" | "clock">,
  id: string,
): Promise<UsableKey | undefined> {
  if (!isId(id)) return undefined;
  const row = await withSystem(database, (db) => findSigningKey(db, id), { readOnly: true });
  if (!row || isOver(row, clock.now())) return undefined;
  return { id, algorithm: row.algorithm, key: await importJWK(row.publicJwk as JWK, row.algorithm) };
}

/** The public halves as a JWK set (RFC 7517), the next key among them before it signs. */
export async function publishedKeys(environment: KeyEnvironment): Promise<{ keys: JWK[] }> {
  const keys = await withSystem(environment.database, (db) => rotateSigningKeys(db, environment));
  return {
    keys: keys.map(({ id, algorithm, publicJwk }) => ({
      ...publicJwk as JWK,
      kid: id,
      alg: algorithm,
      use: "sig",
    })),
  };
}
