/** Approves a run as it was seen, and goes back to it; a note that is not allowed comes back with the page. */
import { page } from "fresh";
import { define, signedIn } from "../../../../define.ts";
import { execute } from "../../../../lib/core/command.ts";
import { isMilepostError } from "../../../../lib/core/errors.ts";
import { approveRun } from "../../../../lib/invoicing/run/commands.ts";
import { formErrors, readForm } from "../../../(_components)/form_fields.ts";
import { describeRunPage, RunPage } from "../(_components)/run_page.tsx";

export const handler = define.handlers({
  GET: (ctx) => ctx.redirect(`/runs/${ctx.params.id}`, 303),
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const field = await readForm(ctx.req);
    const execution = { tenantId, actor: session.actor, key: field("key") || undefined };
    const input = { runId: ctx.params.id, resultHash: field("resultHash"), note: field("note") };
    try {
      await execute(ctx.state.environment, approveRun, execution, input);
      return ctx.redirect(`/runs/${ctx.params.id}`, 303);
    } catch (error) {
      if (!isMilepostError(error, "InvalidInput")) throw error;
      const typed = { note: input.note, errors: formErrors(error) };
      return page(await describeRunPage(ctx, typed), { status: 422 });
    }
  },
});

export default define.page<typeof handler>(({ data }) => <RunPage {...data} />);
