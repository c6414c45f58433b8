/** Agrees a discount with a customer, on all its contracts. */
import { page } from "fresh";
import { errorAt, type FormError } from "../../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../../components/ui/field.tsx";
import { define } from "../../../../../define.ts";
import { agreeCustomerDiscount } from "../../../../../lib/contracts/terms/customer_discount.ts";
import { localDate } from "../../../../../lib/core/period.ts";
import type { Customer } from "../../../../../lib/customers/views.ts";
import { readForm } from "../../../../(_components)/form_fields.ts";
import { sendForm } from "../../../(_components)/sent_form.ts";
import { CustomerChange, readCustomer } from "../../(_components)/customer_change.tsx";

const title = "Agree a discount";
const labels = {
  name: "Name",
  percent: "Percentage",
  amount: "Amount",
  currency: "Currency of the amount",
  fromDate: "From",
  months: "For how many months",
  toDate: "To",
};

type Values = Record<keyof typeof labels, string>;

interface Shown {
  customer: Customer;
  values: Values;
  errors: FormError[];
  key: string;
}

export const handler = define.handlers({
  async GET(ctx) {
    const { customer } = await readCustomer(ctx, "contracts.write", () => Promise.resolve(null));
    ctx.state.title = { page: title, section: customer.name };
    const fromDate = localDate(ctx.state.environment.clock.now(), "UTC").toString();
    const values = { ...valuesBy(() => ""), name: "Discount", fromDate };
    return page<Shown>({ customer, values, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const { customer } = await readCustomer(ctx, "contracts.write", () => Promise.resolve(null));
    const field = await readForm(ctx.req);
    const values = valuesBy((name) => field(name).trim());
    const input = { customerId: customer.id, ...values };
    const sent = await sendForm(ctx, agreeCustomerDiscount, field("key"), input, labels);
    if ("result" in sent) return ctx.redirect(`/customers/${customer.id}?done=agreed`, 303);
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { page: title, section: customer.name, hasErrors: true };
    return page<Shown>({ customer, values, errors, key }, { status });
  },
});

function valuesBy(read: (name: string) => string): Values {
  return Object.fromEntries(Object.keys(labels).map((name) => [name, read(name)])) as Values;
}

export default define.page<typeof handler>(({ data: { customer, values, errors, key } }) => {
  const at = (id: keyof Values) => ({ id, label: labels[id], value: values[id], error: errorAt(errors, id) });
  return (
    <CustomerChange
      customer={customer}
      errors={errors}
      idempotencyKey={key}
      title={title}
      state="It comes off every contract of this customer, before tax."
      path="discounts/new"
      submit="Agree it"
      before="it is agreed"
    >
      <TextField {...at("name")} help="As the invoice names it." example="Fleet discount" />
      <TextField
        {...at("percent")}
        help="Of the charges. Type this or an amount."
        example="10"
        inputmode="decimal"
        short
        optional
      />
      <TextField
        {...at("amount")}
        help="Off each invoice in its currency. Never more than there is."
        example="25.00"
        inputmode="decimal"
        short
        optional
      />
      <TextField {...at("currency")} help="Three letters." example="GBP" maxlength={3} short optional />
      <TextField
        {...at("fromDate")}
        help="For the periods that begin on this day or later."
        example={values.fromDate}
        type="date"
        short
      />
      <TextField
        {...at("months")}
        help="From that day on. Empty if it has an end by date, or none."
        example="6"
        inputmode="numeric"
        maxlength={3}
        short
        optional
      />
      <TextField
        {...at("toDate")}
        help="The first day on which no period has it any more. Empty while it is open."
        example="2027-01-01"
        type="date"
        short
        optional
      />
    </CustomerChange>
  );
});
