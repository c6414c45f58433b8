/** The keys that sign access tokens: of the whole installation, the private halves sealed. */
import { sql } from "kysely";
import { jsonb } from "./json.ts";
import type { SystemDb } from "../system.ts";

export interface SigningKeyRow {
  id: string;
  /** As JWS names it: ES256. */
  algorithm: string;
  /** A JWK (RFC 7517). */
  publicJwk: unknown;
  signsFrom: Temporal.Instant;
  signsUntil: Temporal.Instant;
}

const columns = [
  "id",
  "algorithm",
  "public_jwk as publicJwk",
  "signs_from as signsFrom",
  "signs_until as signsUntil",
] as const;

/** Until the transaction ends, no other one makes or removes a key. */
export async function lockSigningKeys(db: SystemDb): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('signing_key', 0))`.execute(db.query);
}

/** All keys, the one that signs first at the beginning; there are two or three. */
export async function listSigningKeys(db: SystemDb): Promise<SigningKeyRow[]> {
  return await db.query.selectFrom("signing_key").select(columns).orderBy("signs_from").orderBy("id")
    .execute();
}

export async function findSigningKey(db: SystemDb, id: string): Promise<SigningKeyRow | undefined> {
  return await db.query.selectFrom("signing_key").select(columns).where("id", "=", id).executeTakeFirst();
}

/** The private half, sealed. */
export async function readSealedSigningKey(db: SystemDb, id: string): Promise<Uint8Array> {
  const row = await db.query.selectFrom("signing_key").select("private_jwk_sealed").where("id", "=", id)
    .executeTakeFirstOrThrow();
  return row.private_jwk_sealed;
}

export async function insertSigningKey(
  db: SystemDb,
  key: SigningKeyRow & { privateJwkSealed: Uint8Array; now: Temporal.Instant },
): Promise<void> {
  await db.query.insertInto("signing_key").values({
    id: key.id,
    algorithm: key.algorithm,
    public_jwk: jsonb(key.publicJwk),
    private_jwk_sealed: key.privateJwkSealed,
    created_at: key.now,
    signs_from: key.signsFrom,
    signs_until: key.signsUntil,
  }).execute();
}

export async function deleteSigningKeys(db: SystemDb, ids: readonly string[]): Promise<void> {
  await db.query.deleteFrom("signing_key").where("id", "in", [...ids]).execute();
}
