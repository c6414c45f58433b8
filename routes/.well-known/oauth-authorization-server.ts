/** `GET /.well-known/oauth-authorization-server`: where a client finds tokens and keys, and what is spoken there (RFC 8414). */
import { define } from "../../define.ts";
import { keyCapabilities } from "../../lib/auth/api_keys.ts";

export const handler = define.handlers({
  GET({ state }) {
    const { origin } = state.reach;
    const metadata = {
      issuer: origin,
      token_endpoint: `${origin}/oauth/token`,
      jwks_uri: `${origin}/.well-known/jwks.json`,
      scopes_supported: keyCapabilities,
      response_types_supported: [],
      grant_types_supported: ["client_credentials"],
      token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
      service_documentation: `${origin}/api/v1/openapi.json`,
    };
    return Response.json(metadata, { headers: { "cache-control": "public, max-age=3600" } });
  },
});
