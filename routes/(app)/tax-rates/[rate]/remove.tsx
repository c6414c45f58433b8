/** The last look at a tax rate that is still to come, before it is taken out. */
import { type FreshContext, page } from "fresh";
import { Actions, Button, ButtonLink } from "../../../../components/ui/button.tsx";
import { longDate } from "../../../../components/ui/date.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { countryName } from "../../../../lib/core/country.ts";
import { execute } from "../../../../lib/core/command.ts";
import { removeTaxRate } from "../../../../lib/tax/commands.ts";
import { findTaxRate, type OwnTaxRate } from "../../../../lib/tax/views.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import { showPercent } from "../../invoices/(_components)/invoice_words.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const rate = await read(ctx);
    ctx.state.title = { page: "Take a tax rate out", section: "Tax rates" };
    return page({ rate, key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const field = await readForm(ctx.req);
    const execution = { tenantId, actor: session.actor, key: field("key") };
    await execute(ctx.state.environment, removeTaxRate, execution, { taxRateId: ctx.params.rate });
    return ctx.redirect("/tax-rates?done=removed", 303);
  },
});

export default define.page<typeof handler>(({ data: { rate, key } }) => (
  <>
    <PageHeader
      trail={[{ label: "Home", href: "/" }, { label: "Tax rates", href: "/tax-rates" }]}
      title="Take a tax rate out"
      state="The rate before it then goes on."
      figure={{
        label: `${rate.region ?? countryName(rate.country)}, from ${longDate(`${rate.from}`)}`,
        value: showPercent(rate.percent),
      }}
    />
    <form method="post" action={`/tax-rates/${rate.id}/remove`} novalidate>
      <input type="hidden" name="key" value={key} />
      <Actions>
        <Button kind="stop">Take the rate out</Button>
        <ButtonLink kind="plain" href="/tax-rates">Back to the rates, unchanged</ButtonLink>
      </Actions>
    </form>
  </>
));

async function read(ctx: FreshContext<State>): Promise<OwnTaxRate> {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "entities.write");
  return await withTenant(
    ctx.state.environment.database,
    tenantId,
    (db) => findTaxRate(db, ctx.params.rate),
    { readOnly: true },
  );
}
