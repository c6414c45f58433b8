/** Access tokens: JWTs by the profile of RFC 9068, good for minutes, checked against the client as it is now. */
import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from "jose";
import type { Actor } from "../core/actor.ts";
import { newId } from "../core/clock.ts";
import type { Environment } from "../core/command.ts";
import { type KnownClient, loadClientActor } from "./api_clients.ts";
import { tokenSeconds } from "./key_schedule.ts";
import { loadPublishedKey, loadSigningKey } from "./signing_keys.ts";

/** The media type without `application/`, which parts access tokens from all other JWTs. */
const type = "at+jwt";

/** Whom tokens are for: the API of this installation. */
export function audienceOf(issuer: string): string {
  return `${issuer}/api/v1`;
}

/** A signed token for a client, with these scopes (capabilities, with spaces between them). */
export async function issueAccessToken(
  environment: Pick<Environment, "database" | "clock" | "secrets">,
  issuer: string,
  { tenantId, clientId }: KnownClient,
  scope: string,
): Promise<string> {
  const { id, algorithm, key } = await loadSigningKey(environment);
  const issuedAt = Math.floor(environment.clock.now().epochMilliseconds / 1000);
  return await new SignJWT({ client_id: clientId, tenant: tenantId, scope })
    .setProtectedHeader({ alg: algorithm, kid: id, typ: type })
    .setIssuer(issuer).setSubject(clientId).setAudience(audienceOf(issuer))
    .setIssuedAt(issuedAt).setExpirationTime(issuedAt + tokenSeconds)
    .setJti(newId<"access token">(environment.clock))
    .sign(key);
}

export type TokenOutcome =
  | { outcome: "valid"; tenantId: string; actor: Actor }
  /** Signed by us, and its time is over: worth saying, since asking again helps. */
  | { outcome: "expired" }
  | { outcome: "refused" };

/** Whether a text is a JWT by its form; whether it is a good one, `checkAccessToken` says. */
export function looksLikeToken(text: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text);
}

/** The client of a token, with what both the token and the client as it is now allow. */
export async function checkAccessToken(
  environment: Pick<Environment, "database" | "clock">,
  issuer: string,
  token: string,
): Promise<TokenOutcome> {
  const key = await loadPublishedKey(environment, keyIdOf(token));
  if (!key) return { outcome: "refused" };
  try {
    const { payload } = await jwtVerify(token, key.key, {
      // Pinned by the key, never taken from the token.
      algorithms: [key.algorithm],
      typ: type,
      issuer,
      audience: audienceOf(issuer),
      requiredClaims: ["sub", "iat", "exp", "jti", "client_id", "tenant", "scope"],
      currentDate: new Date(environment.clock.now().epochMilliseconds),
    });
    const { client_id, tenant, scope } = payload;
    const client = typeof client_id === "string" ? await loadClientActor(environment, client_id) : null;
    if (!client || client.tenantId !== tenant || typeof scope !== "string") return { outcome: "refused" };
    const granted = scope.split(" ");
    const capabilities = new Set([...client.actor.capabilities].filter((name) => granted.includes(name)));
    return { outcome: "valid", tenantId: client.tenantId, actor: { ...client.actor, capabilities } };
  } catch (error) {
    if (error instanceof errors.JWTExpired) return { outcome: "expired" };
    if (error instanceof errors.JOSEError) return { outcome: "refused" };
    throw error;
  }
}

/** The key that a token says it was signed with; an empty text if it says none. */
function keyIdOf(token: string): string {
  try {
    return String(decodeProtectedHeader(token).kid ?? "");
  } catch (error) {
    if (error instanceof TypeError) return "";
    throw error;
  }
}
