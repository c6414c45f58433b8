/** The last look at a value of a price index before it is taken out. */
import { type FreshContext, page } from "fresh";
import { Actions, Button, ButtonLink } from "../../../../../components/ui/button.tsx";
import { PageHeader } from "../../../../../components/ui/page_header.tsx";
import { withTenant } from "../../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../../define.ts";
import { requireCapability } from "../../../../../lib/auth/policy.ts";
import { execute } from "../../../../../lib/core/command.ts";
import { removeIndexValue } from "../../../../../lib/indexes/commands.ts";
import { findIndexValue, type IndexValue, type PriceIndex } from "../../../../../lib/indexes/views.ts";
import { readForm } from "../../../../(_components)/form_fields.ts";
import { showQuantity } from "../../../invoices/(_components)/invoice_words.tsx";
import { indexTrail } from "../../(_components)/index_form.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const shown = await read(ctx);
    ctx.state.title = { page: "Take a value out", section: shown.index.name };
    return page<Shown>({ ...shown, key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const field = await readForm(ctx.req);
    const input = { priceIndexId: ctx.params.id, date: field("date") };
    const execution = { tenantId, actor: session.actor, key: field("key") };
    await execute(ctx.state.environment, removeIndexValue, execution, input);
    return ctx.redirect(`/indexes/${ctx.params.id}?done=removed`, 303);
  },
});

interface Shown {
  index: PriceIndex;
  value: IndexValue;
  key: string;
}

export default define.page<typeof handler>(({ data: { index, value: { date, value }, key } }) => {
  const here = `/indexes/${index.id}`;
  return (
    <>
      <PageHeader
        trail={[...indexTrail, { label: index.name, href: here }]}
        title="Take a value out"
        state="Usage from its day on is then priced by the value before it."
        figure={{ label: `Value of ${date}`, value: showQuantity(value) }}
      />
      <form method="post" action={`${here}/values/remove`} novalidate>
        <input type="hidden" name="key" value={key} />
        <input type="hidden" name="date" value={date.toString()} />
        <Actions>
          <Button kind="stop">{`Take the value of ${date} out`}</Button>
          <ButtonLink kind="plain" href={here}>Back to the index, unchanged</ButtonLink>
        </Actions>
      </form>
    </>
  );
});

async function read(ctx: FreshContext<State>): Promise<{ index: PriceIndex; value: IndexValue }> {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "plans.write");
  return await withTenant(
    ctx.state.environment.database,
    tenantId,
    (db) => findIndexValue(db, ctx.params.id, ctx.url.searchParams.get("date") ?? ""),
    { readOnly: true },
  );
}
