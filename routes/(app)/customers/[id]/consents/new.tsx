/** Records that a customer agreed to a text. */
import { type FreshContext, page } from "fresh";
import { Select } from "../../../../../components/ui/choice.tsx";
import { errorAt, type FormError } from "../../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../../components/ui/field.tsx";
import { define, type State } from "../../../../../define.ts";
import { localDate } from "../../../../../lib/core/period.ts";
import type { Customer } from "../../../../../lib/customers/views.ts";
import { recordConsent } from "../../../../../lib/privacy/consents.ts";
import { listConsentTexts, type ListedConsentText } from "../../../../../lib/privacy/views.ts";
import { readForm } from "../../../../(_components)/form_fields.ts";
import { sendForm } from "../../../(_components)/sent_form.ts";
import { CustomerChange, readCustomer } from "../../(_components)/customer_change.tsx";

const labels = { consentTextId: "Text", agreedBy: "Who agreed", agreedOn: "On which day" };

interface Shown {
  customer: Customer;
  texts: ListedConsentText[];
  values: { consentTextId: string; agreedBy: string; agreedOn: string };
  errors: FormError[];
  key: string;
}

export const handler = define.handlers({
  async GET(ctx) {
    const { customer, more: texts } = await read(ctx);
    ctx.state.title = { page: "Record a consent", section: customer.name };
    const agreedOn = localDate(ctx.state.environment.clock.now(), "UTC").toString();
    const values = { consentTextId: texts[0]?.id ?? "", agreedBy: "", agreedOn };
    return page<Shown>({ customer, texts, values, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const { customer, more: texts } = await read(ctx);
    const field = await readForm(ctx.req);
    const values = {
      consentTextId: field("consentTextId"),
      agreedBy: field("agreedBy"),
      agreedOn: field("agreedOn"),
    };
    const input = { customerId: customer.id, ...values };
    const sent = await sendForm(ctx, recordConsent, field("key"), input, labels);
    if ("result" in sent) return ctx.redirect(`/customers/${customer.id}/consents?done=recorded`, 303);
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { page: "Record a consent", section: customer.name, hasErrors: true };
    return page<Shown>({ customer, texts, values, errors, key }, { status });
  },
});

export default define.page<typeof handler>(({ data: { customer, texts, values, errors, key } }) => {
  const at = (id: keyof typeof labels) => {
    return { id, label: labels[id], value: values[id], error: errorAt(errors, id) };
  };
  return (
    <CustomerChange
      customer={customer}
      errors={errors}
      idempotencyKey={key}
      title="Record a consent"
      state={texts.length === 0
        ? "There is no text yet. Whoever looks after privacy adds one first."
        : "What was agreed to is kept word by word, with its version."}
      path="consents/new"
      submit="Save the consent"
      before="the consent is saved"
    >
      <Select
        {...at("consentTextId")}
        help="The words that the customer saw."
        options={texts.map(({ id, purpose, version }) => ({
          value: id,
          label: `${purpose}, version ${version}`,
        }))}
      />
      <TextField
        {...at("agreedBy")}
        help="The person who said yes for the customer."
        example="Amira Haddad"
        autocomplete="off"
        maxlength={100}
      />
      <TextField {...at("agreedOn")} help="When they said it." example="2026-01-31" type="date" short />
    </CustomerChange>
  );
});

function read(ctx: FreshContext<State>) {
  return readCustomer(ctx, "customers.write", (db) => listConsentTexts(db));
}
