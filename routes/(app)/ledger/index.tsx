/** The ledger: its reports, and the chart of accounts. */
import { page } from "fresh";
import { Empty } from "../../../components/ui/empty.tsx";
import { LinkRow, TapLink } from "../../../components/ui/link.tsx";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { Section } from "../../../components/ui/section.tsx";
import { Table } from "../../../components/ui/table.tsx";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn } from "../../../define.ts";
import { listChart } from "../../../lib/ledger/reports/views.ts";
import { showKind } from "./(_components)/account_words.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { tenantId } = signedIn(ctx.state);
    const chart = await withTenant(ctx.state.environment.database, tenantId, listChart, { readOnly: true });
    ctx.state.title = { page: "Ledger" };
    return page({ chart });
  },
});

export default define.page<typeof handler>(({ data: { chart } }) => (
  <>
    <PageHeader
      trail={[{ label: "Home", href: "/" }]}
      title="Ledger"
      state="Every bill, credit and payment is posted here, to two accounts or more."
    />
    <LinkRow
      links={[
        { label: "Trial balance", href: "/ledger/trial-balance" },
        { label: "What customers owe, by age", href: "/ledger/ageing" },
        { label: "Accounting periods", href: "/ledger/periods" },
      ]}
    />
    <Section id="accounts" title="Chart of accounts">
      {chart.length === 0
        ? (
          <Empty
            sentence="No account yet. They open with the first billing entity."
            action={{ label: "See the billing entities", href: "/entities" }}
          />
        )
        : (
          <Table
            caption="Accounts by code"
            captionHidden
            layout="paired"
            columns={[
              {
                label: "Account",
                cell: ({ code, name }) => (
                  <TapLink href={`/ledger/accounts/${code}`}>{`${code} ${name}`}</TapLink>
                ),
              },
              { label: "Kind", cell: ({ kind }) => showKind(kind) },
            ]}
            rows={chart}
          />
        )}
    </Section>
  </>
));
