/** Records a payment on a customer's account: it settles the open invoices, the oldest due first. */
import { type FreshContext, page } from "fresh";
import { ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { LinkRow } from "../../../../components/ui/link.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { parseCurrencyCode } from "../../../../lib/core/currency.ts";
import { money, moneyToDecimal } from "../../../../lib/core/money.ts";
import { localDate } from "../../../../lib/core/period.ts";
import {
  type CustomerAccounts,
  findCustomerAccounts,
  listPayableAccounts,
} from "../../../../lib/payments/views.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import { countOf, showAmount } from "../../invoices/(_components)/invoice_words.tsx";
import { PaymentForm, type PaymentValues } from "../../payments/(_components)/payment_form.tsx";
import { accountValue, readPaymentValues, sendPayment } from "../../payments/(_components)/send_payment.ts";

type Account = CustomerAccounts["accounts"][number];

export const handler = define.handlers({
  async GET(ctx) {
    const { customer, accounts } = await read(ctx);
    const [first] = accounts;
    const open = first && money(first.open, parseCurrencyCode(first.currency));
    const values: PaymentValues = {
      account: first ? accountValue(first) : "",
      amount: open && open.amount > 0n && accounts.length === 1 ? moneyToDecimal(open) : "",
      receivedOn: first ? localDate(ctx.state.environment.clock.now(), first.zone).toString() : "",
      method: "bank_transfer",
      reference: "",
      keepRest: false,
    };
    ctx.state.title = { page: "Record a payment", section: customer.name };
    const asksForRest = accounts.every((account) => account.open === 0n);
    return page<Shown>({ customer, accounts, values, errors: [], key: crypto.randomUUID(), asksForRest });
  },
  async POST(ctx) {
    const { customer, accounts } = await read(ctx);
    const field = await readForm(ctx.req);
    const values = readPaymentValues(field);
    const [billingEntityId, currency = ""] = values.account.split(" ");
    const settles = { customerId: customer.id, billingEntityId };
    const sent = await sendPayment(ctx, settles, currency, values, field("key"));
    if ("recorded" in sent) return ctx.redirect(`/payments/${sent.recorded.paymentId}?done=recorded`, 303);
    ctx.state.title = { page: "Record a payment", section: customer.name, hasErrors: true };
    return page<Shown>({ customer, accounts, values, ...sent }, { status: sent.status });
  },
});

interface Shown extends CustomerAccounts {
  values: PaymentValues;
  errors: FormError[];
  key: string;
  asksForRest: boolean;
}

export default define.page<typeof handler>(({ data, state }) => {
  const { customer, accounts, values, errors, key, asksForRest } = data;
  const here = `/customers/${customer.id}`;
  const only = accounts.length === 1 ? accounts[0] : undefined;
  const zone = only?.zone ?? accounts[0]?.zone ?? "UTC";
  return (
    <>
      <PageHeader
        trail={[
          { label: "Home", href: "/" },
          { label: "Customers", href: "/customers" },
          { label: customer.name, href: here },
        ]}
        title="Record a payment"
        state="It settles the open invoices of this customer, the oldest due first."
        figure={only && { label: "Still to pay", value: showAmount(only.open, only.currency) }}
      />
      <ErrorSummary errors={errors} before="the payment is recorded" />
      <PaymentForm
        action={`${here}/payments`}
        cancel={{ label: "Back to the customer, nothing recorded", href: here }}
        values={values}
        errors={errors}
        idempotencyKey={key}
        currency={only?.currency}
        today={localDate(state.environment.clock.now(), zone).toString()}
        accounts={only ? undefined : accounts.map((account) => ({
          value: accountValue(account),
          label: `${account.entityName}, ${account.currency}: ${openWords(account)}`,
        }))}
        asksForRest={asksForRest}
      />
      <Section id="more" title="What there is so far">
        <LinkRow
          links={[
            { label: "See the statement", href: `${here}/statement` },
            { label: "See the payments of this customer", href: `/payments?customer=${customer.id}` },
          ]}
        />
      </Section>
    </>
  );
});

function openWords({ open, openCount, credit, currency }: Account): string {
  const words = open > 0n
    ? `${showAmount(open, currency)} to pay on ${countOf(openCount, "invoice")}`
    : "nothing to pay";
  return credit > 0n ? `${words}, ${showAmount(credit, currency)} as credit` : words;
}

async function read(ctx: FreshContext<State>): Promise<CustomerAccounts> {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "payments.record");
  return await withTenant(
    ctx.state.environment.database,
    tenantId,
    async (db) => {
      const found = await findCustomerAccounts(db, ctx.params.id);
      return { ...found, accounts: await listPayableAccounts(db, found) };
    },
    { readOnly: true },
  );
}
