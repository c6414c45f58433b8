/** Sessions: who is signed in on which browser, found by the hash of the secret that the browser holds. */
import { sql } from "kysely";
import type { SystemDb } from "../system.ts";

export interface SessionRow {
  id: string;
  userId: string;
  email: string;
  name: string;
  tenantId: string | null;
  lastSeenAt: Temporal.Instant;
  expiresAt: Temporal.Instant;
  authenticatedAt: Temporal.Instant;
  methods: string[];
  /** The one tenant in which the session is good, if not in all of its person's. */
  onlyTenantId: string | null;
  address: string;
}

export async function insertSession(
  db: SystemDb,
  session: {
    tokenHash: Uint8Array;
    userId: string;
    tenantId: string | null;
    now: Temporal.Instant;
    expiresAt: Temporal.Instant;
    userAgent: string;
    methods: readonly string[];
    onlyTenantId: string | null;
  },
): Promise<void> {
  await db.query.insertInto("session").values({
    token_hash: session.tokenHash,
    user_id: session.userId,
    tenant_id: session.tenantId,
    created_at: session.now,
    last_seen_at: session.now,
    expires_at: session.expiresAt,
    user_agent: session.userAgent,
    authenticated_at: session.now,
    methods: [...session.methods],
    only_tenant_id: session.onlyTenantId,
  }).execute();
}

/** The session of this secret with its person, unless it was ended. Whether it is too old is for the caller. */
export async function findSession(db: SystemDb, tokenHash: Uint8Array): Promise<SessionRow | undefined> {
  return await db.query.selectFrom("session").innerJoin("user", "user.id", "session.user_id")
    .where("session.token_hash", "=", tokenHash).where("session.ended_at", "is", null)
    .select([
      "session.id",
      "user.id as userId",
      "user.email",
      "user.name",
      "session.tenant_id as tenantId",
      "session.last_seen_at as lastSeenAt",
      "session.expires_at as expiresAt",
      "session.authenticated_at as authenticatedAt",
      "session.methods",
      "session.only_tenant_id as onlyTenantId",
      "session.address",
    ]).executeTakeFirst();
}

/** Notes when a session was used last, and from which address. */
export async function setSessionSeen(
  db: SystemDb,
  tokenHash: Uint8Array,
  now: Temporal.Instant,
  address: string,
): Promise<void> {
  await db.query.updateTable("session").set({ last_seen_at: now, address })
    .where("token_hash", "=", tokenHash).execute();
}

/** A session as its person sees it. */
export interface OpenSession {
  id: string;
  userAgent: string;
  /** Network address of its last use; empty where it is not known. */
  address: string;
  createdAt: Temporal.Instant;
  lastSeenAt: Temporal.Instant;
  methods: string[];
}

/** The open sessions of a person that were used since `seenSince`, the one used last first. */
export async function findOpenSessions(
  db: SystemDb,
  userId: string,
  { now, seenSince }: { now: Temporal.Instant; seenSince: Temporal.Instant },
): Promise<OpenSession[]> {
  return await db.query.selectFrom("session").where("user_id", "=", userId).where("ended_at", "is", null)
    .where("expires_at", ">", now).where("last_seen_at", ">", seenSince)
    .select([
      "id",
      "user_agent as userAgent",
      "address",
      "created_at as createdAt",
      "last_seen_at as lastSeenAt",
      "methods",
    ]).orderBy("last_seen_at", "desc").orderBy("id").execute();
}

/** Whether a session was not ended since; its age is looked at with each request. */
export async function isSessionOpen(db: SystemDb, id: string): Promise<boolean> {
  const row = await db.query.selectFrom("session").select("id").where("id", "=", id)
    .where("ended_at", "is", null).executeTakeFirst();
  return row !== undefined;
}

/** Ends a session of this person; says whether it was theirs and open. */
export async function setOpenSessionEnded(
  db: SystemDb,
  userId: string,
  id: string,
  now: Temporal.Instant,
): Promise<boolean> {
  const updated = await db.query.updateTable("session").set({ ended_at: now }).where("id", "=", id)
    .where("user_id", "=", userId).where("ended_at", "is", null).executeTakeFirst();
  return updated.numUpdatedRows > 0n;
}

/** Ends every session of this person but one; says how many. */
export async function setOtherSessionsEnded(
  db: SystemDb,
  userId: string,
  keptId: string,
  now: Temporal.Instant,
): Promise<number> {
  const updated = await db.query.updateTable("session").set({ ended_at: now }).where("user_id", "=", userId)
    .where("id", "<>", keptId).where("ended_at", "is", null).executeTakeFirst();
  return Number(updated.numUpdatedRows);
}

