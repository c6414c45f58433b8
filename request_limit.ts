/** Which limit a request counts for: its tenant's, its key's, or, before anybody is signed in, that of its address. */
import type { State } from "./define.ts";
import { actorKey } from "./lib/core/actor.ts";
import type { Config } from "./lib/core/config.ts";
import { milepostError } from "./lib/core/errors.ts";
import type { Decision, Limit } from "./lib/core/rate_limit.ts";
import { isProbe } from "./probes.ts";

/** From one address in a minute, to what customers open by a link; whoever reads invoices sends fewer. */
const linkRequests = 120;

/** Counts a request of a person. Programs are counted where they are known (`limitCaller`); who watches a process never is. */
export async function limitRequest(state: State, method: string, path: string): Promise<void> {
  if (isProbe(path) || path.startsWith("/api/")) return;
  const { session, config, reach } = state;
  if (path.startsWith("/pay/")) {
    const quota = { requests: linkRequests, seconds: 60 };
    return await take(state, { name: "invoice-link", subject: `invoice-link/${reach.address}`, quota });
  }
  if (session?.tenant) return await take(state, tenantLimit(config, session.tenant.id));
  // whoever changes something without being signed in is signing in, asks for a token, or resets a password
  if (session || method === "GET" || method === "HEAD") return await take(state, addressLimit(state));
  const quota = { requests: config.signInRequests, seconds: 60 };
  await take(state, { name: "sign-in", subject: `sign-in/${reach.address}`, quota });
}

/** Counts a request of the API: for the tenant, and for the key, so that one program leaves room for others. */
export async function limitCaller(state: State): Promise<void> {
  const { caller, config } = state;
  if (!caller) return await take(state, addressLimit(state));
  await take(state, tenantLimit(config, caller.tenantId));
  if (caller.actor.kind === "user") return;
  const quota = { requests: config.apiKeyRequests, seconds: 1 };
  await take(state, { name: "api-key", subject: `key/${actorKey(caller.actor)}`, quota });
}

function addressLimit({ config, reach }: State): Limit {
  const quota = { requests: config.tenantRequests, seconds: 1 };
  return { name: "address", subject: `address/${reach.address}`, quota };
}

function tenantLimit({ tenantRequests }: Config, tenantId: string): Limit {
  return { name: "tenant", subject: `tenant/${tenantId}`, quota: { requests: tenantRequests, seconds: 1 } };
}

async function take(state: State, limit: Limit): Promise<void> {
  state.rate = await state.environment.rateLimit?.take(limit) ?? null;
  if (state.rate?.allowed === false) {
    throw milepostError("TooManyRequests", { retryAfterSeconds: state.rate.retryAfterSeconds });
  }
}

/** The header fields of draft-ietf-httpapi-ratelimit-headers-10: the policy, what is left of it, and when it is whole again. */
export function rateLimitHeaders({ limit, remaining, resetSeconds }: Decision): Record<string, string> {
  const { requests, seconds } = limit.quota;
  return {
    "ratelimit-policy": `"${limit.name}";q=${requests};w=${seconds}`,
    "ratelimit": `"${limit.name}";r=${remaining};t=${resetSeconds}`,
  };
}
