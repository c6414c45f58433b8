/** The last look at a payment before it is taken back, and why. */
import { type FreshContext, page } from "fresh";
import { Actions, Button, ButtonLink } from "../../../../components/ui/button.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { Facts } from "../../../../components/ui/facts.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { Day } from "../../../../components/ui/date.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { execute } from "../../../../lib/core/command.ts";
import { reversePayment } from "../../../../lib/payments/commands.ts";
import { findPayment, type PaymentDetail } from "../../../../lib/payments/views.ts";
import { formErrors, readForm } from "../../../(_components)/form_fields.ts";
import { countOf, showAmount } from "../../invoices/(_components)/invoice_words.tsx";
import { paymentTrail } from "../(_components)/payment_detail.tsx";
import { methodLabel } from "../(_components)/payment_words.tsx";
import { isRefusal } from "../(_components)/send_payment.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const payment = await read(ctx);
    if (payment.state === "reversed") return ctx.redirect(`/payments/${payment.id}`, 303);
    ctx.state.title = { page: "Reverse a payment", section: "Payments" };
    return page<Shown>({ payment, reason: "", key: crypto.randomUUID(), errors: [] });
  },
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const field = await readForm(ctx.req);
    const input = { paymentId: ctx.params.id, reason: field("reason") };
    try {
      const execution = { tenantId, actor: session.actor, key: field("key") };
      await execute(ctx.state.environment, reversePayment, execution, input);
      return ctx.redirect(`/payments/${ctx.params.id}?done=reversed`, 303);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const payment = await read(ctx);
      ctx.state.title = { page: "Reverse a payment", section: "Payments", hasErrors: true };
      const errors = error.status === 422 ? formErrors(error) : [{ message: error.message }];
      return page<Shown>({ payment, reason: input.reason, key: field("key"), errors }, {
        status: error.status,
      });
    }
  },
});

interface Shown {
  payment: PaymentDetail;
  reason: string;
  key: string;
  errors: FormError[];
}

export default define.page<typeof handler>(({ data: { payment, reason, key, errors } }) => {
  const { id, customerName, method, receivedOn, allocations } = payment;
  const amount = showAmount(payment.amount, payment.currency);
  const invoices = new Set(allocations.map(({ invoiceId }) => invoiceId)).size;
  return (
    <>
      <PageHeader
        trail={[...paymentTrail, { label: `Payment of ${amount}`, href: `/payments/${id}` }]}
        title="Reverse a payment"
        state="Its invoices are open again, and the ledger gets the mirror of it. This cannot be undone."
        figure={{ label: "To take back", value: amount }}
      />
      <ErrorSummary errors={errors} before="the payment is reversed" />
      <Facts
        facts={[
          { label: "Customer", value: customerName },
          { label: "Received on", value: <Day date={receivedOn.toString()} /> },
          { label: "How it came in", value: methodLabel(method) },
          { label: "Opens again", value: invoices === 0 ? "no invoice" : countOf(invoices, "invoice") },
        ]}
      />
      <div class="mt-8">
        <form method="post" action={`/payments/${id}/reverse`} novalidate>
          <input type="hidden" name="key" value={key} />
          <TextField
            id="reason"
            label="Reason"
            help="It stays with the payment and with each invoice."
            example="The bank returned the cheque"
            error={errorAt(errors, "reason")}
            value={reason}
            maxlength={200}
          />
          <Actions>
            <Button kind="stop">{`Reverse the payment of ${amount}`}</Button>
            <ButtonLink kind="plain" href={`/payments/${id}`}>Back to the payment, unchanged</ButtonLink>
          </Actions>
        </form>
      </div>
    </>
  );
});

async function read(ctx: FreshContext<State>): Promise<PaymentDetail> {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "payments.reverse");
  return await withTenant(
    ctx.state.environment.database,
    tenantId,
    (db) => findPayment(db, ctx.params.id),
    { readOnly: true },
  );
}
