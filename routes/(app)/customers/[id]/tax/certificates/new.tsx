/** Adds an exemption certificate of a customer. */
import { type FreshContext, page } from "fresh";
import { Select } from "../../../../../../components/ui/choice.tsx";
import { errorAt, type FormError } from "../../../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../../../components/ui/field.tsx";
import { withTenant } from "../../../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../../../define.ts";
import { requireCapability } from "../../../../../../lib/auth/policy.ts";
import { localDate } from "../../../../../../lib/core/period.ts";
import { findCustomer } from "../../../../../../lib/customers/views.ts";
import { addExemptionCertificate } from "../../../../../../lib/tax/commands.ts";
import { readForm } from "../../../../../(_components)/form_fields.ts";
import { sendForm } from "../../../../(_components)/sent_form.ts";
import { CustomerTaxForm } from "../../../(_components)/customer_tax_form.tsx";
import { entityCountries } from "../../../../entities/(_components)/entity_values.ts";

const labels = {
  country: "Country",
  number: "Number of the certificate",
  reasonCode: "Code of the reason",
  reason: "Reason",
  fromDate: "First day",
  lastDate: "Last day",
};
const title = "Add an exemption certificate";

interface Shown {
  customer: { id: string; name: string };
  values: Record<keyof typeof labels, string>;
  errors: FormError[];
  key: string;
}

export const handler = define.handlers({
  async GET(ctx) {
    const customer = await read(ctx);
    ctx.state.title = { page: title, section: customer.name };
    const values = {
      country: customer.country ?? "GB",
      number: "",
      reasonCode: "",
      reason: "",
      fromDate: localDate(ctx.state.environment.clock.now(), "UTC").toString(),
      lastDate: "",
    };
    return page<Shown>({ customer, values, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const customer = await read(ctx);
    const field = await readForm(ctx.req);
    const values = {
      country: field("country"),
      number: field("number"),
      reasonCode: field("reasonCode"),
      reason: field("reason"),
      fromDate: field("fromDate"),
      lastDate: field("lastDate"),
    };
    const input = { customerId: customer.id, ...values };
    const sent = await sendForm(ctx, addExemptionCertificate, field("key"), input, labels);
    if ("result" in sent) return ctx.redirect(`/customers/${customer.id}/tax?done=certified`, 303);
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { page: title, section: customer.name, hasErrors: true };
    return page<Shown>({ customer, values, errors, key }, { status });
  },
});

export default define.page<typeof handler>(({ data: { customer, values, errors, key } }) => {
  const at = (id: keyof typeof labels) => ({
    id,
    label: labels[id],
    value: values[id],
    error: errorAt(errors, id),
  });
  return (
    <CustomerTaxForm
      customer={customer}
      page={title}
      state="Where a plan is taxed by the rules, bills for its days are exempt in its country."
      path="/certificates/new"
      submit="Save the certificate"
      before="the certificate is saved"
      errors={errors}
      idempotencyKey={key}
    >
      <Select {...at("country")} help="Where it exempts." options={entityCountries} />
      <TextField {...at("number")} example="77/2026" maxlength={60} />
      <TextField
        {...at("reasonCode")}
        help="Of the list VATEX."
        example="VATEX-EU-151"
        maxlength={40}
        short
      />
      <TextField
        {...at("reason")}
        help="As it stands on the invoice."
        example="Diplomatic mission, article 151"
        maxlength={200}
      />
      <TextField {...at("fromDate")} example="2026-01-01" type="date" short />
      <TextField
        {...at("lastDate")}
        help="None means that it has no end."
        example="2026-12-31"
        type="date"
        optional
        short
      />
    </CustomerTaxForm>
  );
});

async function read(ctx: FreshContext<State>) {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "customers.write");
  return await withTenant(
    ctx.state.environment.database,
    tenantId,
    (db) => findCustomer(db, ctx.params.id),
    { readOnly: true },
  );
}
