/** Grants a customer money that comes off the coming bills. */
import { errorAt } from "../../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../../components/ui/field.tsx";
import { define } from "../../../../../define.ts";
import { grantWalletMoney } from "../../../../../lib/payments/wallet/commands.ts";
import { CustomerChange } from "../../(_components)/customer_change.tsx";
import { AccountField, UseFields, walletFormHandlers } from "../../(_components)/wallet_form.tsx";

const title = "Grant money";
const labels = {
  account: "Account",
  name: "Name",
  amount: "Amount",
  priority: "Priority",
  expiresOn: "Expires on",
};

export const handler = define.handlers(walletFormHandlers({
  title,
  capability: "contracts.write",
  labels,
  command: grantWalletMoney,
  first: () => ({ name: "Gift", priority: "50" }),
  input: ({ account: _, ...typed }, account) => ({ ...typed, ...account }),
  done: "granted",
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
      state="It comes off the coming bills of this account, before tax, after all other discounts."
      path="wallet/grant"
      submit="Grant it"
      before="it is granted"
    >
      <AccountField field={at("account")} accounts={accounts} documents="bills" />
      <TextField {...at("name")} help="As the invoice names it." example="Welcome gift" maxlength={100} />
      <TextField
        {...at("amount")}
        help="How much in all."
        example="100.00"
        inputmode="decimal"
        maxlength={30}
        short
      />
      <UseFields priority={at("priority")} expiresOn={at("expiresOn")} />
    </CustomerChange>
  );
});
