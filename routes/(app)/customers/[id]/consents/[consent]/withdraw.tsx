/** Records that a customer took a consent back. */
import { type FreshContext, page } from "fresh";
import { errorAt, type FormError } from "../../../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../../../components/ui/field.tsx";
import { define, type State } from "../../../../../../define.ts";
import { localDate } from "../../../../../../lib/core/period.ts";
import type { Customer } from "../../../../../../lib/customers/views.ts";
import { withdrawConsent } from "../../../../../../lib/privacy/consents.ts";
import { type Consent, findConsent } from "../../../../../../lib/privacy/views.ts";
import { readForm } from "../../../../../(_components)/form_fields.ts";
import { sendForm } from "../../../../(_components)/sent_form.ts";
import { CustomerChange, readCustomer } from "../../../(_components)/customer_change.tsx";

const labels = { withdrawnOn: "On which day" };

interface Shown {
  customer: Customer;
  consent: Consent;
  withdrawnOn: string;
  errors: FormError[];
  key: string;
}

export const handler = define.handlers({
  async GET(ctx) {
    const { customer, more: consent } = await read(ctx);
    ctx.state.title = { page: "Withdraw a consent", section: customer.name };
    const withdrawnOn = localDate(ctx.state.environment.clock.now(), "UTC").toString();
    return page<Shown>({ customer, consent, withdrawnOn, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const { customer, more: consent } = await read(ctx);
    const field = await readForm(ctx.req);
    const withdrawnOn = field("withdrawnOn");
    const input = { consentId: consent.id, withdrawnOn };
    const sent = await sendForm(ctx, withdrawConsent, field("key"), input, labels);
    if ("result" in sent) return ctx.redirect(`/customers/${customer.id}/consents?done=withdrawn`, 303);
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { page: "Withdraw a consent", section: customer.name, hasErrors: true };
    return page<Shown>({ customer, consent, withdrawnOn, errors, key }, { status });
  },
});

export default define.page<typeof handler>(({ data: { customer, consent, withdrawnOn, errors, key } }) => (
  <CustomerChange
    customer={customer}
    errors={errors}
    idempotencyKey={key}
    title="Withdraw a consent"
    state={`${consent.purpose}, version ${consent.version}, agreed by ${consent.agreedBy}. The record stays.`}
    path={`consents/${consent.id}/withdraw`}
    submit="Withdraw the consent"
    before="the consent is withdrawn"
  >
    <TextField
      id="withdrawnOn"
      label={labels.withdrawnOn}
      help="When the customer took it back."
      example={withdrawnOn}
      type="date"
      value={withdrawnOn}
      error={errorAt(errors, "withdrawnOn")}
      short
    />
  </CustomerChange>
));

function read(ctx: FreshContext<State>) {
  const { consent } = ctx.params;
  return readCustomer(ctx, "customers.write", (db, { id }) => findConsent(db, id, consent));
}
