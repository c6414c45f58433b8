/** Around every route: who is signed in, and errors in a form that the error page and the log understand. */
import { define } from "../define.ts";
import { asHttpError, logFailure } from "../failure.ts";
import { loadSession } from "../lib/auth/sessions.ts";
import { isProbe } from "../probes.ts";
import { limitRequest } from "../request_limit.ts";
import { readCookie } from "../session_cookie.ts";

export default define.middleware(async (ctx) => {
  const { state, req, url } = ctx;
  try {
    // A probe must answer while the database does not, whatever cookie it carries.
    const token = isProbe(url.pathname) ? null : readCookie(req, state.reach.origin);
    state.session = token === null ? null : await loadSession(state.environment, token, state.reach.address);
    await limitRequest(state, req.method, url.pathname);
    return await ctx.next();
  } catch (error) {
    // the secret of a link stands in its address
    const path = url.pathname.replace(/[\w-]{43,}/g, "…");
    logFailure(error, state.requestId, `${req.method} ${path}`);
    throw asHttpError(error);
  }
});
