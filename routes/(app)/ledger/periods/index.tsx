/** The accounting periods of every entity: which months are closed, and which one is next. */
import { page } from "fresh";
import { Badge } from "../../../../components/ui/badge.tsx";
import { Empty } from "../../../../components/ui/empty.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { Table } from "../../../../components/ui/table.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import { monthText } from "../../../../lib/ledger/periods/month.ts";
import { nameMonth } from "../../../../lib/ledger/periods/steps.ts";
import { type EntityPeriods, listPeriods } from "../../../../lib/ledger/periods/views.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { tenantId } = signedIn(ctx.state);
    const { database, clock } = ctx.state.environment;
    const entities = await withTenant(database, tenantId, (db) => listPeriods(db, clock.now()), {
      readOnly: true,
    });
    ctx.state.title = { page: "Accounting periods", section: "Ledger" };
    return page({ entities });
  },
});

export default define.page<typeof handler>(({ data: { entities } }) => (
  <>
    <PageHeader
      trail={[{ label: "Home", href: "/" }, { label: "Ledger", href: "/ledger" }]}
      title="Accounting periods"
      state="In a month that is closed, nothing is posted any more. Months close one after the other."
    />
    {entities.length === 0 && (
      <Empty
        main
        sentence="There are no books yet. They open with the first billing entity."
        action={{ label: "See the billing entities", href: "/entities" }}
      />
    )}
    {entities.map((each, index) => (
      <Section key={each.entity.id} id={`entity-${index + 1}`} title={each.entity.name} first={index === 0}>
        <Months {...each} />
      </Section>
    ))}
  </>
));

function Months({ entity, months }: EntityPeriods) {
  if (months.length === 0) return <Empty sentence="Nothing is posted yet." />;
  return (
    <Table
      caption={`Months of ${entity.name}, the newest first`}
      captionHidden
      layout="paired"
      columns={[
        {
          label: "Month",
          cell: ({ month }) => (
            <TapLink href={`/ledger/periods/${entity.id}/${monthText(month)}`} about={`of ${entity.name}`}>
              {nameMonth(month)}
            </TapLink>
          ),
        },
        {
          label: "Status",
          cell: ({ state, isNext }) =>
            state === "closed"
              ? <Badge state="done">Closed</Badge>
              : <Badge state="draft">{isNext ? "Open, next to close" : "Open"}</Badge>,
        },
      ]}
      rows={months}
    />
  );
}
