/** Who is who at an identity provider: issuer and subject name one person for good, whatever their e-mail address becomes. */
import type { TenantDb } from "../tenant.ts";

export interface ExternalIdentity {
  issuer: string;
  subject: string;
}

/** The person behind an identity. */
export async function findUserOfIdentity(
  db: TenantDb,
  { issuer, subject }: ExternalIdentity,
): Promise<string | undefined> {
  const row = await db.query.selectFrom("external_identity").select("user_id")
    .where("tenant_id", "=", db.tenantId).where("issuer", "=", issuer).where("subject", "=", subject)
    .executeTakeFirst();
  return row?.user_id;
}

/** Whether a person is known at this issuer by any subject. */
export async function hasIdentityAt(db: TenantDb, issuer: string, userId: string): Promise<boolean> {
  const row = await db.query.selectFrom("external_identity").select("subject")
    .where("tenant_id", "=", db.tenantId).where("issuer", "=", issuer).where("user_id", "=", userId)
    .limit(1).executeTakeFirst();
  return row !== undefined;
}

export async function insertExternalIdentity(
  db: TenantDb,
  { issuer, subject, userId, now }: ExternalIdentity & { userId: string; now: Temporal.Instant },
): Promise<void> {
  await db.query.insertInto("external_identity")
    .values({ tenant_id: db.tenantId, issuer, subject, user_id: userId, created_at: now }).execute();
}
