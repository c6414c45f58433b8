/** Uses what is left of a payment for open invoices: the preview is the command, run and rolled back. */
import { type FreshContext, page } from "fresh";
import { ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { LinkRow, TapLink } from "../../../../components/ui/link.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { Table } from "../../../../components/ui/table.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { execute } from "../../../../lib/core/command.ts";
import { allocatePayment, type PaymentResult } from "../../../../lib/payments/commands.ts";
import { findPayment, type PaymentDetail } from "../../../../lib/payments/views.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import { countOf, showAmount, showDecimalAmount } from "../../invoices/(_components)/invoice_words.tsx";
import { paymentTrail } from "../(_components)/payment_detail.tsx";
import { isRefusal } from "../(_components)/send_payment.ts";

export const handler = define.handlers({
  async GET(ctx) {
    ctx.state.title = { page: "Use the credit", section: "Payments" };
    return page(await preview(ctx, []));
  },
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const field = await readForm(ctx.req);
    try {
      const execution = { tenantId, actor: session.actor, key: field("key") };
      await execute(ctx.state.environment, allocatePayment, execution, { paymentId: ctx.params.id });
      return ctx.redirect(`/payments/${ctx.params.id}?done=allocated`, 303);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      ctx.state.title = { page: "Use the credit", section: "Payments", hasErrors: true };
      return page(await preview(ctx, [{ message: error.message }]), { status: error.status });
    }
  },
});

interface Shown {
  payment: PaymentDetail;
  key: string;
  errors: FormError[];
  /** Left out where there is nothing to settle. */
  result?: PaymentResult;
  nothing?: string;
}

export default define.page<typeof handler>(({ data: { payment, key, errors, result, nothing } }) => {
  const { id, currency } = payment;
  const here = `/payments/${id}`;
  return (
    <>
      <PageHeader
        trail={[...paymentTrail, { label: `Payment of ${showAmount(payment.amount, currency)}`, href: here }]}
        title="Use the credit"
        subject={<TapLink href={`/customers/${payment.customerId}`}>{payment.customerName}</TapLink>}
        state="It settles the open invoices of this customer, the oldest due first."
        figure={{ label: "Credit", value: showAmount(payment.credit, currency) }}
      />
      <ErrorSummary errors={errors} before="the credit is used" />
      {nothing && errors.length === 0 && (
        <Section id="nothing" title="Nothing to settle">
          <p class="max-w-prose">{nothing}</p>
          <LinkRow links={[{ label: "Back to the payment", href: here }]} />
        </Section>
      )}
      {result && (
        <Section id="invoices" title="What it would settle">
          <Table
            caption="Invoices that the credit would settle"
            captionHidden
            columns={[
              {
                label: "Invoice",
                cell: (row) => <TapLink href={`/invoices/${row.invoiceId}`} unbroken>{row.number}</TapLink>,
              },
              { label: "After that", cell: (row) => row.state === "paid" ? "paid" : "part paid" },
              { label: "Amount", figures: true, cell: (row) => showDecimalAmount(row.amount, currency) },
            ]}
            rows={result.settled}
            totals={[{
              label: "Left as credit",
              values: [showDecimalAmount(result.rest, currency)],
              kind: "sum",
            }]}
          />
          <div class="mt-6">
            <Form
              action={`${here}/allocate`}
              submit={`Settle ${countOf(result.settled.length, "invoice")}`}
              hidden={{ key }}
              cancel={{ label: "Back to the payment, unchanged", href: here }}
            >
              {null}
            </Form>
          </div>
        </Section>
      )}
    </>
  );
});

async function preview(ctx: FreshContext<State>, errors: FormError[]): Promise<Shown> {
  const { session, tenantId } = signedIn(ctx.state);
  const { environment } = ctx.state;
  requireCapability(session.actor, "payments.record");
  const { id } = ctx.params;
  const payment = await withTenant(
    environment.database,
    tenantId,
    (db) => findPayment(db, id),
    { readOnly: true },
  );
  const shown = { payment, key: crypto.randomUUID(), errors };
  try {
    const execution = { tenantId, actor: session.actor, dryRun: true };
    return { ...shown, result: await execute(environment, allocatePayment, execution, { paymentId: id }) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { ...shown, nothing: error.message };
  }
}
