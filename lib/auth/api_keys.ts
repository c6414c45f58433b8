/**
 * Keys of programs: `mp_` and 64 characters, of which 22 name the tenant and the rest are 256 random bits. The database
 * keeps the SHA-256 of the secret; the secret itself is shown once, to whoever made it.
 */
import { Buffer } from "node:buffer";
import type { Database } from "../../db/database.ts";
import {
  findApiKey,
  insertApiKey,
  listApiKeys,
  lockApiKey,
  setApiKeyExpiry,
  setApiKeyRevoked,
  setApiKeyUsed,
} from "../../db/queries/api_key.ts";
import { withTenant } from "../../db/tenant.ts";
import { type Actor, actorKey, type Capability } from "../core/actor.ts";
import type { Clock } from "../core/clock.ts";
import { defineCommand, type Environment, execute } from "../core/command.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { readAll, readDate, readText } from "../core/input.ts";
import { requireMayGive, rightsOf } from "./policy.ts";
import { hashToken, newToken } from "./sessions.ts";

export { listApiKeys };

/** What a key may be given, and no more: a program never approves or sets people up. */
export const keyCapabilities = ["read", "usage.import"] as const satisfies readonly Capability[];

/** The same in words, for forms and for the description of the API. */
export const capabilityLabels: Record<typeof keyCapabilities[number], string> = {
  "read": "Read, and preview prices",
  "usage.import": "Send usage",
};

/** The last use is written at most this often, so that a busy program seldom writes. */
const usedAgainMinutes = 1;
const prefix = "mp_";

export interface ApiKeyInput {
  name: string;
  capabilities: readonly string[];
  /** Last day (UTC) on which the key works, YYYY-MM-DD; empty for a key without an end. */
  lastDay?: string;
}

/** What of a secret is kept: enough to find it and to tell it apart, and not to make it. */
interface StoredSecret {
  secretHash: Uint8Array;
  hint: string;
}

/** The capabilities of a program, each once. Throws `InvalidInput` for none and for one that no program gets. */
export function readKeyCapabilities(wanted: readonly string[]): string[] {
  const unknown = wanted.find((capability) => !(keyCapabilities as readonly string[]).includes(capability));
  if (unknown !== undefined || wanted.length === 0) {
    refuseField("capabilities", unknown ?? "none", `Choose one or more of ${keyCapabilities.join(", ")}.`);
  }
  return [...new Set(wanted)];
}

/** The end (exclusive) of a key whose last day is this one, or null without one. Throws `InvalidInput` for a day before today. */
function readEnd(field: string, lastDay: string | undefined, now: Temporal.Instant): Temporal.Instant | null {
  if (lastDay === undefined || lastDay.trim() === "") return null;
  const day = readDate(field, lastDay);
  const today = now.toZonedDateTimeISO("UTC").toPlainDate();
  if (Temporal.PlainDate.compare(day, today) < 0) {
    refuseField(field, lastDay, "Use today or a later day.", today.add({ years: 1 }).toString());
  }
  return day.add({ days: 1 }).toZonedDateTime("UTC").toInstant();
}

/** Keeps a key whose secret the caller made; the secret is no part of what is stored or audited. */
const storeApiKey = defineCommand<ApiKeyInput & StoredSecret, { apiKeyId: string }>({
  name: "api_key.create",
  capability: "api_keys.manage",
  confirmed: true,
  subject: (_input, { apiKeyId }) => ({ type: "api_key", id: apiKeyId }),
  detail: ({ name, capabilities, lastDay }) => ({ name, capabilities, lastDay: lastDay || null }),
  async run({ db, actor, now }, { name, capabilities, lastDay, secretHash, hint }) {
    const values = readAll({
      name: () => readText("name", name, "Telematics import", 100),
      capabilities: () => readKeyCapabilities(capabilities),
      expiresAt: () => readEnd("last_day", lastDay, now),
    });
    requireMayGive(actor, rightsOf([], [{ capabilities: values.capabilities, limits: [] }]));
    const stored = { ...values, secretHash, hint, createdBy: actorKey(actor), now };
    return { apiKeyId: await insertApiKey(db, stored) };
  },
});

/** Ends a key at once and for good. */
export const revokeApiKey = defineCommand<{ apiKeyId: string }, { apiKeyId: string }>({
  name: "api_key.revoke",
  capability: "api_keys.manage",
  subject: ({ apiKeyId }) => ({ type: "api_key", id: apiKeyId }),
  async run({ db, now }, { apiKeyId }) {
    if (!await setApiKeyRevoked(db, apiKeyId, now)) throw noSuchKey();
    return { apiKeyId };
  },
});

export interface SuccessorInput {
  apiKeyId: string;
  /** Last day (UTC) on which the old key works, YYYY-MM-DD. */
  oldLastDay: string;
}

/** For how long, in days, an old key may go on beside its successor. */
const longestOverlapDays = 90;

