/** The body of one vehicle: on which contracts it was, and what it did last. */
import type { ComponentChildren } from "preact";
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { Empty } from "../../../../components/ui/empty.tsx";
import { type Fact, Facts } from "../../../../components/ui/facts.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { Table } from "../../../../components/ui/table.tsx";

export interface VehicleStayRow {
  href: string;
  contract: string;
  from: ComponentChildren;
  /** The last day, or "no end". */
  until: ComponentChildren;
}

export interface VehicleUsageRow {
  at: ComponentChildren;
  /** "trip". */
  event: string;
  /** "miles 12.4, purpose business". */
  what: string;
  source: string;
}

export interface VehicleDetailProps {
  /** "V-0042". */
  reference: string;
  state: string;
  /** For a reader who may. */
  editHref?: string;
  facts: Fact[];
  stays: VehicleStayRow[];
  /** Where not all are shown: "The latest 25 of 31 stays." */
  staysShown?: string;
  usage: VehicleUsageRow[];
}

export function VehicleDetail(props: VehicleDetailProps) {
  const { reference, state, editHref, facts, stays, staysShown, usage } = props;
  return (
    <>
      <PageHeader
        trail={[{ label: "Home", href: "/" }, { label: "Vehicles", href: "/vehicles" }]}
        title={`Vehicle ${reference}`}
        here={reference}
        state={state}
        actions={editHref && <ButtonLink kind="go" href={editHref}>Change the vehicle</ButtonLink>}
      />
      <Facts facts={facts} />
      <Section id="contracts" title="Contracts" aside={staysShown}>
        {stays.length === 0 ? <Empty sentence="This vehicle was never on a contract." /> : (
          <Table
            caption="Contracts that this vehicle was on, the latest first"
            captionHidden
            columns={[
              {
                label: "Contract",
                cell: (row) => <TapLink href={row.href} unbroken>{row.contract}</TapLink>,
              },
              { label: "From", cell: (row) => row.from },
              { label: "Until", cell: (row) => row.until },
            ]}
            rows={stays}
          />
        )}
      </Section>
      <Section id="usage" title="Newest usage">
        {usage.length === 0 ? <Empty sentence="No usage yet." /> : (
          <Table
            caption="Usage events, newest first"
            captionHidden
            tight
            columns={[
              { label: "When", cell: (row) => row.at },
              { label: "Event", cell: (row) => row.event },
              { label: "What", cell: (row) => row.what },
              { label: "From", cell: (row) => row.source },
            ]}
            rows={usage}
          />
        )}
      </Section>
    </>
  );
}
