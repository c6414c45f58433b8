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
  setApiKeyRevoked,
  setApiKeyUsed,
} from "../../db/queries/api_key.ts";
import { withTenant } from "../../db/tenant.ts";
import { type Actor, actorKey, type Capability } from "../core/actor.ts";
import type { Clock } from "../core/clock.ts";
import { defineCommand, type Environment, execute } from "../core/command.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { readText } from "../core/input.ts";
import { hashToken, newToken } from "./sessions.ts";

export { listApiKeys };

/** What a key may be given, and no more: a program never approves or sets people up. */
export const keyCapabilities = ["read", "usage.import"] as const satisfies readonly Capability[];
/** The last use is written at most this often, so that a busy program seldom writes. */
const usedAgainMinutes = 1;
const prefix = "mp_";

export interface ApiKeyInput {
  name: string;
  capabilities: readonly string[];
}

/** Keeps a key whose secret the caller made; the secret is no part of what is stored or audited. */
const storeApiKey = defineCommand<
  ApiKeyInput & { secretHash: Uint8Array; hint: string },
  { apiKeyId: string }
>({
  name: "api_key.create",
  capability: "api_keys.manage",
  subject: (_input, { apiKeyId }) => ({ type: "api_key", id: apiKeyId }),
  detail: ({ name, capabilities }) => ({ name, capabilities }),
  async run({ db, actor, now }, { name, capabilities, secretHash, hint }) {
    const wanted = [...new Set(capabilities)];
    const unknown = wanted.find((capability) => !(keyCapabilities as readonly string[]).includes(capability));
    if (unknown !== undefined || wanted.length === 0) {
      refuseField("capabilities", unknown ?? "none", `Choose one or more of ${keyCapabilities.join(", ")}.`);
    }
    const apiKeyId = await insertApiKey(db, {
      name: readText("name", name, "Telematics import", 100),
      secretHash,
      hint,
      capabilities: wanted,
      createdBy: actorKey(actor),
      now,
    });
    return { apiKeyId };
  },
});

/** Ends a key at once and for good. */
export const revokeApiKey = defineCommand<{ apiKeyId: string }, { apiKeyId: string }>({
  name: "api_key.revoke",
  capability: "api_keys.manage",
  subject: ({ apiKeyId }) => ({ type: "api_key", id: apiKeyId }),
  async run({ db, now }, { apiKeyId }) {
    if (!await setApiKeyRevoked(db, apiKeyId, now)) {
      throw milepostError("NotFound", { message: "There is no such key, or it was revoked before." });
    }
    return { apiKeyId };
  },
});

/** Makes a key and gives its secret, which nobody can read again. Throws `InvalidInput`, `NotPermitted`. */
export async function createApiKey(
  environment: Environment,
  asker: { tenantId: string; actor: Actor },
  input: ApiKeyInput,
): Promise<{ apiKeyId: string; secret: string }> {
  const secret = prefix + Buffer.from(asker.tenantId.replaceAll("-", ""), "hex").toString("base64url") +
    newToken().slice(0, 43);
  const stored = { ...input, secretHash: hashToken(secret), hint: secret.slice(-4) };
  return { ...await execute(environment, storeApiKey, asker, stored), secret };
}

/** Who a program is: the tenant of its key, and an actor with what the key may do. */
export interface KeyHolder {
  tenantId: string;
  actor: Actor;
}

/** The holder of a secret, or null if it is no key of anybody or was revoked. */
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
