/** Gives a view of one's own another name, or removes it. */
import { type FreshContext, page } from "fresh";
import { Button } from "../../../../components/ui/button.tsx";
import type { FormError } from "../../../../components/ui/error_summary.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../define.ts";
import { renameView } from "../../../../lib/saved_views/commands.ts";
import { filteredLists, hrefOfView } from "../../../../lib/saved_views/filters.ts";
import { findSavedView } from "../../../../lib/saved_views/views.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import { sendForm } from "../../(_components)/sent_form.ts";
import { describeFilter } from "../(_components)/filter_facts.ts";
import { ViewForm, viewLabels } from "../(_components)/view_form.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    return page(await describe(ctx, { key: crypto.randomUUID(), errors: [] }));
  },
  async POST(ctx) {
    const field = await readForm(ctx.req);
    const input = { viewId: ctx.params.id, name: field("name") };
    const sent = await sendForm(ctx, renameView, field("key"), input, viewLabels);
    if ("result" in sent) return ctx.redirect(hrefOfView(sent.result), 303);
    const { errors, key, status } = sent.refusal;
    return page(await describe(ctx, { name: input.name, key, errors }), { status });
  },
});

export default define.page<typeof handler>(({ data: { id, saved, removeKey, ...shown } }) => (
  <ViewForm {...shown} title="Rename or remove a view" action={`/views/${id}`} submit="Save the name">
    <Section id="remove" title="Remove the view">
      <p class="mb-4 max-w-prose">Only the link goes. What the list holds stays as it is.</p>
      <form method="post" action={`/views/${id}/remove`} novalidate>
        <input type="hidden" name="key" value={removeKey} />
        <Button kind="stop">{`Remove the view “${saved}”`}</Button>
      </form>
    </Section>
  </ViewForm>
));

async function describe(
  ctx: FreshContext<State>,
  typed: { name?: string; key: string; errors: FormError[] },
) {
  const { session, tenantId } = signedIn(ctx.state);
  const { view, facts } = await withTenant(
    ctx.state.environment.database,
    tenantId,
    async (db) => {
      const view = await findSavedView(db, session.actor, ctx.params.id);
      return { view, facts: await describeFilter(db, view.list, new URLSearchParams(view.query)) };
    },
    { readOnly: true },
  );
  const { label, path } = filteredLists[view.list];
  const hasErrors = typed.errors.length > 0;
  ctx.state.title = { page: "Rename or remove a view", section: label, ...(hasErrors ? { hasErrors } : {}) };
  return {
    id: view.id,
    saved: view.name,
    removeKey: crypto.randomUUID(),
    list: { label, path },
    backHref: hrefOfView(view),
    facts,
    name: typed.name ?? view.name,
    errors: typed.errors,
    hidden: { key: typed.key },
  };
}
