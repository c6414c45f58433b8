/** Deletes an uploaded file that waits for its columns. */
import { define, signedIn } from "../../../../define.ts";
import { execute } from "../../../../lib/core/command.ts";
import { discardUpload } from "../../../../lib/usage/mapping_commands.ts";

export const handler = define.handlers({
  GET: (ctx) => ctx.redirect(`/usage/${ctx.params.id}`, 303),
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { id } = ctx.params;
    const execution = { tenantId, actor: session.actor };
    await execute(ctx.state.environment, discardUpload, execution, { usageImportId: id });
    return ctx.redirect(`/usage/${id}`, 303);
  },
});
