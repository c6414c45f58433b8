/** Ends a run of which nothing is issued, after a last look. */
import { page } from "fresh";
import { Form } from "../../../../components/ui/form.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { define, signedIn } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { execute } from "../../../../lib/core/command.ts";
import { cancelRun } from "../../../../lib/invoicing/run/commands.ts";

export const handler = define.handlers({
  GET(ctx) {
    requireCapability(signedIn(ctx.state).session.actor, "invoices.draft");
    ctx.state.title = { page: "Cancel a run", section: "Invoice runs" };
    return page({ id: ctx.params.id });
  },
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { id } = ctx.params;
    await execute(ctx.state.environment, cancelRun, { tenantId, actor: session.actor }, { runId: id });
    return ctx.redirect(`/runs/${id}`, 303);
  },
});

export default define.page<typeof handler>(({ data: { id } }) => (
  <>
    <PageHeader
      trail={[
        { label: "Home", href: "/" },
        { label: "Invoice runs", href: "/runs" },
        { label: "The run", href: `/runs/${id}` },
      ]}
      title="Cancel the run"
      state="Its preview is put aside. Nothing was issued, and you can prepare the month again."
    />
    <Form
      action={`/runs/${id}/cancel`}
      submit="Cancel the run"
      cancel={{ label: "Keep the run", href: `/runs/${id}` }}
    >
      {null}
    </Form>
  </>
));
