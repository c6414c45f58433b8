/** One billing entity: what it prints on its invoices, and how it counts, rounds and numbers. */
import { page } from "fresh";
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { type Fact, Facts } from "../../../../components/ui/facts.tsx";
import { Notice } from "../../../../components/ui/notice.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import { countryName } from "../../../../lib/core/country.ts";
import { currencyName, parseCurrencyCode } from "../../../../lib/core/currency.ts";
import { documentTypes } from "../../../../lib/core/number_format.ts";
import { findRunSchedule } from "../../../../lib/invoicing/schedule/views.ts";
import {
  findBillingEntity,
  findNumbering,
  findOpenBankDetails,
  listTaxRegistrations,
  type WholeBillingEntity,
} from "../../../../lib/tenants/views.ts";
import { Missing } from "../../invoices/(_components)/invoice_words.tsx";
import { BankSection } from "../(_components)/bank_section.tsx";
import { languageName } from "../../(_components)/languages.ts";
import { roundingName } from "../(_components)/entity_values.ts";
import { NumbersSection } from "../(_components)/numbers_section.tsx";
import { RegistrationsSection } from "../(_components)/registrations_section.tsx";
import { ScheduleSection } from "../(_components)/schedule_section.tsx";

const notices: Record<string, string> = {
  added: "This billing entity is saved, with its ledger accounts. Contracts can name it now.",
  changed: "The changes are saved. The next invoice shows them.",
  registered: "The tax registration is saved. Invoices show it from its first day on.",
  unregistered: "The end of the tax registration is saved.",
  numbered: "The form of the numbers is saved. Numbers that were given stay as they are.",
  scheduled: "The schedule is saved.",
  proposed: "The bank details are saved. They are in force once another person has approved them.",
  approved: "The new bank details are in force.",
  refused: "The change of the bank details is refused. What was in force stays.",
};

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { environment } = ctx.state;
    const now = environment.clock.now();
    const shown = await withTenant(environment.database, tenantId, async (db) => {
      const entity = await findBillingEntity(db, ctx.params.id);
      return {
        entity,
        numberings: await Promise.all(documentTypes.map((type) => findNumbering(db, entity, type, now))),
        registrations: await listTaxRegistrations(db, [entity.id]),
        bankDetails: await findOpenBankDetails(db, entity.id),
        schedule: await findRunSchedule(db, entity),
      };
    }, { readOnly: true });
    ctx.state.title = { page: shown.entity.name, section: "Billing entities" };
    return page({
      ...shown,
      now,
      mayPropose: session.actor.capabilities.has("bank_details.propose"),
      mayApprove: session.actor.capabilities.has("bank_details.approve"),
      mayEdit: session.actor.capabilities.has("entities.write"),
      notice: notices[ctx.url.searchParams.get("done") ?? ""],
    });
  },
});

export default define.page<typeof handler>(({ data }) => {
  const { entity, numberings, registrations, bankDetails, schedule, now, mayEdit, notice } = data;
  const here = `/entities/${entity.id}`;
  return (
    <>
      {notice && <Notice tone="good">{notice}</Notice>}
      <PageHeader
        trail={[{ label: "Home", href: "/" }, { label: "Billing entities", href: "/entities" }]}
        title={entity.name}
        state={`Issues invoices in ${entity.currency}, by the days of ${entity.zone}.`}
        actions={mayEdit && (
          <ButtonLink kind="go" href={`${here}/edit`}>Change the billing entity</ButtonLink>
        )}
      />
      <Section id="printed" title="Printed on its invoices" first>
        <Facts facts={printedFacts(entity)} />
      </Section>
      <Section id="terms" title="How it bills">
        <Facts facts={billingFacts(entity)} />
      </Section>
      <NumbersSection numberings={numberings} changeHref={mayEdit ? `${here}/numbers` : undefined} />
      <RegistrationsSection
        registrations={registrations}
        changeHref={mayEdit ? `${here}/tax-registrations` : undefined}
        ratesHref={`${here}/tax`}
      />
      <BankSection
        {...bankDetails}
        zone={entity.zone}
        here={`${here}/bank-details`}
        mayPropose={data.mayPropose}
        mayApprove={data.mayApprove}
      />
      <ScheduleSection
        schedule={schedule}
        zone={entity.zone}
        now={now}
        changeHref={mayEdit ? `${here}/schedule` : undefined}
      />
    </>
  );
});

function printedFacts({ name, addressLines, country }: WholeBillingEntity): Fact[] {
  return [
    { label: "Name", value: name },
    {
      label: "Address",
      value: addressLines.length === 0
        ? <Missing>none</Missing>
        : addressLines.map((line, index) => <span key={index} class="block">{line}</span>),
    },
    { label: "Country", value: countryName(country) },
  ];
}

function billingFacts({ currency, zone, language, rounding, numberPrefix }: WholeBillingEntity): Fact[] {
  return [
    { label: "Currency", value: `${currency}, ${currencyName(parseCurrencyCode(currency), "en-GB")}` },
    { label: "Time zone", value: zone },
    { label: "Language", value: languageName(language) },
    { label: "Sums are rounded", value: roundingName(rounding) },
    { label: "Short code", value: numberPrefix },
  ];
}
