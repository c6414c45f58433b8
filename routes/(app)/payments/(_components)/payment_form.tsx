/** The form that records a payment, for one invoice or on a customer's account. */
import { Checkbox, type Option, Select } from "../../../../components/ui/choice.tsx";
import { longDate } from "../../../../components/ui/date.tsx";
import { errorAt, type FormError } from "../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { amountExample } from "../../../../lib/core/amount_input.ts";
import { parseCurrencyCode } from "../../../../lib/core/currency.ts";
import { methods } from "../../../../lib/payments/methods.ts";
import { methodLabel } from "./payment_words.tsx";

/** As typed. */
export interface PaymentValues {
  /** `<entity> <currency>`. */
  account: string;
  amount: string;
  receivedOn: string;
  method: string;
  reference: string;
  keepRest: boolean;
}

export interface PaymentFormProps {
  action: string;
  cancel: { label: string; href: string };
  values: PaymentValues;
  errors: FormError[];
  /** Keeps a second press of the button from recording a second payment. */
  idempotencyKey: string;
  /** "GBP", where that is known. */
  currency?: string;
  /** Today where the entity is. */
  today: string;
  /** Where the customer owes more than one entity, or in more than one currency. */
  accounts?: Option[];
  /** The amount was above what is open, or nothing is open. */
  asksForRest: boolean;
}

export function PaymentForm(props: PaymentFormProps) {
  const { action, cancel, values, errors, idempotencyKey, currency, today, accounts, asksForRest } = props;
  const hidden = { key: idempotencyKey, ...(accounts ? {} : { account: values.account }) };
  return (
    <Form action={action} submit="Record the payment" hidden={hidden} cancel={cancel}>
      {accounts && (
        <Select
          id="account"
          label="Account"
          help="Who billed the customer, and in which currency."
          error={errorAt(errors, "account")}
          options={accounts}
          value={values.account}
        />
      )}
      <TextField
        id="amount"
        label={currency ? `Amount in ${currency}` : "Amount"}
        help="What came in."
        example={amountExample(parseCurrencyCode(currency ?? "EUR"))}
        error={errorAt(errors, "amount") ?? errorAt(errors, "currency")}
        value={values.amount}
        inputmode="decimal"
        short
        maxlength={30}
      />
      {asksForRest && (
        <Checkbox
          id="keep_rest"
          label="Keep what is above the open amount as credit of the customer"
          checked={values.keepRest}
          error={errorAt(errors, "keep_rest")}
        />
      )}
      <TextField
        id="received_on"
        label="Received on"
        help="The day on which the money came in."
        example={longDate(today)}
        error={errorAt(errors, "received_on")}
        value={values.receivedOn}
        type="date"
        short
      />
      <Select
        id="method"
        label="How it came in"
        error={errorAt(errors, "method")}
        options={methods.map((method) => ({ value: method, label: methodLabel(method) }))}
        value={values.method}
        short
      />
      <TextField
        id="reference"
        label="Reference"
        help="What the payer or the bank calls it."
        example="BACS 4471"
        error={errorAt(errors, "reference")}
        value={values.reference}
        optional
        maxlength={140}
      />
    </Form>
  );
}
