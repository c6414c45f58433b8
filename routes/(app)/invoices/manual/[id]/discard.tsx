/** Throws away a draft that nobody needs. */
import { type FreshContext, page } from "fresh";
import { ErrorSummary, type FormError } from "../../../../../components/ui/error_summary.tsx";
import { Form } from "../../../../../components/ui/form.tsx";
import { PageHeader } from "../../../../../components/ui/page_header.tsx";
import { withTenant } from "../../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../../define.ts";
import { requireCapability } from "../../../../../lib/auth/policy.ts";
import { discardManualInvoice } from "../../../../../lib/invoicing/manual/commands.ts";
import { isOpenManual } from "../../../../../lib/invoicing/manual/states.ts";
import { type ManualInvoice, readManualInvoice } from "../../../../../lib/invoicing/manual/views.ts";
import { readForm } from "../../../../(_components)/form_fields.ts";
import { sendForm } from "../../../(_components)/sent_form.ts";

interface Shown {
  draft: ManualInvoice;
  errors: FormError[];
  key: string;
}

export const handler = define.handlers({
  async GET(ctx) {
    const draft = await read(ctx);
    if (!isOpenManual(draft.state)) return ctx.redirect(`/invoices/manual/${draft.id}/review`, 303);
    ctx.state.title = { page: "Discard", section: `Draft for ${draft.customer.name}` };
    return page<Shown>({ draft, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const field = await readForm(ctx.req);
    const input = { manualInvoiceId: ctx.params.id, version: field("version") };
    const sent = await sendForm(ctx, discardManualInvoice, field("key"), input, {});
    if ("result" in sent) return ctx.redirect("/invoices/manual?done=discarded", 303);
    const { errors, key, status } = sent.refusal;
    const draft = await read(ctx);
    ctx.state.title = { page: "Discard", section: `Draft for ${draft.customer.name}`, hasErrors: true };
    return page<Shown>({ draft, errors: errors.map(({ message }) => ({ message })), key }, { status });
  },
});

export default define.page<typeof handler>(({ data: { draft, errors, key } }) => (
  <>
    <PageHeader
      trail={[
        { label: "Home", href: "/" },
        { label: "Invoices", href: "/invoices" },
        { label: "Written by hand", href: "/invoices/manual" },
        { label: `Draft for ${draft.customer.name}`, href: `/invoices/manual/${draft.id}` },
      ]}
      title="Discard the draft"
      state="It was never an invoice and has no number. This cannot be undone."
    />
    <ErrorSummary errors={errors} before="it is discarded" />
    <Form
      action={`/invoices/manual/${draft.id}/discard`}
      submit="Discard the draft"
      kind="stop"
      hidden={{ key, version: String(draft.version) }}
      cancel={{ label: "Keep it, nothing is lost", href: `/invoices/manual/${draft.id}` }}
    >
      {null}
    </Form>
  </>
));

async function read(ctx: FreshContext<State>): Promise<ManualInvoice> {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "invoices.draft");
  return await withTenant(
    ctx.state.environment.database,
    tenantId,
    (db) => readManualInvoice(db, ctx.params.id),
    { readOnly: true },
  );
}
