/** Approves a run as it was seen, and goes back to it. */
import { define, signedIn } from "../../../../define.ts";
import { execute } from "../../../../lib/core/command.ts";
import { approveRun } from "../../../../lib/invoicing/run/commands.ts";
import { readForm } from "../../../(_components)/form_fields.ts";

export const handler = define.handlers({
  GET: (ctx) => ctx.redirect(`/runs/${ctx.params.id}`, 303),
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const field = await readForm(ctx.req);
    const execution = { tenantId, actor: session.actor, key: field("key") || undefined };
    const input = { runId: ctx.params.id, resultHash: field("resultHash"), note: field("note") };
    await execute(ctx.state.environment, approveRun, execution, input);
    return ctx.redirect(`/runs/${ctx.params.id}`, 303);
  },
});
