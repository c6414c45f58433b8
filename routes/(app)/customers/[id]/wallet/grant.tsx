/** Grants a customer money that comes off the coming bills. */
import { type FreshContext, page } from "fresh";
import { Select } from "../../../../../components/ui/choice.tsx";
import { errorAt, type FormError } from "../../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../../components/ui/field.tsx";
import { define, type State } from "../../../../../define.ts";
import type { Customer } from "../../../../../lib/customers/views.ts";
import { findCustomerAccounts, listPayableAccounts } from "../../../../../lib/payments/views.ts";
import { grantWalletMoney } from "../../../../../lib/payments/wallet/commands.ts";
import { readForm } from "../../../../(_components)/form_fields.ts";
import { sendForm } from "../../../(_components)/sent_form.ts";
import { accountValue } from "../../../payments/(_components)/send_payment.ts";
import { CustomerChange, readCustomer } from "../../(_components)/customer_change.tsx";

const title = "Grant money";
const labels = {
  account: "Account",
  name: "Name",
  amount: "Amount",
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
    const account = accounts[0] ? accountValue(accounts[0]) : "";
    const values = { ...valuesBy(() => ""), account, name: "Gift", priority: "50" };
    return page<Shown>({ customer, accounts, values, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const { customer, accounts } = await read(ctx);
    const field = await readForm(ctx.req);
    const values = valuesBy((name) => field(name).trim());
    const [billingEntityId, currency = ""] = values.account.split(" ");
    const { account: _, ...typed } = values;
    const input = { ...typed, customerId: customer.id, billingEntityId, currency };
    const sent = await sendForm(ctx, grantWalletMoney, field("key"), input, labels);
    if ("result" in sent) return ctx.redirect(`/customers/${customer.id}/wallet?done=granted`, 303);
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
    "contracts.write",
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
      state="It comes off the coming bills of this account, before tax, after all other discounts."
      path="wallet/grant"
      submit="Grant it"
      before="it is granted"
    >
      <Select
        {...at("account")}
        help="Whose bills it is for, and in which currency."
        options={accounts.map((account) => {
          return { value: accountValue(account), label: `${account.entityName}, ${account.currency}` };
        })}
      />
      <TextField {...at("name")} help="As the invoice names it." example="Welcome gift" maxlength={100} />
      <TextField
        {...at("amount")}
        help="How much in all."
        example="100.00"
        inputmode="decimal"
        maxlength={30}
        short
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
