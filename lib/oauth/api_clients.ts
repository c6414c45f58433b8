/** Clients of the API (RFC 6749, client credentials): made by an admin, narrowed or widened, and ended at once. */
import { timingSafeEqual } from "node:crypto";
import {
  type ApiClient,
  findApiClient,
  insertApiClient,
  listApiClients,
  setApiClientCapabilities,
  setApiClientEnded,
  setApiClientUsed,
} from "../../db/queries/api_client.ts";
import { withTenant } from "../../db/tenant.ts";
import { keyCapabilities, readKeyCapabilities } from "../auth/api_keys.ts";
import { requireMayGive, rightsOf } from "../auth/policy.ts";
import { hashToken, newToken } from "../auth/sessions.ts";
import { type Actor, actorKey, type Capability } from "../core/actor.ts";
import { newId } from "../core/clock.ts";
import { defineCommand, type Environment, execute } from "../core/command.ts";
import { milepostError } from "../core/errors.ts";
import { readAll, readText } from "../core/input.ts";
import { clientIdOf, parseClientId } from "./client_id.ts";

export { listApiClients };

const secretPrefix = "mps_";

export interface ApiClientInput {
  name: string;
  capabilities: readonly string[];
}

/** Keeps a client whose secret the caller made; the secret is no part of what is stored or audited. */
const storeApiClient = defineCommand<
  ApiClientInput & { id: string; secretHash: Uint8Array; hint: string },
  { apiClientId: string }
>({
  name: "api_client.create",
  capability: "api_keys.manage",
  confirmed: true,
  subject: ({ id }) => ({ type: "api_client", id }),
  detail: ({ name, capabilities }) => ({ name, capabilities }),
  async run({ db, actor, now }, { id, name, capabilities, secretHash, hint }) {
    const values = readAll({
      name: () => readText("name", name, "Telematics import", 100),
      capabilities: () => readKeyCapabilities(capabilities),
    });
    requireMayGive(actor, rightsOf([], [{ capabilities: values.capabilities, limits: [] }]));
    await insertApiClient(db, { ...values, id, secretHash, hint, createdBy: actorKey(actor), now });
    return { apiClientId: id };
  },
});

/** Sets what a client may do; tokens it already holds are narrowed with it. */
export const setCapabilitiesOfApiClient = defineCommand<
  { apiClientId: string; capabilities: readonly string[] },
  { apiClientId: string }
>({
  name: "api_client.set_capabilities",
  capability: "api_keys.manage",
  confirmed: true,
  subject: ({ apiClientId }) => ({ type: "api_client", id: apiClientId }),
  async run({ db, actor }, { apiClientId, capabilities }) {
    const wanted = readKeyCapabilities(capabilities);
    requireMayGive(actor, rightsOf([], [{ capabilities: wanted, limits: [] }]));
    if (!await setApiClientCapabilities(db, apiClientId, wanted)) throw noSuchClient();
    return { apiClientId };
  },
});

/** Ends a client and its tokens at once and for good. */
export const endApiClient = defineCommand<{ apiClientId: string }, { apiClientId: string }>({
  name: "api_client.end",
  capability: "api_keys.manage",
  subject: ({ apiClientId }) => ({ type: "api_client", id: apiClientId }),
  async run({ db, now }, { apiClientId }) {
    if (!await setApiClientEnded(db, apiClientId, now)) throw noSuchClient();
    return { apiClientId };
  },
});

function noSuchClient(): Error {
  return milepostError("NotFound", { message: "There is no such client, or it was ended before." });
}

/** What the program needs to get tokens; nobody can read the secret again. */
export interface ClientCredentials {
  clientId: string;
  secret: string;
}

/** Makes a client. Throws `InvalidInput`, `NotPermitted`. */
export async function createApiClient(
  environment: Environment,
  asker: { tenantId: string; actor: Actor },
  input: ApiClientInput,
): Promise<ClientCredentials & { apiClientId: string }> {
  const secret = secretPrefix + newToken();
  const id = newId<"api client">(environment.clock);
  const stored = { ...input, id, secretHash: hashToken(secret), hint: secret.slice(-4) };
  const made = await execute(environment, storeApiClient, asker, stored);
  return { ...made, clientId: clientIdOf({ tenantId: asker.tenantId, id }), secret };
}

/** A client that proved who it is. */
export interface KnownClient {
  tenantId: string;
  clientId: string;
  capabilities: Capability[];
}

/** The client of these credentials, or null, which does not say what is wrong with them. Notes the use. */
export async function authenticateClient(
  { database, clock }: Pick<Environment, "database" | "clock">,
  { clientId, secret }: ClientCredentials,
): Promise<KnownClient | null> {
  const reference = parseClientId(clientId);
  if (!reference) return null;
  return await withTenant(database, reference.tenantId, async (db) => {
    const client = await findApiClient(db, reference.id);
    if (!client || !timingSafeEqual(client.secretHash, hashToken(secret))) return null;
    await setApiClientUsed(db, client.id, clock.now());
    return { tenantId: reference.tenantId, clientId, capabilities: capabilitiesOf(client) };
  });
}

/** The client of this id as the one who acts, with what it may do now; null for one that was ended. */
export async function loadClientActor(
  { database }: Pick<Environment, "database">,
  clientId: string,
): Promise<{ tenantId: string; actor: Actor } | null> {
  const reference = parseClientId(clientId);
  if (!reference) return null;
  const client = await withTenant(
    database,
    reference.tenantId,
    (db) => findApiClient(db, reference.id),
    { readOnly: true },
  );
  if (!client) return null;
  const capabilities = new Set(capabilitiesOf(client));
  const actor: Actor = { kind: "api_client", id: client.id, name: client.name, capabilities };
  return { tenantId: reference.tenantId, actor };
}

function capabilitiesOf(client: ApiClient): Capability[] {
  return keyCapabilities.filter((name) => client.capabilities.includes(name));
}
