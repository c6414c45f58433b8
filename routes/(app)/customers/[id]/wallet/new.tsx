/** Pays money into the wallet of a customer. */
import { type FreshContext, page } from "fresh";
import { Select } from "../../../../../components/ui/choice.tsx";
import { errorAt, type FormError } from "../../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../../components/ui/field.tsx";
import { define, type State } from "../../../../../define.ts";
import { localDate } from "../../../../../lib/core/period.ts";
import type { Customer } from "../../../../../lib/customers/views.ts";
import { methods } from "../../../../../lib/payments/methods.ts";
import { findCustomerAccounts, listPayableAccounts } from "../../../../../lib/payments/views.ts";
import { payIntoWallet } from "../../../../../lib/payments/wallet/commands.ts";
import { readForm } from "../../../../(_components)/form_fields.ts";
import { sendForm } from "../../../(_components)/sent_form.ts";
import { methodLabel } from "../../../payments/(_components)/payment_words.tsx";
import { accountValue } from "../../../payments/(_components)/send_payment.ts";
import { CustomerChange, readCustomer } from "../../(_components)/customer_change.tsx";

const title = "Pay money in";
const labels = {
  account: "Account",
  kind: "Kind",
  name: "Name",
  amount: "Amount",
  received_on: "Received on",
  method: "How it came in",
  reference: "Reference",
  priority: "Priority",
  expiresOn: "Expires on",
};

type Values = Record<keyof typeof labels, string>;

interface Shown {
  customer: Customer;
  accounts: Awaited<ReturnType<typeof listPayableAccounts>>;
  values: Values;
  errors: FormError[];
  key: string;
}

export const handler = define.handlers({
  async GET(ctx) {
    const { customer, accounts } = await read(ctx);
    ctx.state.title = { page: title, section: customer.name };
    const zone = accounts[0]?.zone ?? "UTC";
    const values = {
      ...valuesBy(() => ""),
      account: accounts[0] ? accountValue(accounts[0]) : "",
      kind: "paid",
      name: "Paid ahead",
      received_on: localDate(ctx.state.environment.clock.now(), zone).toString(),
      method: "bank_transfer",
      priority: "50",
    };
    return page<Shown>({ customer, accounts, values, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const { customer, accounts } = await read(ctx);
    const field = await readForm(ctx.req);
    const values = valuesBy((name) => field(name).trim());
    const [billingEntityId, currency = ""] = values.account.split(" ");
    const { received_on: receivedOn, account: _, ...typed } = values;
    const input = { ...typed, customerId: customer.id, billingEntityId, currency, receivedOn };
    const sent = await sendForm(ctx, payIntoWallet, field("key"), input, labels);
    if ("result" in sent) return ctx.redirect(`/customers/${customer.id}/wallet?done=paid_in`, 303);
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { page: title, section: customer.name, hasErrors: true };
    return page<Shown>({ customer, accounts, values, errors, key }, { status });
  },
});

function valuesBy(read: (name: string) => string): Values {
  return Object.fromEntries(Object.keys(labels).map((name) => [name, read(name)])) as Values;
}

async function read(ctx: FreshContext<State>) {
  const { customer, more: accounts } = await readCustomer(
    ctx,
    "payments.record",
    async (db, { id }) => await listPayableAccounts(db, await findCustomerAccounts(db, id)),
  );
  return { customer, accounts };
}

export default define.page<typeof handler>(({ data }) => {
  const { customer, accounts, values, errors, key } = data;
  const at = (id: keyof Values) => ({ id, label: labels[id], value: values[id], error: errorAt(errors, id) });
  return (
    <CustomerChange
      customer={customer}
      errors={errors}
      idempotencyKey={key}
      title={title}
      state="It pays the coming invoices of this account by itself."
      path="wallet/new"
      submit="Pay it in"
      before="it is paid in"
    >
      <Select
        {...at("account")}
        help="Whose invoices it is for, and in which currency."
        options={accounts.map((account) => {
          return { value: accountValue(account), label: `${account.entityName}, ${account.currency}` };
        })}
      />
      <Select
        {...at("kind")}
        help="Paid money may expire. An advance stays the customer’s until it is used."
        options={[{ value: "paid", label: "Paid money" }, { value: "advance", label: "An advance" }]}
        short
      />
      <TextField {...at("name")} help="As the wallet shows it." example="Paid ahead" maxlength={100} />
      <TextField
        {...at("amount")}
        help="What came in."
        example="500.00"
        inputmode="decimal"
        maxlength={30}
        short
      />
      <TextField
        {...at("received_on")}
        help="The day on which the money came in."
        example={values.received_on}
        type="date"
        short
      />
      <Select
        {...at("method")}
        options={methods.map((method) => ({ value: method, label: methodLabel(method) }))}
        short
      />
      <TextField
        {...at("reference")}
        help="What the payer or the bank calls it."
        example="BACS 4471"
        maxlength={140}
        optional
      />
      <TextField
        {...at("priority")}
        help="From 1 to 100. The smaller is used first."
        example="50"
        inputmode="numeric"
        maxlength={3}
        short
        optional
      />
      <TextField
        {...at("expiresOn")}
        help="The first day on which it cannot be used. Empty if it has no end."
        example="2027-01-01"
        type="date"
        short
        optional
      />
    </CustomerChange>
  );
});