/** Makes a tenant the active one under a new secret, if the session's person belongs to it; says whether they do. */
export async function setSessionTenant(
  db: SystemDb,
  tokenHash: Uint8Array,
  change: { tokenHash: Uint8Array; tenantId: string },
): Promise<boolean> {
  const { tenantId } = change;
  const updated = await db.query.updateTable("session")
    .set({ tenant_id: tenantId, token_hash: change.tokenHash })
    .where("token_hash", "=", tokenHash).where("ended_at", "is", null)
    .where((where) => where.or([where("only_tenant_id", "is", null), where("only_tenant_id", "=", tenantId)]))
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom("membership").select("membership.user_id").where("membership.tenant_id", "=", tenantId)
          .whereRef("membership.user_id", "=", "session.user_id"),
      )
    ).executeTakeFirst();
  return updated.numUpdatedRows > 0n;
}

/** Notes under a new secret that the session's person has proved who they are; says whether the session was still there. */
export async function setSessionProof(
  db: SystemDb,
  tokenHash: Uint8Array,
  proof: { tokenHash: Uint8Array; method: string; now: Temporal.Instant },
): Promise<boolean> {
  const { method } = proof;
  const updated = await db.query.updateTable("session").set({
    token_hash: proof.tokenHash,
    authenticated_at: proof.now,
    methods: sql`case when ${method} = any(methods) then methods else methods || ${method}::text end`,
  }).where("token_hash", "=", tokenHash).where("ended_at", "is", null).executeTakeFirst();
  return updated.numUpdatedRows > 0n;
}

/** Whose session this was, and where, over or not. */
export async function findSessionOwner(
  db: SystemDb,
  tokenHash: Uint8Array,
): Promise<{ userId: string; tenantId: string | null } | undefined> {
  return await db.query.selectFrom("session").where("token_hash", "=", tokenHash)
    .select(["user_id as userId", "tenant_id as tenantId"]).executeTakeFirst();
}

/** Ends a session, and gives whose it was unless it had ended before. */
export async function setSessionEnded(
  db: SystemDb,
  tokenHash: Uint8Array,
  now: Temporal.Instant,
): Promise<string | undefined> {
  const row = await db.query.updateTable("session").set({ ended_at: now })
    .where("token_hash", "=", tokenHash).where("ended_at", "is", null).returning("user_id")
    .executeTakeFirst();
  return row?.user_id;
}

/** Signs a person out everywhere, as when the password changes. */
export async function setSessionsOfUserEnded(
  db: SystemDb,
  userId: string,
  now: Temporal.Instant,
): Promise<void> {
  await db.query.updateTable("session").set({ ended_at: now }).where("user_id", "=", userId)
    .where("ended_at", "is", null).execute();
}

/** Ends what a person has open in one tenant, as when they leave it. */
export async function setSessionsInTenantEnded(
  db: SystemDb,
  userId: string,
  tenantId: string,
  now: Temporal.Instant,
): Promise<void> {
  await db.query.updateTable("session").set({ ended_at: now }).where("user_id", "=", userId)
    .where("tenant_id", "=", tenantId).where("ended_at", "is", null).execute();
}

/** When each person was last at work in a tenant, by their id. */
export async function listLastSeen(db: SystemDb, tenantId: string): Promise<Map<string, Temporal.Instant>> {
  const rows = await db.query.selectFrom("session").where("tenant_id", "=", tenantId).groupBy("user_id")
    .select((eb) => ["user_id", eb.fn.max("last_seen_at").as("lastSeenAt")]).execute();
  return new Map(rows.map(({ user_id, lastSeenAt }) => [user_id, lastSeenAt]));
}

/** The tenant that the person's latest session was in. */
export async function findLatestTenantOfUser(db: SystemDb, userId: string): Promise<string | null> {
  const row = await db.query.selectFrom("session").select("tenant_id").where("user_id", "=", userId)
    .where("tenant_id", "is not", null).orderBy("last_seen_at", "desc").limit(1).executeTakeFirst();
  return row?.tenant_id ?? null;
}

/** Deletes the sessions that were over before this instant, by sign-out or by age. */
export async function deleteOldSessions(db: SystemDb, before: Temporal.Instant): Promise<void> {
  await db.query.deleteFrom("session")
    .where(({ eb, or }) => or([eb("ended_at", "<", before), eb("expires_at", "<", before)])).execute();
}
