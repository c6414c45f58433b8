/** The fields of a company's identity provider. */
import { Select } from "../../../../components/ui/choice.tsx";
import { errorAt, type FormError } from "../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import type { IdentityProviderInput } from "../../../../lib/oidc/identity_provider.ts";

export interface ProviderFormProps {
  values: IdentityProviderInput;
  errors: FormError[];
  /** A secret is kept; an empty field leaves it. */
  hasSecret: boolean;
}

const newcomers = [
  { value: "", label: "Only invited people" },
  { value: "viewer", label: "A viewer, who reads" },
  { value: "biller", label: "A biller, who prepares invoices" },
  { value: "approver", label: "An approver, who checks them" },
];

export function ProviderForm({ values, errors, hasSecret }: ProviderFormProps) {
  const typed = (id: string, value?: string) => ({ id, value, error: errorAt(errors, id) });
  return (
    <Form action="/single-sign-on" submit="Try and save the provider">
      <TextField
        {...typed("address", values.address)}
        label="Address of your company"
        help="People type it to sign in."
        example="calder"
      />
      <TextField
        {...typed("issuer", values.issuer)}
        label="Issuer"
        help="The provider names it among its settings."
        example="https://login.calder.example"
        type="url"
      />
      <TextField
        {...typed("client_id", values.clientId)}
        label="Client id"
        help="The provider gives it to you for Milepost."
        example="milepost"
      />
      <TextField
        {...typed("client_secret")}
        label="Client secret"
        help={hasSecret ? "One is kept. Leave this empty to keep it." : "It is kept sealed and never shown."}
        example="q7Zk4w0d"
        type="password"
        autocomplete="off"
        optional={hasSecret}
      />
      <TextField
        {...typed("domains", values.domains)}
        label="E-mail domains"
        help="Only addresses of these domains come in. Put commas between them."
        example="calder.example"
      />
      <Select
        {...typed("newcomer_role", values.newcomerRole)}
        label="Role of new people"
        help="For those of your company who have no account here yet."
        options={newcomers}
      />
    </Form>
  );
}
