/**
 * Sessions: a browser holds 256 random bits, the database their SHA-256. A session ends when its person signs out,
 * stays away too long, changes the password, or when it is too old.
 */
import { recordSessionsEnded, recordSignIn } from "./account_trail.ts";
import { createHash, randomBytes } from "node:crypto";
import type { Actor } from "../core/actor.ts";
import type { Clock } from "../core/clock.ts";
import { milepostError } from "../core/errors.ts";
import type { Database } from "../../db/database.ts";
import { listMembershipsOfUser, type Membership } from "../../db/queries/membership.ts";
import {
  findLatestTenantOfUser,
  findSession,
  findSessionOwner,
  insertSession,
  isSessionOpen,
  type SessionRow,
  setSessionEnded,
  setSessionSeen,
  setSessionTenant,
} from "../../db/queries/session.ts";
import { type SystemDb, withSystem } from "../../db/system.ts";
import { rightsOf } from "./policy.ts";

/** Away for longer than this, and the person signs in again. Said on the sign-in page. */
export const idleHours = 8;
/** However busy, after this the person signs in again. */
export const longestDays = 30;
/** A session's last use is written at most this often, so that reading a page seldom writes. */
const seenAgainMinutes = 1;
const longestUserAgent = 400;

/** How a person can prove who they are. */
export type AuthenticationMethod = "password" | "passkey" | "totp" | "link" | "oidc";

/** Who is signed in, where, and what they may do there. */
export interface Session {
  id: string;
  user: { id: string; email: string; name: string };
  /** The active tenant; null for someone who belongs to none or has not chosen. */
  tenant: { id: string; name: string } | null;
  memberships: readonly Membership[];
  /** A tenant's own provider vouched for the person: nothing outside of that tenant can be seen or changed. */
  isOfOneTenant: boolean;
  /** Holds the capabilities of the person's roles in the active tenant, and when they last proved who they are. */
  actor: Actor;
  /** By what they proved it. */
  methods: readonly AuthenticationMethod[];
}

/** What signing in needs of the process. */
export interface SessionEnvironment {
  readonly database: Database;
  readonly clock: Clock;
}

/** A new secret of 256 bits, in 43 characters that are safe in a URL and a cookie. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** What is stored and looked up. A plain hash is enough: nobody guesses 256 random bits. */
export function hashToken(token: string): Uint8Array {
  return createHash("sha256").update(token).digest();
}

/**
 * Opens a session for someone who has just proved who they are, in the caller's transaction, and gives its secret. It is good in one
 * tenant alone where only that one took the proof.
 */
export async function openSession(
  db: SystemDb,
  userId: string,
  userAgent: string,
  now: Temporal.Instant,
  methods: readonly AuthenticationMethod[],
  onlyTenantId: string | null = null,
): Promise<string> {
  const token = newToken();
  await insertSession(db, {
    tokenHash: hashToken(token),
    userId,
    tenantId: onlyTenantId ?? await firstTenant(db, userId),
    onlyTenantId,
    now,
    expiresAt: now.add({ hours: 24 * longestDays }),
    userAgent: userAgent.slice(0, longestUserAgent),
    methods,
  });
  await recordSignIn(db, userId, methods);
  return token;
}

/** Where the person was last, or the first of their tenants by name. */
async function firstTenant(db: SystemDb, userId: string): Promise<string | null> {
  const memberships = await listMembershipsOfUser(db, userId);
  const latest = await findLatestTenantOfUser(db, userId);
  const found = memberships.find(({ tenantId }) => tenantId === latest) ?? memberships[0];
  return found?.tenantId ?? null;
}

/** The session of a secret, or null if there is none, it was ended, or it is too old. `address` is where the request came from. */
export async function loadSession(
  environment: SessionEnvironment,
  token: string,
  address?: string,
): Promise<Session | null> {
  const now = environment.clock.now();
  const tokenHash = hashToken(token);
  return await withSystem(environment.database, async (db) => {
    const row = await findSession(db, tokenHash);
    if (!row || !isAlive(row, now)) return null;
    const isNew = row.address === "" && address !== undefined;
    if (isNew || Temporal.Instant.compare(now, row.lastSeenAt.add({ minutes: seenAgainMinutes })) >= 0) {
      await setSessionSeen(db, tokenHash, now, address ?? row.address);
    }
    return describe(row, await listMembershipsOfUser(db, row.userId));
  });
}

function isAlive(row: SessionRow, now: Temporal.Instant): boolean {
  return Temporal.Instant.compare(now, row.expiresAt) < 0 &&
    Temporal.Instant.compare(now, row.lastSeenAt.add({ hours: idleHours })) < 0;
}

function describe(row: SessionRow, all: readonly Membership[]): Session {
  const { onlyTenantId } = row;
  const memberships = onlyTenantId === null ? all : all.filter(({ tenantId }) => tenantId === onlyTenantId);
  const active = memberships.find(({ tenantId }) => tenantId === row.tenantId);
  return {
    id: row.id,
    user: { id: row.userId, email: row.email, name: row.name },
    tenant: active ? { id: active.tenantId, name: active.tenantName } : null,
    memberships,
    isOfOneTenant: onlyTenantId !== null,
    actor: {
      kind: "user",
      id: row.userId,
      name: row.name,
      authenticatedAt: row.authenticatedAt,
      ...rightsOf(active?.roles ?? [], active?.customRoles),
    },
    // The table refuses any other word.
    methods: row.methods as AuthenticationMethod[],
  };
}

/** Whether the session with this id was not ended meanwhile. */
export async function isStillOpen(environment: SessionEnvironment, sessionId: string): Promise<boolean> {
  return await withSystem(environment.database, (db) => isSessionOpen(db, sessionId), { readOnly: true });
}

/** Whose session a secret was and in which tenant, also once it is over; null for an unknown secret. */
export async function findFormerSession(
  environment: SessionEnvironment,
  token: string,
): Promise<{ userId: string; tenantId: string | null } | null> {
  return await withSystem(environment.database, (db) => findSessionOwner(db, hashToken(token)), {
    readOnly: true,
  }) ?? null;
}

/** Ends the session of a secret; one that is over or unknown is fine. */
export async function signOut(environment: SessionEnvironment, token: string): Promise<void> {
  await withSystem(environment.database, async (db) => {
    const userId = await setSessionEnded(db, hashToken(token), environment.clock.now());
    if (userId) await recordSessionsEnded(db, userId, 1);
  });
}

/** Makes a tenant the active one of a session and gives its new secret: other rights, other secret. Throws `NotFound` if the person does not belong to it. */
export async function switchTenant(
  environment: SessionEnvironment,
  token: string,
  tenantId: string,
): Promise<string> {
  const renewed = newToken();
  const switched = await withSystem(
    environment.database,
    (db) => setSessionTenant(db, hashToken(token), { tokenHash: hashToken(renewed), tenantId }),
  );
  if (!switched) {
    throw milepostError("NotFound", {
      message: "You do not belong to this tenant. Choose one from the list.",
    });
  }
  return renewed;
}
