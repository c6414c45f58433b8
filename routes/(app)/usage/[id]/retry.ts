/** Lets an import read on whose reading failed for good. */
import { define, signedIn } from "../../../../define.ts";
import { execute } from "../../../../lib/core/command.ts";
import { retryUsageImport } from "../../../../lib/usage/commands.ts";

export const handler = define.handlers({
  GET: (ctx) => ctx.redirect(`/usage/${ctx.params.id}`, 303),
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { id } = ctx.params;
    const execution = { tenantId, actor: session.actor };
    await execute(ctx.state.environment, retryUsageImport, execution, { usageImportId: id });
    return ctx.redirect(`/usage/${id}`, 303);
  },
});
