/** The body of the page that adds or changes a customer. */
import { Select } from "../../../../components/ui/choice.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { TextArea, TextField } from "../../../../components/ui/field.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";

export interface CustomerFormValues {
  name: string;
  reference: string;
  email: string;
  address: string;
  country: string;
}

export interface CustomerFormProps {
  /** "Add a customer", "Change Brightwater Facilities Ltd". */
  title: string;
  submit: string;
  cancelHref: string;
  values: CustomerFormValues;
  countries: { value: string; label: string }[];
  errors: FormError[];
  hidden?: Record<string, string>;
}

export function CustomerForm(
  { title, submit, cancelHref, values, countries, errors, hidden }: CustomerFormProps,
) {
  return (
    <>
      <PageHeader
        trail={[{ label: "Home", href: "/" }, { label: "Customers", href: "/customers" }]}
        title={title}
        state="You can change all of this later. An issued invoice keeps the name and address it was issued with."
      />
      <ErrorSummary errors={errors} before="the customer is saved" />
      <Form submit={submit} cancel={{ label: "Leave without saving", href: cancelHref }} hidden={hidden}>
        <TextField
          id="name"
          label="Name"
          help="As it stands on the invoice."
          example="Brightwater Facilities Ltd"
          autocomplete="organization"
          value={values.name}
          error={errorAt(errors, "name")}
        />
        <TextField
          id="reference"
          label="Reference"
          help="Your own number for this customer."
          example="C-1042"
          value={values.reference}
          error={errorAt(errors, "reference")}
          short
          optional
        />
        <TextField
          id="email"
          label="E-mail address for invoices"
          help="Invoices and reminders go here."
          example="accounts@brightwater.example"
          type="email"
          autocomplete="email"
          value={values.email}
          error={errorAt(errors, "email")}
        />
        <TextArea
          id="address"
          label="Postal address"
          help="One line for each part, without the name and the country."
          example="18 Canal Wharf, Leeds, LS11 5PS"
          value={values.address}
          error={errorAt(errors, "address")}
        />
        <Select
          id="country"
          label="Country"
          help="Decides which tax rules hold."
          options={countries}
          value={values.country}
          error={errorAt(errors, "country")}
        />
      </Form>
    </>
  );
}
