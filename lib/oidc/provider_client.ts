/** Talks to an identity provider by OpenID Connect. Every call goes to an address that a tenant set, so through `fetchPublic`. */
import * as oidc from "openid-client";
import type { Environment } from "../core/command.ts";
import { fetchPublic, type OutgoingInit } from "../core/outgoing.ts";

/** What Milepost is at a provider. */
export interface ProviderAccount {
  issuer: string;
  clientId: string;
  clientSecret: string;
}

/** Where a sign-in goes back to, and the secrets that tie the way there to the way back. */
export interface SignInSecrets {
  state: string;
  nonce: string;
  codeVerifier: string;
}

/** What a provider vouches for. */
export interface VouchedPerson {
  issuer: string;
  subject: string;
  email: string | null;
  emailVerified: boolean;
  name: string | null;
}

/** The provider did not answer as OpenID Connect says, or somebody tampered with what it said. */
export class ProviderFault extends Error {
  /** The provider itself said no: the person cancelled, or may not use this. */
  readonly isRefusal: boolean;

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : "The provider did not answer.", { cause });
    this.isRefusal = cause instanceof oidc.AuthorizationResponseError;
  }
}

type Outgoing = Pick<Environment, "outgoing">;

/** Reads where the provider's doors are, and holds it to being who it says it is. Throws `ProviderFault`. */
export async function discover(
  { outgoing }: Outgoing,
  account: ProviderAccount,
): Promise<oidc.Configuration> {
  const call: oidc.CustomFetch = (url, { method, headers, body, signal, redirect }) =>
    fetchPublic(url, { ...outgoing, method, headers, body, signal, redirect } as OutgoingInit);
  const provider = await orFault(() =>
    oidc.discovery(new URL(account.issuer), account.clientId, undefined, authentication(account), {
      [oidc.customFetch]: call,
      // Checks the signature of every ID token; and `fetchPublic` alone says where http will do.
      execute: [oidc.enableNonRepudiationChecks, oidc.allowInsecureRequests],
    })
  );
  // the library takes an issuer with a slash at its end for the one without (OpenID Connect Discovery 1.0, section 4.3: exactly)
  if (provider.serverMetadata().issuer !== account.issuer) {
    throw new ProviderFault(new Error("The provider's description names another issuer."));
  }
  return provider;
}

/** In the header, as the standard has it where a provider says nothing; in the body for one that takes it there alone. */
function authentication({ clientSecret }: ProviderAccount): oidc.ClientAuth {
  return (server, client, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
    const inHeader = methods.includes("client_secret_basic");
    const way = inHeader ? oidc.ClientSecretBasic(clientSecret) : oidc.ClientSecretPost(clientSecret);
    return way(server, client, body, headers);
  };
}

/** The page of the provider to send a browser to: authorization code with PKCE (RFC 7636). Throws `ProviderFault`. */
export async function signInAddress(
  outgoing: Outgoing,
  account: ProviderAccount,
  redirectUri: string,
  { state, nonce, codeVerifier }: SignInSecrets,
): Promise<URL> {
  const provider = await discover(outgoing, account);
  const challenge = await oidc.calculatePKCECodeChallenge(codeVerifier);
  return await orFault(() =>
    oidc.buildAuthorizationUrl(provider, {
      redirect_uri: redirectUri,
      scope: "openid email profile",
      code_challenge: challenge,
      code_challenge_method: "S256",
      state,
      nonce,
    })
  );
}

/**
 * Takes the code of a browser that came back, and gives whom the ID token is about: its signature, issuer, audience, times and nonce
 * checked, the issuer in the address too where it stands there (RFC 9207). Throws `ProviderFault`.
 */
export async function readVouchedPerson(
  outgoing: Outgoing,
  account: ProviderAccount,
  cameBackTo: URL,
  { state, nonce, codeVerifier }: SignInSecrets,
): Promise<VouchedPerson> {
  const provider = await discover(outgoing, account);
  const claims = await orFault(async () => {
    const tokens = await oidc.authorizationCodeGrant(provider, cameBackTo, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: codeVerifier,
      idTokenExpected: true,
    });
    return tokens.claims()!;
  });
  return {
    issuer: claims.iss,
    subject: claims.sub,
    email: typeof claims.email === "string" ? claims.email.trim().toLowerCase() : null,
    emailVerified: claims.email_verified === true,
    name: typeof claims.name === "string" ? claims.name.trim().slice(0, 100) || null : null,
  };
}

/** Whatever goes wrong at the provider, or on the way to it, is a fault of the provider. */
async function orFault<Value>(work: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (cause) {
    throw new ProviderFault(cause);
  }
}
