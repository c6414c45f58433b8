/** Opens an invoice that is written by hand: for whom, and from which billing entity. */
import { type FreshContext, page } from "fresh";
import { Select } from "../../../../components/ui/choice.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { type ContractChoices, listContractChoices } from "../../../../lib/contracts/views.ts";
import { createManualInvoice } from "../../../../lib/invoicing/manual/commands.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import { sendForm } from "../../(_components)/sent_form.ts";
import { ReferenceField } from "../../contracts/(_components)/reference_field.tsx";

const labels = { customer: "Customer", entity: "Billing entity" };

export const handler = define.handlers({
  async GET(ctx) {
    const choices = await readChoices(ctx);
    ctx.state.title = { page: "Write an invoice", section: "Invoices" };
    const values = { customer: ctx.url.searchParams.get("customer") ?? "", entity: "" };
    return page<Shown>({ choices, values, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const choices = await readChoices(ctx);
    const field = await readForm(ctx.req);
    const values = { customer: field("customer").trim(), entity: field("entity").trim() };
    const sent = await sendForm(ctx, createManualInvoice, field("key"), values, labels);
    if ("result" in sent) {
      return ctx.redirect(`/invoices/manual/${sent.result.manualInvoiceId}?done=opened`, 303);
    }
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { page: "Write an invoice", section: "Invoices", hasErrors: true };
    return page<Shown>({ choices, values, errors, key }, { status });
  },
});

interface Shown {
  choices: ContractChoices;
  values: { customer: string; entity: string };
  errors: FormError[];
  key: string;
}

export default define.page<typeof handler>(({ data: { choices, values, errors, key } }) => (
  <>
    <PageHeader
      trail={[
        { label: "Home", href: "/" },
        { label: "Invoices", href: "/invoices" },
        { label: "Written by hand", href: "/invoices/manual" },
      ]}
      title="Write an invoice"
      state="For what no contract bills: you write its lines yourself."
    />
    <ErrorSummary errors={errors} before="you go on" />
    <Form
      action="/invoices/manual/new"
      submit="Open the draft"
      cancel={{ label: "Back, nothing is opened", href: "/invoices/manual" }}
      hidden={{ key }}
    >
      <ReferenceField
        id="customer"
        label="Customer"
        help="Who the invoice is for."
        example="C-001"
        nothing="Choose a customer"
        choices={choices.customers}
        value={values.customer}
        error={errorAt(errors, "customer")}
      />
      <Select
        id="entity"
        label="Billing entity"
        help="It issues the invoice, in its currency."
        options={choices.entities.map(({ reference, name }) => ({ value: reference, label: name }))}
        value={values.entity}
        error={errorAt(errors, "entity")}
      />
    </Form>
  </>
));

async function readChoices(ctx: FreshContext<State>): Promise<ContractChoices> {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "invoices.draft");
  return await withTenant(ctx.state.environment.database, tenantId, listContractChoices, { readOnly: true });
}
