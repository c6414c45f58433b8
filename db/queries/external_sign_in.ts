/** Sign-ins that have left for an identity provider and not come back: each is taken once. */
import type { SystemDb } from "../system.ts";

export interface ExternalSignIn {
  tenantId: string;
  /** Of the provider that the browser was sent to. */
  issuer: string;
  /** The page to go to afterwards. */
  next: string;
}

interface Keys {
  stateHash: Uint8Array;
  browserHash: Uint8Array;
}

export async function insertExternalSignIn(
  db: SystemDb,
  begun: ExternalSignIn & Keys & { expiresAt: Temporal.Instant },
): Promise<void> {
  await db.query.insertInto("external_sign_in").values({
    state_hash: begun.stateHash,
    browser_hash: begun.browserHash,
    tenant_id: begun.tenantId,
    issuer: begun.issuer,
    next: begun.next,
    expires_at: begun.expiresAt,
  }).execute();
}

/** The sign-in of this state, if this browser began it for this tenant and it is not over; it is gone afterwards. */
export async function takeExternalSignIn(
  db: SystemDb,
  tenantId: string,
  { stateHash, browserHash }: Keys,
  now: Temporal.Instant,
): Promise<ExternalSignIn | undefined> {
  return await db.query.deleteFrom("external_sign_in")
    .where("state_hash", "=", stateHash).where("browser_hash", "=", browserHash)
    .where("tenant_id", "=", tenantId).where("expires_at", ">", now)
    .returning(["tenant_id as tenantId", "issuer", "next"]).executeTakeFirst();
}

export async function deleteOldExternalSignIns(db: SystemDb, now: Temporal.Instant): Promise<void> {
  await db.query.deleteFrom("external_sign_in").where("expires_at", "<=", now).execute();
}
