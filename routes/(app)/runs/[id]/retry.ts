/** Lets a run go on whose steps failed, or checks a blocked one again. */
import { define, signedIn } from "../../../../define.ts";
import { execute } from "../../../../lib/core/command.ts";
import { retryRun } from "../../../../lib/invoicing/run/commands.ts";

export const handler = define.handlers({
  GET: (ctx) => ctx.redirect(`/runs/${ctx.params.id}`, 303),
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { id } = ctx.params;
    await execute(ctx.state.environment, retryRun, { tenantId, actor: session.actor }, { runId: id });
    return ctx.redirect(`/runs/${id}`, 303);
  },
});
