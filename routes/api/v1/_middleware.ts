/** Lets programs in by their key, and people by their session; both act for one tenant. */
import { define, type State } from "../../../define.ts";
import { loadKeyHolder } from "../../../lib/auth/api_keys.ts";
import { milepostError } from "../../../lib/core/errors.ts";
import { limitCaller } from "../../../request_limit.ts";

export default define.middleware(async (ctx) => {
  const { state, req, url } = ctx;
  const authorization = req.headers.get("authorization");
  state.caller = authorization === null ? signedInCaller(state) : await keyHolder(state, authorization);
  await limitCaller(state);
  if (!state.caller && url.pathname !== "/api/v1/openapi.json") {
    throw milepostError("NotSignedIn", {
      message: authorization === null
        ? "Send a key as: Authorization: Bearer mp_… An admin makes one at /api-keys."
        : "This key is not known or was revoked. Send a key of yours as: Authorization: Bearer mp_…",
    });
  }
  return await ctx.next();
});

function signedInCaller({ session }: State): State["caller"] {
  return session?.tenant ? { tenantId: session.tenant.id, actor: session.actor } : null;
}

async function keyHolder({ environment }: State, authorization: string): Promise<State["caller"]> {
  const [, secret] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  return secret === undefined ? null : await loadKeyHolder(environment, secret);
}
