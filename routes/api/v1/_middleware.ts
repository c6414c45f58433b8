/** Lets programs in by their key, and people by their session; both act for one tenant. */
import { define } from "../../../define.ts";
import { loadKeyHolder } from "../../../lib/auth/api_keys.ts";
import { milepostError } from "../../../lib/core/errors.ts";

export default define.middleware(async (ctx) => {
  const { state, req, url } = ctx;
  if (url.pathname === "/api/v1/openapi.json") return await ctx.next();
  const authorization = req.headers.get("authorization");
  if (authorization !== null) {
    const [, secret] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
    state.caller = secret === undefined ? null : await loadKeyHolder(state.environment, secret);
    if (!state.caller) {
      throw milepostError("NotSignedIn", {
        message: "This key is not known or was revoked. Send a key of yours as: Authorization: Bearer mp_…",
      });
    }
  } else if (state.session?.tenant) {
    state.caller = { tenantId: state.session.tenant.id, actor: state.session.actor };
  } else {
    throw milepostError("NotSignedIn", {
      message: "Send a key as: Authorization: Bearer mp_… An admin makes one at /api-keys.",
    });
  }
  return await ctx.next();
});
