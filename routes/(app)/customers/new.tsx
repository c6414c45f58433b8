/** Adds a customer. */
import { page } from "fresh";
import { define, signedIn } from "../../../define.ts";
import { requireCapability } from "../../../lib/auth/policy.ts";
import { createCustomer } from "../../../lib/customers/commands.ts";
import { readForm } from "../../(_components)/form_fields.ts";
import { documentLanguageOptions } from "../(_components)/languages.ts";
import { sendForm } from "../(_components)/sent_form.ts";
import { CustomerForm, type CustomerFormProps, customerLabels } from "./(_components)/customer_form.tsx";
import {
  customerCountries,
  customerInputOf,
  newCustomerValues,
  readCustomerValues,
} from "./(_components)/customer_values.ts";

export const handler = define.handlers({
  GET(ctx) {
    requireCapability(signedIn(ctx.state).session.actor, "customers.write");
    ctx.state.title = { page: "Add a customer", section: "Customers" };
    return page<Shown>({ values: newCustomerValues, errors: [], hidden: { key: crypto.randomUUID() } });
  },
  async POST(ctx) {
    const field = await readForm(ctx.req);
    const values = readCustomerValues(field);
    const sent = await sendForm(ctx, createCustomer, field("key"), customerInputOf(values), customerLabels);
    if ("result" in sent) return ctx.redirect(`/customers/${sent.result.customerId}?done=added`, 303);
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { page: "Add a customer", section: "Customers", hasErrors: true };
    return page<Shown>({ values, errors, hidden: { key } }, { status });
  },
});

type Shown = Pick<CustomerFormProps, "values" | "errors" | "hidden">;

export default define.page<typeof handler>(({ data }) => (
  <CustomerForm
    {...data}
    title="Add a customer"
    action="/customers/new"
    submit="Save the customer"
    cancelHref="/customers"
    countries={customerCountries}
    languages={documentLanguageOptions(data.values.language)}
  />
));
