/** Gives the filter of a list a name, by which its reader finds it above the list from then on. */
import { type FreshContext, page } from "fresh";
import type { FormError } from "../../../components/ui/error_summary.tsx";
import type { Fact } from "../../../components/ui/facts.tsx";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../define.ts";
import { saveView } from "../../../lib/saved_views/commands.ts";
import { filteredLists, hrefOfView, readFilterQuery, requireList } from "../../../lib/saved_views/filters.ts";
import { readForm } from "../../(_components)/form_fields.ts";
import { sendForm } from "../(_components)/sent_form.ts";
import { describeFilter } from "./(_components)/filter_facts.ts";
import { ViewForm, type ViewFormProps, viewLabels } from "./(_components)/view_form.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const { searchParams } = ctx.url;
    const typed = { list: searchParams.get("list") ?? "", query: searchParams.toString() };
    return page(await describe(ctx, { ...typed, name: "", key: crypto.randomUUID(), errors: [] }));
  },
  async POST(ctx) {
    const field = await readForm(ctx.req);
    const input = { list: field("list"), query: field("query"), name: field("name") };
    const sent = await sendForm(ctx, saveView, field("key"), input, viewLabels);
    if ("result" in sent) return ctx.redirect(hrefOfView(sent.result), 303);
    const { errors, key, status } = sent.refusal;
    return page(await describe(ctx, { ...input, key, errors }), { status });
  },
});

type Described = Omit<ViewFormProps, "title" | "action" | "submit">;

export default define.page<typeof handler>(({ data }) => (
  <ViewForm {...data} title="Save a view" action="/views/new" submit="Save the view" />
));

async function describe(
  ctx: FreshContext<State>,
  typed: { list: string; query: string; name: string; key: string; errors: FormError[] },
): Promise<Described> {
  const { tenantId } = signedIn(ctx.state);
  const list = requireList(typed.list);
  const query = readFilterQuery(list, new URLSearchParams(typed.query));
  const facts: Fact[] = await withTenant(
    ctx.state.environment.database,
    tenantId,
    (db) => describeFilter(db, list, query),
    { readOnly: true },
  );
  const { label } = filteredLists[list];
  const hasErrors = typed.errors.length > 0;
  ctx.state.title = { page: "Save a view", section: label, ...(hasErrors ? { hasErrors } : {}) };
  return {
    list: { label, path: filteredLists[list].path },
    backHref: hrefOfView({ list, query: query.toString() }),
    facts,
    name: typed.name,
    errors: typed.errors,
    hidden: { key: typed.key, list, query: query.toString() },
  };
}
