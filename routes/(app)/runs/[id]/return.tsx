/** Gives a run back to whoever prepared it, with what has to be mended. */
import { page } from "fresh";
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { TextArea } from "../../../../components/ui/field.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { execute } from "../../../../lib/core/command.ts";
import { isMilepostError } from "../../../../lib/core/errors.ts";
import { returnRun } from "../../../../lib/invoicing/run/commands.ts";
import { findRunHead } from "../../../../lib/invoicing/run/views.ts";
import { formErrors, readForm } from "../../../(_components)/form_fields.ts";

interface Return {
  id: string;
  reason: string;
  errors: FormError[];
}

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    requireCapability(session.actor, "invoices.approve");
    const { database } = ctx.state.environment;
    await withTenant(database, tenantId, (db) => findRunHead(db, ctx.params.id), { readOnly: true });
    ctx.state.title = { page: "Return a run", section: "Invoice runs" };
    return page<Return>({ id: ctx.params.id, reason: "", errors: [] });
  },
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { id } = ctx.params;
    const reason = (await readForm(ctx.req))("reason");
    try {
      await execute(ctx.state.environment, returnRun, { tenantId, actor: session.actor }, {
        runId: id,
        reason,
      });
      return ctx.redirect(`/runs/${id}`, 303);
    } catch (error) {
      if (!isMilepostError(error, "InvalidInput")) throw error;
      ctx.state.title = { page: "Return a run", section: "Invoice runs", hasErrors: true };
      return page<Return>({ id, reason, errors: formErrors(error) }, { status: 422 });
    }
  },
});

export default define.page<typeof handler>(({ data: { id, reason, errors } }) => (
  <>
    <PageHeader
      trail={[
        { label: "Home", href: "/" },
        { label: "Invoice runs", href: "/runs" },
        { label: "The run", href: `/runs/${id}` },
      ]}
      title="Return the run"
      state="Nothing of it is issued. Whoever prepared it sees your reason and prepares a new one."
    />
    <ErrorSummary errors={errors} before="the run is returned" />
    <Form
      action={`/runs/${id}/return`}
      submit="Return the run"
      cancel={{ label: "Back to the run, unchanged", href: `/runs/${id}` }}
    >
      <TextArea
        id="reason"
        label="What has to be mended"
        help="Name the customer and what is wrong."
        example="Ashdown Couriers: fuel of 11 March is there twice."
        value={reason}
        error={errorAt(errors, "reason")}
      />
    </Form>
  </>
));
