/** Adds a tax registration to a billing entity. */
import { type FreshContext, page } from "fresh";
import { Select } from "../../../../../components/ui/choice.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../../components/ui/field.tsx";
import { Form } from "../../../../../components/ui/form.tsx";
import { PageHeader } from "../../../../../components/ui/page_header.tsx";
import { withTenant } from "../../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../../define.ts";
import { requireCapability } from "../../../../../lib/auth/policy.ts";
import { localDate } from "../../../../../lib/core/period.ts";
import { taxKinds } from "../../../../../lib/core/tax_number.ts";
import { addTaxRegistration } from "../../../../../lib/tenants/tax_registrations.ts";
import { findBillingEntity, type WholeBillingEntity } from "../../../../../lib/tenants/views.ts";
import { readForm } from "../../../../(_components)/form_fields.ts";
import { sendForm } from "../../../(_components)/sent_form.ts";
import { entityCountries } from "../../(_components)/entity_values.ts";

const labels = { country: "Country", kind: "Kind", number: "Number", fromDate: "First day" };

interface Shown {
  entity: WholeBillingEntity;
  values: { country: string; kind: string; number: string; fromDate: string };
  errors: FormError[];
  key: string;
}

export const handler = define.handlers({
  async GET(ctx) {
    const entity = await read(ctx);
    ctx.state.title = { page: "Add a tax registration", section: entity.name };
    const today = localDate(ctx.state.environment.clock.now(), entity.zone);
    const values = { country: entity.country, kind: "vat", number: "", fromDate: today.toString() };
    return page<Shown>({ entity, values, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const entity = await read(ctx);
    const field = await readForm(ctx.req);
    const values = {
      country: field("country"),
      kind: field("kind"),
      number: field("number"),
      fromDate: field("fromDate"),
    };
    const input = { billingEntityId: entity.id, ...values };
    const sent = await sendForm(ctx, addTaxRegistration, field("key"), input, labels);
    if ("result" in sent) return ctx.redirect(`/entities/${entity.id}?done=registered`, 303);
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { page: "Add a tax registration", section: entity.name, hasErrors: true };
    return page<Shown>({ entity, values, errors, key }, { status });
  },
});

const kinds = Object.entries(taxKinds).map(([value, label]) => ({ value, label }));

export default define.page<typeof handler>(({ data: { entity, values, errors, key } }) => {
  const here = `/entities/${entity.id}`;
  const at = (id: keyof typeof labels) => ({
    id,
    label: labels[id],
    value: values[id],
    error: errorAt(errors, id),
  });
  return (
    <>
      <PageHeader
        trail={[
          { label: "Home", href: "/" },
          { label: "Billing entities", href: "/entities" },
          { label: entity.name, href: here },
        ]}
        here="Add a tax registration"
        title="Add a tax registration"
        state="Invoices issued from its first day on show it. Earlier ones stay as they are."
      />
      <ErrorSummary errors={errors} before="the registration is saved" />
      <Form
        action={`${here}/tax-registrations/new`}
        submit="Save the registration"
        cancel={{ label: "Leave without saving", href: here }}
        hidden={{ key }}
      >
        <Select
          {...at("country")}
          help="Customers there see it. The entity’s own is for all others."
          options={entityCountries}
        />
        <Select {...at("kind")} help="The tax it is for." options={kinds} />
        <TextField
          {...at("number")}
          help="As it stands on the invoice."
          example="GB 123 4567 89"
          maxlength={60}
        />
        <TextField
          {...at("fromDate")}
          help="The first day on which it holds."
          example="2026-01-01"
          type="date"
          short
        />
      </Form>
    </>
  );
});

async function read(ctx: FreshContext<State>): Promise<WholeBillingEntity> {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "entities.write");
  return await withTenant(
    ctx.state.environment.database,
    tenantId,
    (db) => findBillingEntity(db, ctx.params.id),
    { readOnly: true },
  );
}
