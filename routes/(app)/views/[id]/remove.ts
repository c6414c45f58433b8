/** Removes a view of one's own; its filter stays in force, so that a slip is mended by saving it again. */
import { define, signedIn } from "../../../../define.ts";
import { execute } from "../../../../lib/core/command.ts";
import { removeView } from "../../../../lib/saved_views/commands.ts";
import { hrefOfView } from "../../../../lib/saved_views/filters.ts";
import { readForm } from "../../../(_components)/form_fields.ts";

export const handler = define.handlers({
  GET: (ctx) => ctx.redirect(`/views/${ctx.params.id}`, 303),
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const key = (await readForm(ctx.req))("key") || undefined;
    const execution = { tenantId, actor: session.actor, key };
    const removed = await execute(ctx.state.environment, removeView, execution, { viewId: ctx.params.id });
    return ctx.redirect(hrefOfView(removed), 303);
  },
});
