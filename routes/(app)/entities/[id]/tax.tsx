/** Where a billing entity is registered for tax, and the rates that hold there. */
import { page } from "fresh";
import { Day } from "../../../../components/ui/date.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { Table } from "../../../../components/ui/table.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import { countryName } from "../../../../lib/core/country.ts";
import { localDate } from "../../../../lib/core/period.ts";
import { isInUnion } from "../../../../lib/tax/countries.ts";
import { ratesInForce } from "../../../../lib/tax/views.ts";
import { taxPointWords } from "../(_components)/tax_point_words.ts";
import { findBillingEntity, listTaxRegistrations } from "../../../../lib/tenants/views.ts";
import { Missing, showPercent } from "../../invoices/(_components)/invoice_words.tsx";
import { RegistrationsSection } from "../(_components)/registrations_section.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { environment } = ctx.state;
    const now = environment.clock.now();
    const shown = await withTenant(environment.database, tenantId, async (db) => {
      const entity = await findBillingEntity(db, ctx.params.id);
      const registrations = await listTaxRegistrations(db, [entity.id]);
      const countries = [entity.country, ...registrations.map(({ country }) => country)];
      return {
        entity,
        registrations,
        rates: await ratesInForce(db, countries, localDate(now, entity.zone)),
      };
    }, { readOnly: true });
    ctx.state.title = { page: "Tax", section: shown.entity.name };
    return page({ ...shown, mayEdit: session.actor.capabilities.has("entities.write") });
  },
});

export default define.page<typeof handler>(({ data: { entity, registrations, rates, mayEdit } }) => {
  const here = `/entities/${entity.id}`;
  const hasShop = registrations.some(({ kind, to }) => kind === "oss" && to === null);
  return (
    <>
      <PageHeader
        trail={[
          { label: "Home", href: "/" },
          { label: "Billing entities", href: "/entities" },
          { label: entity.name, href: here },
        ]}
        here="Tax"
        title={`Tax of ${entity.name}`}
        state={taxPointWords(entity.country)}
      />
      <RegistrationsSection
        registrations={registrations}
        changeHref={mayEdit ? `${here}/tax-registrations` : undefined}
      />
      {(hasShop || isInUnion(entity.country)) && (
        <Section id="shop" title="One Stop Shop">
          <p class="max-w-prose py-4">
            {hasShop
              ? "Private customers in other EU states are charged at the rate of their state."
              : "No registration. Private customers in other EU states can be charged only where the entity is registered."}
          </p>
        </Section>
      )}
      <Section
        id="rates"
        title="Rates in force"
        aside={<TapLink href="/tax-rates">Your own rates</TapLink>}
      >
        {rates.length === 0
          ? <p class="py-4">No rate is known for where it is registered. Add one of your own.</p>
          : (
            <Table
              caption="Rates in force and to come, by place"
              captionHidden
              columns={[
                {
                  label: "Place",
                  cell: ({ country, region }) =>
                    region === null ? countryName(country) : `${countryName(country)}, ${region}`,
                },
                { label: "Kind", cell: ({ rateClass }) => rateClass === "standard" ? "General" : "Reduced" },
                {
                  label: "Rate",
                  figures: true,
                  cell: ({ percents }) => percents.map(showPercent).join(" or "),
                },
                { label: "First day", cell: ({ from }) => <Day date={String(from)} /> },
                {
                  label: "Last day",
                  cell: ({ until }) =>
                    until ? <Day date={String(until.subtract({ days: 1 }))} /> : <Missing>no end</Missing>,
                },
              ]}
              rows={rates}
            />
          )}
      </Section>
    </>
  );
});