/** Keeps a key that may do the same as another, and gives that one an end: until then both work. */
const storeSuccessor = defineCommand<SuccessorInput & StoredSecret, { apiKeyId: string }>({
  name: "api_key.succeed",
  capability: "api_keys.manage",
  confirmed: true,
  subject: (_input, { apiKeyId }) => ({ type: "api_key", id: apiKeyId }),
  detail: ({ apiKeyId, oldLastDay }) => ({ replaces: apiKeyId, oldLastDay }),
  async run({ db, actor, now }, { apiKeyId: replacesId, oldLastDay, secretHash, hint }) {
    const old = await lockApiKey(db, replacesId);
    if (!old || hasEnded(old.expiresAt, now)) throw noSuchKey();
    requireMayGive(actor, rightsOf([], [{ capabilities: old.capabilities, limits: [] }]));
    const end = readEnd("old_last_day", oldLastDay, now);
    const latest = now.add({ hours: 24 * (longestOverlapDays + 1) });
    if (end === null || Temporal.Instant.compare(end, latest) > 0) {
      const example = now.add({ hours: 24 * 7 }).toString().slice(0, 10);
      refuseField("old_last_day", oldLastDay, `Use a day within ${longestOverlapDays} days.`, example);
    }
    if (!old.expiresAt || Temporal.Instant.compare(end, old.expiresAt) < 0) {
      await setApiKeyExpiry(db, old.id, end);
    }
    const { name, capabilities } = old;
    const successor = { name, capabilities, secretHash, hint, createdBy: actorKey(actor), now, replacesId };
    return { apiKeyId: await insertApiKey(db, { ...successor, expiresAt: null }) };
  },
});

function noSuchKey(): Error {
  return milepostError("NotFound", { message: "There is no such key, or it has ended." });
}

function newSecret(tenantId: string): { secret: string; stored: StoredSecret } {
  const secret = prefix + Buffer.from(tenantId.replaceAll("-", ""), "hex").toString("base64url") +
    newToken().slice(0, 43);
  return { secret, stored: { secretHash: hashToken(secret), hint: secret.slice(-4) } };
}

/** Makes a key and gives its secret, which nobody can read again. Throws `InvalidInput`, `NotPermitted`. */
export async function createApiKey(
  environment: Environment,
  asker: { tenantId: string; actor: Actor },
  input: ApiKeyInput,
): Promise<{ apiKeyId: string; secret: string }> {
  const { secret, stored } = newSecret(asker.tenantId);
  return { ...await execute(environment, storeApiKey, asker, { ...input, ...stored }), secret };
}

/** Makes the successor of a key and gives its secret. Throws `NotFound` for a key that has ended, `InvalidInput`, `NotPermitted`. */
export async function succeedApiKey(
  environment: Environment,
  asker: { tenantId: string; actor: Actor },
  input: SuccessorInput,
): Promise<{ apiKeyId: string; secret: string }> {
  const { secret, stored } = newSecret(asker.tenantId);
  return { ...await execute(environment, storeSuccessor, asker, { ...input, ...stored }), secret };
}

/** The beginning and the end of a secret, by which people tell keys apart: "mp_AZqG1rkW…3fQa". */
export function shownSecret(tenantId: string, hint: string): string {
  const tenant = Buffer.from(tenantId.replaceAll("-", ""), "hex").toString("base64url");
  return `${prefix}${tenant.slice(0, 8)}…${hint}`;
}

/** Whether a key with this end no longer works. */
export function hasEnded(expiresAt: Temporal.Instant | null, now: Temporal.Instant): boolean {
  return expiresAt !== null && Temporal.Instant.compare(now, expiresAt) >= 0;
}

/** Who a program is: the tenant of its key, and an actor with what the key may do. */
export interface KeyHolder {
  tenantId: string;
  actor: Actor;
}

/** The holder of a secret, or null if it is no key of anybody or was revoked. Throws `NotSignedIn` for one whose term is over. */
export async function loadKeyHolder(
  environment: { readonly database: Database; readonly clock: Clock },
  secret: string,
): Promise<KeyHolder | null> {
  const tenantId = tenantOf(secret);
  if (tenantId === null) return null;
  return await withTenant(environment.database, tenantId, async (db) => {
    const key = await findApiKey(db, hashToken(secret));
    if (!key) return null;
    const now = environment.clock.now();
    if (hasEnded(key.expiresAt, now)) {
      const lastDay = key.expiresAt!.subtract({ seconds: 1 }).toString().slice(0, 10);
      throw milepostError("NotSignedIn", {
        message: `This key expired: its last day was ${lastDay}. Ask an admin of your company for a new one.`,
      });
    }
    const again = key.lastUsedAt?.add({ minutes: usedAgainMinutes });
    if (!again || Temporal.Instant.compare(now, again) >= 0) await setApiKeyUsed(db, key.id, now);
    const capabilities = new Set(keyCapabilities.filter((name) => key.capabilities.includes(name)));
    return { tenantId, actor: { kind: "api_key", id: key.id, name: key.name, capabilities } };
  });
}

function tenantOf(secret: string): string | null {
  if (!/^mp_[\w-]{65}$/.test(secret)) return null;
  const hex = Buffer.from(secret.slice(prefix.length, prefix.length + 22), "base64url").toString("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
