/** What the forms that put money into a customer's wallet share: the account, when it is used, and how they are sent. */
import { type FreshContext, page } from "fresh";
import { Select } from "../../../../components/ui/choice.tsx";
import type { FormError } from "../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import type { State } from "../../../../define.ts";
import type { Capability } from "../../../../lib/core/actor.ts";
import type { Command, Json } from "../../../../lib/core/command.ts";
import type { Customer } from "../../../../lib/customers/views.ts";
import { findCustomerAccounts, listPayableAccounts } from "../../../../lib/payments/views.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import { sendForm } from "../../(_components)/sent_form.ts";
import { accountValue } from "../../payments/(_components)/send_payment.ts";
import { readCustomer } from "./customer_change.tsx";

export type Accounts = Awaited<ReturnType<typeof listPayableAccounts>>;

export interface WalletFormShown<Values> {
  customer: Customer;
  accounts: Accounts;
  values: Values;
  errors: FormError[];
  key: string;
}

interface WalletForm<Name extends string, Input, Result extends Json> {
  title: string;
  capability: Capability;
  labels: Readonly<Record<Name, string>>;
  command: Command<Input, Result>;
  /** What stands in the fresh form beside the account; the rest is empty. */
  first(now: Temporal.Instant, accounts: Accounts): Partial<Record<Name, string>>;
  input(values: Record<Name, string>, account: WalletAccount): Input;
  /** What the wallet's page then says. */
  done: string;
}

interface WalletAccount {
  customerId: string;
  billingEntityId: string;
  currency: string;
}

/** GET and POST of such a form. */
export function walletFormHandlers<Name extends string, Input, Result extends Json>(
  { title, capability, labels, command, first, input, done }: WalletForm<Name | "account", Input, Result>,
) {
  type Values = Record<Name | "account", string>;
  const valuesBy = (read: (name: string) => string) =>
    Object.fromEntries(Object.keys(labels).map((name) => [name, read(name)])) as Values;
  const read = (ctx: FreshContext<State>) =>
    readCustomer(
      ctx,
      capability,
      async (db, { id }) => await listPayableAccounts(db, await findCustomerAccounts(db, id)),
    );
  return {
    async GET(ctx: FreshContext<State>) {
      const { customer, more: accounts } = await read(ctx);
      ctx.state.title = { page: title, section: customer.name };
      const account = accounts[0] ? accountValue(accounts[0]) : "";
      const filled = first(ctx.state.environment.clock.now(), accounts);
      const values = { ...valuesBy(() => ""), ...filled, account };
      return page<WalletFormShown<Values>>({
        customer,
        accounts,
        values,
        errors: [],
        key: crypto.randomUUID(),
      });
    },
    async POST(ctx: FreshContext<State>) {
      const { customer, more: accounts } = await read(ctx);
      const field = await readForm(ctx.req);
      const values = valuesBy((name) => field(name).trim());
      const [billingEntityId, currency = ""] = values.account.split(" ");
      const sent = await sendForm(
        ctx,
        command,
        field("key"),
        input(values, { customerId: customer.id, billingEntityId, currency }),
        labels,
      );
      if ("result" in sent) return ctx.redirect(`/customers/${customer.id}/wallet?done=${done}`, 303);
      const { errors, key, status } = sent.refusal;
      ctx.state.title = { page: title, section: customer.name, hasErrors: true };
      return page<WalletFormShown<Values>>({ customer, accounts, values, errors, key }, { status });
    },
  };
}

interface FieldOf {
  id: string;
  label: string;
  value: string;
  error?: string;
}

/** Whose documents the money is for. */
export function AccountField(
  { field, accounts, documents }: { field: FieldOf; accounts: Accounts; documents: string },
) {
  return (
    <Select
      {...field}
      help={`Whose ${documents} it is for, and in which currency.`}
      options={accounts.map((account) => {
        return { value: accountValue(account), label: `${account.entityName}, ${account.currency}` };
      })}
    />
  );
}

/** In which turn the money is used, and until when. */
export function UseFields({ priority, expiresOn }: { priority: FieldOf; expiresOn: FieldOf }) {
  return (
    <>
      <TextField
        {...priority}
        help="From 1 to 100. The smaller is used first."
        example="50"
        inputmode="numeric"
        maxlength={3}
        short
        optional
      />
      <TextField
        {...expiresOn}
        help="The first day on which it cannot be used. Empty if it has no end."
        example="2027-01-01"
        type="date"
        short
        optional
      />
    </>
  );
}
