/** Requests for an access token: what RFC 6749 asks of a client, and the errors it gives a name. */
import { Buffer } from "node:buffer";
import type { Environment } from "../core/command.ts";
import { issueAccessToken } from "./access_token.ts";
import { authenticateClient, type ClientCredentials } from "./api_clients.ts";
import { tokenSeconds } from "./key_schedule.ts";

/** A refusal by RFC 6749, section 5.2; the description is for whoever builds the client. */
export class TokenRefusal extends Error {
  constructor(
    readonly code: "invalid_request" | "invalid_client" | "unsupported_grant_type" | "invalid_scope",
    description: string,
  ) {
    super(description);
  }
}

export interface TokenRequest {
  /** The Authorization header. */
  authorization: string | null;
  /** The form in the body. */
  parameters: URLSearchParams;
}

/** A successful answer (RFC 6749, section 5.1). */
export interface TokenAnswer {
  access_token: string;
  token_type: "Bearer";
  /** Seconds. */
  expires_in: number;
  /** Capabilities, with spaces between them. */
  scope: string;
}

/** Gives a client its token. Throws `TokenRefusal`. */
export async function answerTokenRequest(
  environment: Pick<Environment, "database" | "clock" | "secrets">,
  issuer: string,
  { authorization, parameters }: TokenRequest,
): Promise<TokenAnswer> {
  const repeated = [...parameters.keys()].find((name) => parameters.getAll(name).length > 1);
  if (repeated !== undefined) throw new TokenRefusal("invalid_request", "A parameter was sent twice.");
  const grant = parameters.get("grant_type");
  if (!grant) throw new TokenRefusal("invalid_request", "Send grant_type=client_credentials.");
  const client = await authenticateClient(environment, readCredentials(authorization, parameters));
  if (!client) throw unknownClient();
  if (grant !== "client_credentials") {
    throw new TokenRefusal("unsupported_grant_type", "The one grant_type here is client_credentials.");
  }
  const scope = readScope(parameters.get("scope"), client.capabilities);
  const token = await issueAccessToken(environment, issuer, client, scope);
  return { access_token: token, token_type: "Bearer", expires_in: tokenSeconds, scope };
}

function unknownClient(): TokenRefusal {
  return new TokenRefusal("invalid_client", "The client id and the secret do not match. Check both.");
}

/** From the header (client_secret_basic) or the body (client_secret_post), never from both. */
function readCredentials(authorization: string | null, parameters: URLSearchParams): ClientCredentials {
  const [clientId, secret] = [parameters.get("client_id"), parameters.get("client_secret")];
  if (authorization === null) {
    if (clientId && secret) return { clientId, secret };
    throw new TokenRefusal(
      "invalid_client",
      "Send the client id and its secret as Authorization: Basic, or as client_id and client_secret.",
    );
  }
  if (secret !== null) {
    throw new TokenRefusal("invalid_request", "Send the secret in the header or in the body, not in both.");
  }
  const [, encoded] = /^Basic +([\w+/]+={0,2})$/i.exec(authorization) ?? [];
  const [, user, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? "", "base64").toString()) ?? [];
  if (user === undefined) throw unknownClient();
  const credentials = { clientId: decodeForm(user), secret: decodeForm(password) };
  if (clientId !== null && clientId !== credentials.clientId) {
    throw new TokenRefusal("invalid_request", "The client_id in the body is another one than in the header.");
  }
  return credentials;
}

/** Both halves of the header are form-encoded first (RFC 6749, section 2.3.1). */
function decodeForm(text: string): string {
  return new URLSearchParams(`value=${text.replaceAll("&", "%26")}`).get("value")!;
}

/** What was asked for, or all that the client may do. */
function readScope(asked: string | null, allowed: readonly string[]): string {
  const wanted = (asked ?? "").split(" ").filter((name) => name !== "");
  if (wanted.length === 0) return allowed.join(" ");
  if (wanted.every((name) => allowed.includes(name))) return [...new Set(wanted)].join(" ");
  throw new TokenRefusal("invalid_scope", `This client may have: ${allowed.join(" ")}.`);
}
