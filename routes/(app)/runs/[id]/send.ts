/** Sends what a done run has not sent: all of it where it was only issued, or what failed once more. */
import { define, signedIn } from "../../../../define.ts";
import { execute } from "../../../../lib/core/command.ts";
import { sendRun } from "../../../../lib/notifications/run_delivery.ts";
import { readForm } from "../../../(_components)/form_fields.ts";

export const handler = define.handlers({
  GET: (ctx) => ctx.redirect(`/runs/${ctx.params.id}`, 303),
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { id } = ctx.params;
    const key = (await readForm(ctx.req))("key") || undefined;
    await execute(ctx.state.environment, sendRun, { tenantId, actor: session.actor, key }, { runId: id });
    return ctx.redirect(`/runs/${id}`, 303);
  },
});
