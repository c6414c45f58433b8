/** Lets programs in by their key or access token, and people by their session; both act for one tenant. */
import { define, type State } from "../../../define.ts";
import { milepostError } from "../../../lib/core/errors.ts";
import { limitCaller } from "../../../request_limit.ts";
import { readBearer } from "./(_request)/bearer.ts";

export default define.middleware(async (ctx) => {
  const { state, req, url } = ctx;
  const authorization = req.headers.get("authorization");
  try {
    state.caller = authorization === null ? signedInCaller(state) : await readBearer(state, authorization);
  } finally {
    // Who is refused counts too, for the address.
    await limitCaller(state);
  }
  if (!state.caller && url.pathname !== "/api/v1/openapi.json") {
    throw milepostError("NotSignedIn", {
      message:
        "Send a key as: Authorization: Bearer mp_… (or an access token). An admin makes one at /api-keys.",
    });
  }
  return await ctx.next();
});

function signedInCaller({ session }: State) {
  return session?.tenant ? { tenantId: session.tenant.id, actor: session.actor } : null;
}
