/** Changes a customer; what someone else changed meanwhile is shown and not overwritten unseen. */
import { type FreshContext, page } from "fresh";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { updateCustomer } from "../../../../lib/customers/commands.ts";
import { type Customer, findCustomer } from "../../../../lib/customers/views.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import { documentLanguageOptions } from "../../(_components)/languages.ts";
import { sendForm, staleErrors } from "../../(_components)/sent_form.ts";
import { CustomerForm, type CustomerFormProps, customerLabels } from "../(_components)/customer_form.tsx";
import {
  customerCountries,
  customerInputOf,
  customerValuesOf,
  readCustomerValues,
} from "../(_components)/customer_values.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const customer = await read(ctx);
    ctx.state.title = { page: "Change", section: customer.name };
    const hidden = { key: crypto.randomUUID(), rowVersion: customer.rowVersion };
    return page<Shown>({ customer, values: customerValuesOf(customer), errors: [], hidden });
  },
  async POST(ctx) {
    const customer = await read(ctx);
    const field = await readForm(ctx.req);
    const values = readCustomerValues(field);
    const rowVersion = field("rowVersion");
    const input = { ...customerInputOf(values), customerId: customer.id, rowVersion };
    const sent = await sendForm(ctx, updateCustomer, field("key"), input, customerLabels);
    if ("result" in sent) return ctx.redirect(`/customers/${customer.id}?done=changed`, 303);
    const { errors, key, status, isStale } = sent.refusal;
    ctx.state.title = { page: "Change", section: customer.name, hasErrors: true };
    if (!isStale) return page<Shown>({ customer, values, errors, hidden: { key, rowVersion } }, { status });
    const now = await read(ctx);
    const changed = staleErrors(values, customerValuesOf(now), customerLabels);
    const hidden = { key, rowVersion: now.rowVersion };
    return page<Shown>({ customer: now, values, errors: [...errors, ...changed], hidden }, { status });
  },
});

interface Shown extends Pick<CustomerFormProps, "values" | "errors" | "hidden"> {
  customer: Customer;
}

export default define.page<typeof handler>(({ data: { customer, ...form } }) => {
  const here = `/customers/${customer.id}`;
  return (
    <CustomerForm
      {...form}
      title={`Change ${customer.name}`}
      parent={{ label: customer.name, href: here }}
      action={`${here}/edit`}
      submit="Save the changes"
      cancelHref={here}
      countries={customerCountries}
      languages={documentLanguageOptions(form.values.language)}
    />
  );
});

async function read(ctx: FreshContext<State>): Promise<Customer> {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "customers.write");
  return await withTenant(
    ctx.state.environment.database,
    tenantId,
    (db) => findCustomer(db, ctx.params.id),
    { readOnly: true },
  );
}
