/** The part of an entity's page that lists its tax registrations with their days. */
import { Day } from "../../../../components/ui/date.tsx";
import { LinkRow, TapLink } from "../../../../components/ui/link.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { type Column, Table } from "../../../../components/ui/table.tsx";
import { countryName } from "../../../../lib/core/country.ts";
import { taxKinds } from "../../../../lib/core/tax_number.ts";
import type { TaxRegistration } from "../../../../lib/tenants/views.ts";
import { Missing } from "../../invoices/(_components)/invoice_words.tsx";

export interface RegistrationsSectionProps {
  registrations: TaxRegistration[];
  /** `/entities/<id>/tax-registrations`, for a reader who may change them. */
  changeHref?: string;
  /** Where the rates stand that follow from them. */
  ratesHref?: string;
}

export function RegistrationsSection({ registrations, changeHref, ratesHref }: RegistrationsSectionProps) {
  const add = changeHref && <TapLink href={`${changeHref}/new`}>Add a tax registration</TapLink>;
  return (
    <Section id="registrations" title="Tax registrations" aside={add}>
      {registrations.length > 0
        ? (
          <Table
            caption="Tax registrations, by country"
            captionHidden
            columns={columnsOf(changeHref)}
            rows={registrations}
          />
        )
        : (
          <p class="py-4 border-t border-b border-line">
            None yet. Its invoices show no tax number.
          </p>
        )}
      {ratesHref && <LinkRow links={[{ label: "See the tax rates in force", href: ratesHref }]} />}
    </Section>
  );
}

function columnsOf(changeHref?: string): Column<TaxRegistration>[] {
  const columns: Column<TaxRegistration>[] = [
    { label: "Number", cell: (row) => row.number },
    { label: "Kind", cell: (row) => taxKinds[row.kind] },
    { label: "Country", cell: (row) => countryName(row.country) },
    { label: "First day", cell: (row) => <Day date={String(row.from)} /> },
    {
      label: "Last day",
      cell: (row) => row.to ? <Day date={String(row.to.subtract({ days: 1 }))} /> : <Missing>no end</Missing>,
    },
  ];
  if (!changeHref) return columns;
  return [...columns, {
    label: "End it",
    hiddenLabel: true,
    cell: (row) => (
      <TapLink href={`${changeHref}/${row.id}/end`} about={row.number}>
        {row.to ? "Move the end" : "End"}
      </TapLink>
    ),
  }];
}
