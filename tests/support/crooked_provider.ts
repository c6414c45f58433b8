/** An identity provider of a test's own, over HTTP on this machine: speaks OpenID Connect, and lies where it is told to. */
import { createHash } from "node:crypto";
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from "jose";

/** What it says of a person, and how it signs that. */
export interface Vouching {
  claims?: JWTPayload;
  header?: Partial<JWTHeaderParameters>;
  /** Signs with this instead of its own key: another private key, a secret for HMAC, or nothing at all. */
  key?: CryptoKey | Uint8Array | "none";
  /** Says this instead of a token of its own. */
  token?: string;
}

export interface CrookedProvider {
  /** `http://127.0.0.1:<port>` */
  issuer: string;
  /** Overrides what its configuration says. */
  metadata: Record<string, unknown>;
  /** Its public key, as somebody might use it for HMAC. */
  publicJwk: string;
  /** As if a person had signed in at the page that a browser was sent to; gives the code that goes back. */
  vouch(page: URL, subject: string, vouching?: Vouching): string;
  /** What it got at its token endpoint, oldest first. */
  readonly asked: URLSearchParams[];
  stop(): Promise<void>;
}

export async function startCrookedProvider(): Promise<CrookedProvider> {
  const { publicKey, privateKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk = { ...await exportJWK(publicKey), kid: "one", use: "sig", alg: "RS256" };
  const codes = new Map<string, { page: URL; subject: string; vouching: Vouching }>();
  const asked: URLSearchParams[] = [];
  const metadata: Record<string, unknown> = {};

  async function idToken({ page, subject, vouching }: { page: URL; subject: string; vouching: Vouching }) {
    if (vouching.token !== undefined) return vouching.token;
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: issuer,
      sub: subject,
      aud: page.searchParams.get("client_id")!,
      nonce: page.searchParams.get("nonce")!,
      iat: now,
      exp: now + 300,
      ...vouching.claims,
    };
    const header = { alg: "RS256", kid: "one", ...vouching.header };
    if (vouching.key !== "none") {
      return await new SignJWT(claims).setProtectedHeader(header).sign(vouching.key ?? privateKey);
    }
    const encode = (value: unknown) =>
      new TextEncoder().encode(JSON.stringify(value)).toBase64({
        alphabet: "base64url",
        omitPadding: true,
      });
    return `${encode({ ...header, alg: "none" })}.${encode(claims)}.`;
  }

  async function giveToken(request: Request): Promise<Response> {
    const form = new URLSearchParams(await request.text());
    asked.push(form);
    const granted = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    const challenge = createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url");
    if (!granted || granted.page.searchParams.get("code_challenge") !== challenge) {
      return Response.json({ error: "invalid_grant" }, { status: 400 });
    }
    return Response.json({ access_token: "x", token_type: "Bearer", id_token: await idToken(granted) });
  }

  async function answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/.well-known/openid-configuration") {
      return Response.json({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        response_types_supported: ["code"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["RS256"],
        authorization_response_iss_parameter_supported: true,
        ...metadata,
      });
    }
    if (pathname === "/jwks") return Response.json({ keys: [jwk] });
    if (pathname === "/token" && request.method === "POST") return await giveToken(request);
    return new Response(null, { status: 404 });
  }

  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, answer);
  const issuer: string = `http://127.0.0.1:${server.addr.port}`;
  return {
    issuer,
    metadata,
    asked,
    publicJwk: JSON.stringify(jwk),
    vouch(page, subject, vouching = {}) {
      const code = crypto.randomUUID();
      codes.set(code, { page, subject, vouching });
      return code;
    },
    stop: () => server.shutdown(),
  };
}
