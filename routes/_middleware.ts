/** Around every route: who is signed in, and errors in a form that the error page and the log understand. */
import { define } from "../define.ts";
import { asHttpError, logFailure } from "../failure.ts";
import { loadSession } from "../lib/auth/sessions.ts";
import { isProbe } from "../probes.ts";
import { limitRequest } from "../request_limit.ts";
import { nameRequest } from "../request_log.ts";
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
    logFailure(error, state.requestId, nameRequest(req.method, url));
    throw asHttpError(error);
  }
});
