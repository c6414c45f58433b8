/** Records a payment against one invoice. */
import { page } from "fresh";
import { ErrorSummary, type FormError } from "../../../../../components/ui/error_summary.tsx";
import { PageHeader } from "../../../../../components/ui/page_header.tsx";
import { TapLink } from "../../../../../components/ui/link.tsx";
import { withTenant } from "../../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../../define.ts";
import { requireCapability } from "../../../../../lib/auth/policy.ts";
import { parseCurrencyCode } from "../../../../../lib/core/currency.ts";
import { money, moneyToDecimal } from "../../../../../lib/core/money.ts";
import { localDate } from "../../../../../lib/core/period.ts";
import { findInvoice, type InvoiceDetail } from "../../../../../lib/invoicing/views.ts";
import { readForm } from "../../../../(_components)/form_fields.ts";
import { PaymentForm, type PaymentValues } from "../../../payments/(_components)/payment_form.tsx";
import { readPaymentValues, sendPayment } from "../../../payments/(_components)/send_payment.ts";
import { InvoiceBadge, isOpen, showAmount } from "../../(_components)/invoice_words.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    requireCapability(signedIn(ctx.state).session.actor, "payments.record");
    const { invoice, today } = await read(ctx.state, ctx.params.id);
    if (!isOpen(invoice)) return ctx.redirect(`/invoices/${invoice.id}`, 303);
    ctx.state.title = { page: "Record a payment", section: `Invoice ${invoice.number}` };
    const open = money(invoice.openAmount, parseCurrencyCode(invoice.currency));
    const values: PaymentValues = {
      account: "",
      amount: moneyToDecimal(open),
      receivedOn: today.toString(),
      method: "bank_transfer",
      reference: "",
      keepRest: false,
    };
    return page<Shown>({ invoice, today, values, errors: [], key: crypto.randomUUID(), asksForRest: false });
  },
  async POST(ctx) {
    const field = await readForm(ctx.req);
    const values = readPaymentValues(field);
    const { invoice, today } = await read(ctx.state, ctx.params.id);
    const settles = { invoiceId: invoice.id };
    const sent = await sendPayment(ctx, settles, invoice.currency, values, field("key"));
    if ("recorded" in sent) return ctx.redirect(`/invoices/${invoice.id}?done=paid`, 303);
    ctx.state.title = { page: "Record a payment", section: `Invoice ${invoice.number}`, hasErrors: true };
    return page<Shown>({ invoice, today, values, ...sent }, { status: sent.status });
  },
});

interface Shown {
  invoice: InvoiceDetail;
  today: Temporal.PlainDate;
  values: PaymentValues;
  errors: FormError[];
  key: string;
  asksForRest: boolean;
}

export default define.page<typeof handler>(({ data }) => {
  const { invoice, today, values, errors, key, asksForRest } = data;
  const here = `/invoices/${invoice.id}`;
  return (
    <>
      <PageHeader
        trail={[
          { label: "Home", href: "/" },
          { label: "Invoices", href: "/invoices" },
          { label: invoice.number ?? "Draft", href: here },
        ]}
        title="Record a payment"
        subject={<TapLink href={`/customers/${invoice.customerId}`}>{invoice.buyer.name}</TapLink>}
        state={<InvoiceBadge invoice={invoice} today={today} />}
        figure={{ label: "Still to pay", value: showAmount(invoice.openAmount, invoice.currency) }}
      />
      <ErrorSummary errors={errors} before="the payment is recorded" />
      <PaymentForm
        action={`${here}/payments/new`}
        cancel={{ label: "Back to the invoice, nothing recorded", href: here }}
        values={values}
        errors={errors}
        idempotencyKey={key}
        currency={invoice.currency}
        today={today.toString()}
        asksForRest={asksForRest}
      />
    </>
  );
});

async function read(
  state: State,
  invoiceId: string,
): Promise<{ invoice: InvoiceDetail; today: Temporal.PlainDate }> {
  const invoice = await withTenant(
    state.environment.database,
    signedIn(state).tenantId,
    (db) => findInvoice(db, invoiceId, { limit: 1 }),
    { readOnly: true },
  );
  return { invoice, today: localDate(state.environment.clock.now(), invoice.seller.zone) };
}
