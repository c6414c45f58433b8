/** The body of the page that adds or changes a customer. */
import { type Option, RadioGroup, Select } from "../../../../components/ui/choice.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { TextArea, TextField } from "../../../../components/ui/field.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { type Crumb, PageHeader } from "../../../../components/ui/page_header.tsx";

/** As typed. */
export interface CustomerFormValues {
  name: string;
  reference: string;
  email: string;
  invoiceDelivery: string;
  /** One line for each part. */
  addressLines: string;
  country: string;
  language: string;
  paymentTermsDays: string;
}

/** The fields in their order, each with its label. */
export const customerLabels: Record<keyof CustomerFormValues, string> = {
  name: "Name",
  reference: "Reference",
  email: "E-mail address for invoices",
  invoiceDelivery: "How invoices go out",
  addressLines: "Postal address",
  country: "Country",
  language: "Language of invoices",
  paymentTermsDays: "Days to pay",
};

export interface CustomerFormProps {
  /** "Add a customer", "Change Brightwater Facilities Ltd". */
  title: string;
  /** The customer that is changed, in the way here. */
  parent?: Crumb;
  action?: string;
  submit: string;
  cancelHref: string;
  values: CustomerFormValues;
  countries: Option[];
  languages: Option[];
  errors: FormError[];
  hidden?: Record<string, string>;
}

const trail = [{ label: "Home", href: "/" }, { label: "Customers", href: "/customers" }];

export function CustomerForm(props: CustomerFormProps) {
  const { title, parent, action, submit, cancelHref, errors, hidden } = props;
  return (
    <>
      <PageHeader
        trail={parent ? [...trail, parent] : trail}
        here={parent && "Change"}
        title={title}
        state="You can change all of this later. An issued invoice keeps the name and address it was issued with."
      />
      <ErrorSummary errors={errors} before="the customer is saved" />
      <Form
        action={action}
        submit={submit}
        cancel={{ label: "Leave without saving", href: cancelHref }}
        hidden={hidden}
      >
        <CustomerFields {...props} />
      </Form>
    </>
  );
}

const deliveryOptions = [
  {
    value: "email",
    label: "By e-mail",
    help: "A run sends the invoice to the address above, once it is checked.",
  },
  {
    value: "by_hand",
    label: "By hand",
    help: "A run sends nothing. You print or send the invoice yourself.",
  },
];

function CustomerFields({ values, countries, languages, errors }: CustomerFormProps) {
  const basics = (id: keyof CustomerFormValues) => ({
    id,
    label: customerLabels[id],
    value: values[id],
    error: errorAt(errors, id),
  });
  return (
    <>
      <TextField
        {...basics("name")}
        help="As it stands on the invoice."
        example="Brightwater Facilities Ltd"
        autocomplete="organization"
        maxlength={200}
      />
      <TextField
        {...basics("reference")}
        help="Your own number for this customer. No other customer has it."
        example="C-1042"
        maxlength={100}
        short
      />
      <TextField
        {...basics("email")}
        help="Invoices and reminders go here."
        example="accounts@brightwater.example"
        type="email"
        autocomplete="email"
        maxlength={200}
        optional
      />
      <RadioGroup
        id="invoiceDelivery"
        legend={customerLabels.invoiceDelivery}
        options={deliveryOptions}
        value={values.invoiceDelivery}
        error={errorAt(errors, "invoiceDelivery")}
      />
      <TextArea
        {...basics("addressLines")}
        help="One line for each part, without the name and the country."
        example="18 Canal Wharf, Leeds, LS11 5PS"
        optional
      />
      <Select {...basics("country")} help="Stands under the address." options={countries} optional />
      <Select
        {...basics("language")}
        help="Of the invoices and statements that you send as a PDF."
        options={languages}
        optional
      />
      <TextField
        {...basics("paymentTermsDays")}
        help="From the day of issue until an invoice is due."
        example="30"
        inputmode="numeric"
        maxlength={3}
        short
      />
    </>
  );
}
