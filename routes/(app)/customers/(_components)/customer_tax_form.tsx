/** The frame of a form about a customer's tax: its place below the customer, what is wrong, and the ways out. */
import type { ComponentChildren } from "preact";
import { ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";

export interface CustomerTaxFormProps {
  customer: { id: string; name: string };
  /** The page's name in the trail, and its heading where that says no more. */
  page: string;
  heading?: string;
  /** What follows from the form, in a sentence. */
  state: string;
  /** Below the customer's tax: "/edit". */
  path: string;
  submit: string;
  /** "the certificate is saved": what the errors stand before. */
  before: string;
  errors: FormError[];
  idempotencyKey: string;
  children: ComponentChildren;
}

export function CustomerTaxForm(
  { customer, page, heading = page, state, path, ...form }: CustomerTaxFormProps,
) {
  const tax = `/customers/${customer.id}/tax`;
  return (
    <>
      <PageHeader
        trail={[
          { label: "Home", href: "/" },
          { label: "Customers", href: "/customers" },
          { label: customer.name, href: `/customers/${customer.id}` },
          { label: "Tax", href: tax },
        ]}
        here={page}
        title={heading}
        state={state}
      />
      <ErrorSummary errors={form.errors} before={form.before} />
      <Form
        action={`${tax}${path}`}
        submit={form.submit}
        cancel={{ label: "Leave without saving", href: tax }}
        hidden={{ key: form.idempotencyKey }}
      >
        {form.children}
      </Form>
    </>
  );
}
