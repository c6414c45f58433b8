/** Lets those in who are signed in and have a tenant open; the others learn where to go, and what they typed is kept. */
import { define } from "../../define.ts";
import { requireCapability } from "../../lib/auth/policy.ts";
import { isMilepostError, milepostError } from "../../lib/core/errors.ts";
import { isId } from "../../lib/core/ids.ts";
import { askToConfirm, askToSignIn, readSentForm, resumeHeldForm } from "../(_components)/held_form.ts";

export default define.middleware(async (ctx) => {
  const { session } = ctx.state;
  const isPage = ctx.req.method === "GET" || ctx.req.method === "HEAD";
  if (!session && isPage) {
    const next = ctx.url.pathname + ctx.url.search;
    return ctx.redirect(`/sign-in?next=${encodeURIComponent(next)}`, 303);
  }
  let form = await readSentForm(ctx);
  if (!session) return await askToSignIn(ctx, form);
  if (!session.tenant) return ctx.redirect("/tenants", 303);
  requireCapability(session.actor, "read");
  const { id } = ctx.params;
  if (id !== undefined && !isId(id)) throw milepostError("NotFound");
  if (form) {
    const resumed = await resumeHeldForm(ctx, form);
    if (resumed instanceof Response) return resumed;
    form = resumed;
  }
  try {
    return await ctx.next();
  } catch (error) {
    if (!isPage && isMilepostError(error, "ConfirmationNeeded")) return await askToConfirm(ctx, form);
    throw error;
  }
});
