/** Adds a billing entity. */
import { page } from "fresh";
import { define, signedIn } from "../../../define.ts";
import { requireCapability } from "../../../lib/auth/policy.ts";
import { createBillingEntity } from "../../../lib/tenants/commands.ts";
import { readForm } from "../../(_components)/form_fields.ts";
import { sendForm } from "../(_components)/sent_form.ts";
import { languageOptions } from "../(_components)/languages.ts";
import { EntityForm, type EntityFormProps, entityLabels } from "./(_components)/entity_form.tsx";
import {
  entityCountries,
  entityCurrencies,
  entityInputOf,
  newEntityValues,
  readEntityValues,
} from "./(_components)/entity_values.ts";

export const handler = define.handlers({
  GET(ctx) {
    requireCapability(signedIn(ctx.state).session.actor, "entities.write");
    ctx.state.title = { page: "Add a billing entity", section: "Billing entities" };
    return page<Shown>({ values: newEntityValues, errors: [], hidden: { key: crypto.randomUUID() } });
  },
  async POST(ctx) {
    const field = await readForm(ctx.req);
    const values = readEntityValues(field);
    const sent = await sendForm(ctx, createBillingEntity, field("key"), entityInputOf(values), entityLabels);
    if ("result" in sent) return ctx.redirect(`/entities/${sent.result.billingEntityId}?done=added`, 303);
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { page: "Add a billing entity", section: "Billing entities", hasErrors: true };
    return page<Shown>({ values, errors, hidden: { key } }, { status });
  },
});

type Shown = Pick<EntityFormProps, "values" | "errors" | "hidden">;

export default define.page<typeof handler>(({ data }) => (
  <EntityForm
    {...data}
    title="Add a billing entity"
    action="/entities/new"
    submit="Save the billing entity"
    cancelHref="/entities"
    countries={entityCountries}
    currencies={entityCurrencies}
    languages={languageOptions(data.values.language)}
  />
));
