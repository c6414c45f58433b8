/** The last look at a draft before it is approved and issued. */
import { page } from "fresh";
import { ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { Facts } from "../../../../components/ui/facts.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import type { Actor } from "../../../../lib/core/actor.ts";
import { execute } from "../../../../lib/core/command.ts";
import { isMilepostError } from "../../../../lib/core/errors.ts";
import { issueDraft } from "../../../../lib/invoicing/commands.ts";
import { findInvoice, type InvoiceDetail } from "../../../../lib/invoicing/views.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import { draftNameOf } from "../(_components)/describe_invoice.tsx";
import { actorName, countOf, showAmount } from "../(_components)/invoice_words.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    requireRights(session.actor);
    const invoice = await read(ctx.state.environment.database, tenantId, ctx.params.id);
    if (invoice.number !== null) return ctx.redirect(`/invoices/${invoice.id}`, 303);
    ctx.state.title = { page: "Issue a draft", section: "Invoices" };
    return page(review(invoice));
  },
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { environment } = ctx.state;
    const { id } = ctx.params;
    const field = await readForm(ctx.req);
    try {
      const execution = { tenantId, actor: session.actor, key: field("key") };
      await execute(environment, issueDraft, execution, { invoiceId: id });
      return ctx.redirect(`/invoices/${id}?done=issued`, 303);
    } catch (error) {
      if (!isMilepostError(error, "IllegalTransition")) throw error;
      ctx.state.title = { page: "Issue a draft", section: "Invoices", hasErrors: true };
      const invoice = await read(environment.database, tenantId, id);
      return page(review(invoice, [{ message: error.message }]), { status: error.status });
    }
  },
});

interface Review {
  invoice: InvoiceDetail;
  key: string;
  errors: FormError[];
}

export default define.page<typeof handler>(({ data: { invoice, key, errors } }) => {
  const { id, terms, buyer, lineCount, currency, total, transitions } = invoice;
  const drafted = transitions.at(-1)!;
  const amount = showAmount(total, currency);
  return (
    <>
      <PageHeader
        trail={[
          { label: "Home", href: "/" },
          { label: "Invoices", href: "/invoices" },
          { label: draftNameOf(invoice), href: `/invoices/${id}` },
        ]}
        title="Issue this draft"
        state="It gets its number and date, and is posted. After that its amounts cannot change."
        figure={{ label: "Total", value: amount }}
      />
      <ErrorSummary errors={errors} before="this is issued" />
      <Facts
        facts={[
          { label: "Customer", value: buyer.name },
          { label: "For", value: terms.period },
          { label: "Lines", value: countOf(lineCount, "line"), href: `/invoices/${id}` },
          { label: "Drafted by", value: actorName(drafted.actor, drafted.actorName) },
        ]}
      />
      <div class="mt-8">
        <Form
          action={`/invoices/${id}/issue`}
          submit={`Approve and issue the invoice of ${amount}`}
          hidden={{ key }}
          cancel={{ label: "Back to the draft, unchanged", href: `/invoices/${id}` }}
        >
          {null}
        </Form>
      </div>
    </>
  );
});

function review(invoice: InvoiceDetail, errors: FormError[] = []): Review {
  return { invoice, key: crypto.randomUUID(), errors };
}

function requireRights(actor: Actor): void {
  requireCapability(actor, "invoices.approve");
  requireCapability(actor, "invoices.issue");
}

function read(
  database: Parameters<typeof withTenant>[0],
  tenantId: string,
  id: string,
): Promise<InvoiceDetail> {
  return withTenant(database, tenantId, (db) => findInvoice(db, id), { readOnly: true });
}
