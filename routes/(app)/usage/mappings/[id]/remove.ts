/** Offers a mapping no longer. */
import { define, signedIn } from "../../../../../define.ts";
import { execute } from "../../../../../lib/core/command.ts";
import { removeUsageMapping } from "../../../../../lib/usage/mapping_commands.ts";

export const handler = define.handlers({
  GET: (ctx) => ctx.redirect("/usage/mappings", 303),
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const execution = { tenantId, actor: session.actor };
    const input = { usageMappingId: ctx.params.id };
    await execute(ctx.state.environment, removeUsageMapping, execution, input);
    return ctx.redirect("/usage/mappings?done=removed", 303);
  },
});
