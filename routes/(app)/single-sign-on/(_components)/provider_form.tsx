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
  return (
    <Form action="/single-sign-on" submit="Try and save the provider">
      <TextField
        id="address"
        label="Address of your company"
        help="People type it to sign in."
        example="calder"
        value={values.address}
        error={errorAt(errors, "address")}
      />
      <TextField
        id="issuer"
        label="Issuer"
        help="The provider names it among its settings."
        example="https://login.calder.example"
        type="url"
        value={values.issuer}
        error={errorAt(errors, "issuer")}
      />
      <TextField
        id="client_id"
        label="Client id"
        help="The provider gives it to you for Milepost."
        example="milepost"
        value={values.clientId}
        error={errorAt(errors, "client_id")}
      />
      <TextField
        id="client_secret"
        label="Client secret"
        help={hasSecret ? "One is kept. Leave this empty to keep it." : "It is kept sealed and never shown."}
        example="q7Zk4w0d"
        type="password"
        autocomplete="off"
        optional={hasSecret}
        error={errorAt(errors, "client_secret")}
      />
      <TextField
        id="domains"
        label="E-mail domains"
        help="Only addresses of these domains come in. Put commas between them."
        example="calder.example"
        value={values.domains}
        error={errorAt(errors, "domains")}
      />
      <Select
        id="newcomer_role"
        label="What a person becomes who is new"
        help="A person of your company who has no account here yet."
        options={newcomers}
        value={values.newcomerRole}
        error={errorAt(errors, "newcomer_role")}
      />
    </Form>
  );
}
