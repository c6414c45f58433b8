/** Changes a price index; what someone else changed meanwhile is shown and not overwritten unseen. */
import { type FreshContext, page } from "fresh";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { updatePriceIndex } from "../../../../lib/indexes/commands.ts";
import { findPriceIndex, type PriceIndex } from "../../../../lib/indexes/views.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import { sendForm, staleErrors, wholeNumberOf } from "../../(_components)/sent_form.ts";
import {
  IndexForm,
  type IndexFormProps,
  indexLabels,
  indexValuesOf,
  readIndexForm,
} from "../(_components)/index_form.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const index = await read(ctx);
    ctx.state.title = { page: "Change", section: index.name };
    const hidden = { key: crypto.randomUUID(), rowVersion: index.rowVersion };
    return page<Shown>({ index, values: indexValuesOf(index), errors: [], hidden });
  },
  async POST(ctx) {
    const index = await read(ctx);
    const field = await readForm(ctx.req);
    const values = { ...readIndexForm(field), reference: index.reference };
    const rowVersion = field("rowVersion");
    const input = {
      ...values,
      publicationLagDays: wholeNumberOf(values.publicationLagDays),
      priceIndexId: index.id,
      rowVersion,
    };
    const sent = await sendForm(ctx, updatePriceIndex, field("key"), input, indexLabels);
    if ("result" in sent) return ctx.redirect(`/indexes/${index.id}?done=changed`, 303);
    const { errors, key, status, isStale } = sent.refusal;
    ctx.state.title = { page: "Change", section: index.name, hasErrors: true };
    if (!isStale) return page<Shown>({ index, values, errors, hidden: { key, rowVersion } }, { status });
    const now = await read(ctx);
    const changed = staleErrors(values, indexValuesOf(now), indexLabels);
    const hidden = { key, rowVersion: now.rowVersion };
    return page<Shown>({ index: now, values, errors: [...errors, ...changed], hidden }, { status });
  },
});

interface Shown extends Pick<IndexFormProps, "values" | "errors" | "hidden"> {
  index: PriceIndex;
}

export default define.page<typeof handler>(({ data: { index, ...form } }) => {
  const here = `/indexes/${index.id}`;
  return (
    <IndexForm
      {...form}
      title={`Change ${index.name}`}
      parent={{ label: index.name, href: here }}
      action={`${here}/edit`}
      submit="Save the changes"
      cancelHref={here}
    />
  );
});

async function read(ctx: FreshContext<State>): Promise<PriceIndex> {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "plans.write");
  return await withTenant(
    ctx.state.environment.database,
    tenantId,
    (db) => findPriceIndex(db, ctx.params.id),
    { readOnly: true },
  );
}
