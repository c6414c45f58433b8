/** Says whether a customer is a business, and its VAT number. */
import { type FreshContext, page } from "fresh";
import { Select } from "../../../../../components/ui/choice.tsx";
import { errorAt, type FormError } from "../../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../../components/ui/field.tsx";
import { withTenant } from "../../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../../define.ts";
import { requireCapability } from "../../../../../lib/auth/policy.ts";
import { findCustomer } from "../../../../../lib/customers/views.ts";
import { setCustomerTax } from "../../../../../lib/tax/commands.ts";
import { customerTaxOf } from "../../../../../lib/tax/views.ts";
import { readForm } from "../../../../(_components)/form_fields.ts";
import { sendForm } from "../../../(_components)/sent_form.ts";
import { CustomerTaxForm } from "../../(_components)/customer_tax_form.tsx";

const labels = { isBusiness: "Buys as", vatId: "VAT number" };
const title = "Change the tax of a customer";

interface Shown {
  customer: { id: string; name: string };
  isBusiness: boolean;
  vatId: string;
  errors: FormError[];
  key: string;
}

export const handler = define.handlers({
  async GET(ctx) {
    const { customer, tax } = await read(ctx);
    ctx.state.title = { page: title, section: customer.name };
    const values = { isBusiness: tax.isBusiness, vatId: tax.vatId ?? "" };
    return page<Shown>({ customer, ...values, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const { customer } = await read(ctx);
    const field = await readForm(ctx.req);
    const values = { isBusiness: field("isBusiness") === "yes", vatId: field("vatId") };
    const input = { customerId: customer.id, ...values };
    const sent = await sendForm(ctx, setCustomerTax, field("key"), input, labels);
    if ("result" in sent) return ctx.redirect(`/customers/${customer.id}/tax?done=changed`, 303);
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { page: title, section: customer.name, hasErrors: true };
    return page<Shown>({ customer, ...values, errors, key }, { status });
  },
});

export default define.page<typeof handler>(({ data: { customer, isBusiness, vatId, errors, key } }) => {
  return (
    <CustomerTaxForm
      customer={customer}
      page={title}
      state="Bills that are there stay as they are."
      path="/edit"
      submit="Save what is known"
      before="it is saved"
      errors={errors}
      idempotencyKey={key}
    >
      <Select
        id="isBusiness"
        label={labels.isBusiness}
        help="Who gave no VAT number of another EU state is charged as a private person there."
        options={[{ value: "no", label: "A private person" }, { value: "yes", label: "A business" }]}
        value={isBusiness ? "yes" : "no"}
        error={errorAt(errors, "isBusiness")}
      />
      <TextField
        id="vatId"
        label={labels.vatId}
        help="Of the country of its address. Its digits are checked."
        example="DE136695976"
        maxlength={30}
        optional
        value={vatId}
        error={errorAt(errors, "vatId")}
      />
    </CustomerTaxForm>
  );
});

async function read(ctx: FreshContext<State>) {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "customers.write");
  return await withTenant(ctx.state.environment.database, tenantId, async (db) => {
    const customer = await findCustomer(db, ctx.params.id);
    return { customer, tax: await customerTaxOf(db, customer.id) };
  }, { readOnly: true });
}
