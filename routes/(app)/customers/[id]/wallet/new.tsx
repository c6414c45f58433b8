/** Pays money into the wallet of a customer. */
import { Select } from "../../../../../components/ui/choice.tsx";
import { errorAt } from "../../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../../components/ui/field.tsx";
import { define } from "../../../../../define.ts";
import { localDate } from "../../../../../lib/core/period.ts";
import { methods } from "../../../../../lib/payments/methods.ts";
import { payIntoWallet } from "../../../../../lib/payments/wallet/commands.ts";
import { methodLabel } from "../../../payments/(_components)/payment_words.tsx";
import { CustomerChange } from "../../(_components)/customer_change.tsx";
import { AccountField, UseFields, walletFormHandlers } from "../../(_components)/wallet_form.tsx";

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

export const handler = define.handlers(walletFormHandlers({
  title,
  capability: "payments.record",
  labels,
  command: payIntoWallet,
  first: (now, accounts) => ({
    kind: "paid",
    name: "Paid ahead",
    received_on: localDate(now, accounts[0]?.zone ?? "UTC").toString(),
    method: "bank_transfer",
    priority: "50",
  }),
  input: ({ received_on: receivedOn, account: _, ...typed }, account) => ({
    ...typed,
    ...account,
    receivedOn,
  }),
  done: "paid_in",
}));

export default define.page<typeof handler>(({ data }) => {
  const { customer, accounts, values, errors, key } = data;
  const at = (id: keyof typeof labels) => {
    return { id, label: labels[id], value: values[id], error: errorAt(errors, id) };
  };
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
      <AccountField field={at("account")} accounts={accounts} documents="invoices" />
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
      <UseFields priority={at("priority")} expiresOn={at("expiresOn")} />
    </CustomerChange>
  );
});
