/** Changes a billing entity; what its invoices rest on stays, and nobody's change is overwritten unseen. */
import { type FreshContext, page } from "fresh";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { updateBillingEntity } from "../../../../lib/tenants/commands.ts";
import {
  type EntityUse,
  findBillingEntity,
  findEntityUse,
  type WholeBillingEntity,
} from "../../../../lib/tenants/views.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import { sendForm, staleErrors } from "../../(_components)/sent_form.ts";
import { languageOptions } from "../../(_components)/languages.ts";
import { EntityForm, type EntityFormProps, entityLabels } from "../(_components)/entity_form.tsx";
import {
  entityCountries,
  entityCurrencies,
  entityInputOf,
  entityValuesOf,
  readEntityValues,
} from "../(_components)/entity_values.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { entity, use } = await read(ctx);
    ctx.state.title = { page: "Change", section: entity.name };
    const hidden = { key: crypto.randomUUID(), rowVersion: entity.rowVersion };
    return page<Shown>({
      entity,
      values: entityValuesOf(entity),
      isFixed: use.hasInvoices,
      errors: [],
      hidden,
    });
  },
  async POST(ctx) {
    const { entity: before } = await read(ctx);
    const field = await readForm(ctx.req);
    const values = readEntityValues(field);
    const rowVersion = field("rowVersion");
    const input = { ...entityInputOf(values), billingEntityId: before.id, rowVersion };
    const sent = await sendForm(ctx, updateBillingEntity, field("key"), input, entityLabels);
    if ("result" in sent) return ctx.redirect(`/entities/${before.id}?done=changed`, 303);
    const { key, status, isStale } = sent.refusal;
    const { entity, use } = await read(ctx);
    const errors = isStale
      ? [...sent.refusal.errors, ...staleErrors(values, entityValuesOf(entity), entityLabels)]
      : sent.refusal.errors;
    // A term that is at fault must be there to be mended.
    const isTermWrong = errors.some((error) => terms.includes(error.field ?? ""));
    ctx.state.title = { page: "Change", section: entity.name, hasErrors: true };
    const shown = { entity, values, isFixed: use.hasInvoices && !isTermWrong, errors };
    const hidden = { key, rowVersion: isStale ? entity.rowVersion : rowVersion };
    return page<Shown>({ ...shown, hidden }, { status });
  },
});

const terms: readonly string[] = ["currency", "zone", "numberPrefix"];

interface Shown extends Pick<EntityFormProps, "values" | "isFixed" | "errors" | "hidden"> {
  entity: WholeBillingEntity;
}

export default define.page<typeof handler>(({ data: { entity, ...form } }) => {
  const here = `/entities/${entity.id}`;
  return (
    <EntityForm
      {...form}
      title={`Change ${entity.name}`}
      parent={{ label: entity.name, href: here }}
      action={`${here}/edit`}
      submit="Save the changes"
      cancelHref={here}
      countries={entityCountries}
      currencies={entityCurrencies}
      languages={languageOptions(form.values.language)}
    />
  );
});

async function read(ctx: FreshContext<State>): Promise<{ entity: WholeBillingEntity; use: EntityUse }> {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "entities.write");
  const { id } = ctx.params;
  return await withTenant(ctx.state.environment.database, tenantId, async (db) => {
    const entity = await findBillingEntity(db, id);
    return { entity, use: await findEntityUse(db, id) };
  }, { readOnly: true });
}
