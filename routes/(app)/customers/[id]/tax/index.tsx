/** What is known of a customer for tax: business or private, the VAT number with what was said of it, and certificates. */
import { page } from "fresh";
import { ButtonLink } from "../../../../../components/ui/button.tsx";
import { Day, Moment } from "../../../../../components/ui/date.tsx";
import { type Fact, Facts } from "../../../../../components/ui/facts.tsx";
import { TapLink } from "../../../../../components/ui/link.tsx";
import { Notice } from "../../../../../components/ui/notice.tsx";
import { PageHeader } from "../../../../../components/ui/page_header.tsx";
import { Section } from "../../../../../components/ui/section.tsx";
import { type Column, Table } from "../../../../../components/ui/table.tsx";
import { withTenant } from "../../../../../db/tenant.ts";
import { define, signedIn } from "../../../../../define.ts";
import { countryName } from "../../../../../lib/core/country.ts";
import { findCustomer } from "../../../../../lib/customers/views.ts";
import { type Certificate, customerTaxOf, type ShownCustomerTax } from "../../../../../lib/tax/views.ts";
import { Missing } from "../../../invoices/(_components)/invoice_words.tsx";

const notices: Record<string, string> = {
  changed: "Saved. Bills that are drafted from now on follow it.",
  certified: "The certificate is saved.",
  ended: "The end of the certificate is saved.",
};

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const shown = await withTenant(ctx.state.environment.database, tenantId, async (db) => {
      const customer = await findCustomer(db, ctx.params.id);
      return { customer, tax: await customerTaxOf(db, customer.id) };
    }, { readOnly: true });
    ctx.state.title = { page: "Tax", section: shown.customer.name };
    return page({
      ...shown,
      mayWrite: session.actor.capabilities.has("customers.write") && !shown.customer.erasedAt,
      notice: notices[ctx.url.searchParams.get("done") ?? ""],
    });
  },
});

export default define.page<typeof handler>(({ data: { customer, tax, mayWrite, notice } }) => {
  const here = `/customers/${customer.id}`;
  return (
    <>
      {notice && <Notice tone="good">{notice}</Notice>}
      <PageHeader
        trail={[
          { label: "Home", href: "/" },
          { label: "Customers", href: "/customers" },
          { label: customer.name, href: here },
        ]}
        here="Tax"
        title={`Tax of ${customer.name}`}
        state="Where a plan is taxed by the rules, they go by this."
        actions={mayWrite && (
          <ButtonLink kind="go" href={`${here}/tax/edit`}>Change what is known</ButtonLink>
        )}
      />
      <Facts facts={factsOf(customer.country, tax)} />
      <Section
        id="certificates"
        title="Exemption certificates"
        aside={mayWrite && <TapLink href={`${here}/tax/certificates/new`}>Add a certificate</TapLink>}
      >
        {tax.certificates.length === 0 ? <p class="py-4">No certificate yet.</p> : (
          <Table
            caption="Exemption certificates, by country"
            captionHidden
            columns={columnsOf(mayWrite ? `${here}/tax/certificates` : undefined)}
            rows={tax.certificates}
          />
        )}
      </Section>
    </>
  );
});

function factsOf(country: string | null, { isBusiness, vatId, lastCheck }: ShownCustomerTax): Fact[] {
  return [
    { label: "Buys as", value: isBusiness ? "a business" : "a private person" },
    { label: "Country", value: country ? countryName(country) : <Missing>none</Missing> },
    { label: "VAT number", value: vatId ?? <Missing>none</Missing> },
    ...(vatId === null ? [] : [{
      label: "Tax office",
      value: lastCheck === undefined ? "Not asked yet" : (
        <>
          {checkWords[lastCheck.status]}, <Moment instant={String(lastCheck.checkedAt)} zone="UTC" />
        </>
      ),
    }]),
    ...(lastCheck?.consultationNumber
      ? [{ label: "Proof of the question", value: lastCheck.consultationNumber }]
      : []),
  ];
}

const checkWords = {
  valid: "Says that it holds",
  invalid: "Says that it does not hold",
  unknown: "Gave no answer",
};

function columnsOf(changeHref?: string): Column<Certificate>[] {
  const columns: Column<Certificate>[] = [
    { label: "Number", cell: ({ number }) => number },
    { label: "Country", cell: ({ country }) => countryName(country) },
    { label: "Reason", cell: ({ reason, reasonCode }) => `${reason} (${reasonCode})` },
    { label: "First day", cell: ({ from }) => <Day date={String(from)} /> },
    {
      label: "Last day",
      cell: ({ to }) => to ? <Day date={String(to.subtract({ days: 1 }))} /> : <Missing>no end</Missing>,
    },
  ];
  if (!changeHref) return columns;
  return [...columns, {
    label: "End it",
    hiddenLabel: true,
    cell: ({ id, number }) => <TapLink href={`${changeHref}/${id}/end`} about={number}>End</TapLink>,
  }];
}
