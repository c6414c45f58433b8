/** The rates that a business added to the built-in ones. */
import { page } from "fresh";
import { ButtonLink } from "../../../components/ui/button.tsx";
import { Day, longDate } from "../../../components/ui/date.tsx";
import { Empty } from "../../../components/ui/empty.tsx";
import { TapLink } from "../../../components/ui/link.tsx";
import { Notice } from "../../../components/ui/notice.tsx";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { type Column, Table } from "../../../components/ui/table.tsx";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn } from "../../../define.ts";
import { countryName } from "../../../lib/core/country.ts";
import { isAhead, type OwnTaxRate, ownTaxRates } from "../../../lib/tax/views.ts";
import { showPercent } from "../invoices/(_components)/invoice_words.tsx";

const notices: Record<string, string> = {
  added: "The rate is saved. Bills with a tax point from its first day on use it.",
  removed: "The rate is taken out.",
};

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { environment } = ctx.state;
    const rates = await withTenant(environment.database, tenantId, ownTaxRates, { readOnly: true });
    ctx.state.title = { page: "Tax rates" };
    return page({
      rates,
      now: environment.clock.now(),
      mayWrite: session.actor.capabilities.has("entities.write"),
      notice: notices[ctx.url.searchParams.get("done") ?? ""],
    });
  },
});

export default define.page<typeof handler>(({ data: { rates, now, mayWrite, notice } }) => (
  <>
    {notice && <Notice tone="good">{notice}</Notice>}
    <PageHeader
      trail={[{ label: "Home", href: "/" }]}
      title="Tax rates"
      state="Your own rates. The general ones of many countries are known without them."
      actions={mayWrite && <ButtonLink kind="go" icon="add" href="/tax-rates/new">Add a tax rate</ButtonLink>}
    />
    {rates.length === 0
      ? (
        <Empty
          main
          sentence="No rate of your own yet."
          action={mayWrite ? { label: "Add the first rate", href: "/tax-rates/new" } : undefined}
        />
      )
      : (
        <Table
          caption="Your own tax rates, by place"
          captionHidden
          columns={columnsOf(now, mayWrite)}
          rows={rates}
        />
      )}
  </>
));

function columnsOf(now: Temporal.Instant, mayWrite: boolean): Column<OwnTaxRate>[] {
  const columns: Column<OwnTaxRate>[] = [
    { label: "Country", cell: ({ country }) => countryName(country) },
    { label: "Part of it", cell: ({ region }) => region ?? "all of it" },
    { label: "Rate", figures: true, cell: ({ percent }) => showPercent(percent) },
    { label: "First day", cell: ({ from }) => <Day date={String(from)} /> },
  ];
  if (!mayWrite) return columns;
  return [...columns, {
    label: "Take it out",
    hiddenLabel: true,
    cell: (rate) =>
      isAhead(rate, now)
        ? (
          <TapLink
            href={`/tax-rates/${rate.id}/remove`}
            about={`${rate.country} from ${longDate(`${rate.from}`)}`}
          >
            Take out
          </TapLink>
        )
        : "in force",
  }];
}
