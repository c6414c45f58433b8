/** Ends a run of which nothing is issued, after a last look. */
import { page } from "fresh";
import { Form } from "../../../../components/ui/form.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { execute } from "../../../../lib/core/command.ts";
import { cancelRun } from "../../../../lib/invoicing/run/commands.ts";
import { findRunHead } from "../../../../lib/invoicing/run/views.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    requireCapability(session.actor, "invoices.draft");
    const { database } = ctx.state.environment;
    await withTenant(database, tenantId, (db) => findRunHead(db, ctx.params.id), { readOnly: true });
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
