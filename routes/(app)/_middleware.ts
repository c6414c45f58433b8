/** Lets those in who are signed in and have a tenant open; the others learn where to go. */
import { define } from "../../define.ts";
import { requireCapability } from "../../lib/auth/policy.ts";

export default define.middleware((ctx) => {
  const { session } = ctx.state;
  if (!session) {
    // Only what was asked for by GET can be asked for again after signing in.
    const isPage = ctx.req.method === "GET" || ctx.req.method === "HEAD";
    const next = isPage ? ctx.url.pathname + ctx.url.search : "/";
    return ctx.redirect(`/sign-in?next=${encodeURIComponent(next)}`, 303);
  }
  if (!session.tenant) return ctx.redirect("/tenants", 303);
  requireCapability(session.actor, "read");
  return ctx.next();
});
