/** The newest exchange rate of every pair, with its age. */
import { page } from "fresh";
import { Badge } from "../../../components/ui/badge.tsx";
import { ButtonLink } from "../../../components/ui/button.tsx";
import { Day } from "../../../components/ui/date.tsx";
import { Empty } from "../../../components/ui/empty.tsx";
import { Notice } from "../../../components/ui/notice.tsx";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { Pagination } from "../../../components/ui/pagination.tsx";
import { Table } from "../../../components/ui/table.tsx";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn } from "../../../define.ts";
import { type ListedRate, listRates, type RateList, sourceNames } from "../../../lib/currencies/views.ts";
import { listHref, readListCursor } from "../(_components)/list_pages.ts";
import { countOf } from "../invoices/(_components)/invoice_words.tsx";

const here = "/exchange-rates";

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { database, clock } = ctx.state.environment;
    const query = ctx.url.searchParams;
    const cursor = readListCursor(query, (text) => /^[A-Z]{3}\/[A-Z]{3}$/.test(text));
    const list = await withTenant(database, tenantId, (db) => listRates(db, clock.now(), cursor), {
      readOnly: true,
    });
    ctx.state.title = { page: "Exchange rates" };
    return page<Shown>({
      ...list,
      mayWrite: session.actor.capabilities.has("plans.write"),
      mayDecide: session.actor.capabilities.has("entities.write"),
      notice: noticeOf(query),
    });
  },
});

interface Shown {
  page: RateList["page"];
  oldestDays: number;
  mayWrite: boolean;
  mayDecide: boolean;
  notice?: string;
}

/** What was just done, with the counts that the import put into the address. */
function noticeOf(query: URLSearchParams): string | undefined {
  const done = query.get("done");
  if (done === "recorded") return "The rate is saved. What was billed by an earlier one stays as it is.";
  if (done === "age") return "The age is saved. It counts from now on.";
  if (done !== "imported") return undefined;
  const [added, corrected, unchanged] = ["added", "corrected", "unchanged"]
    .map((name) => Number(/^\d{1,7}$/.exec(query.get(name) ?? "") ?? 0));
  return `The file is read: ${
    countOf(added, "new rate")
  }, ${corrected} corrected, ${unchanged} there already.`;
}

export default define.page<typeof handler>(({ data: { page, oldestDays, mayWrite, mayDecide, notice } }) => (
  <>
    {notice && <Notice tone="good">{notice}</Notice>}
    <PageHeader
      trail={[{ label: "Home", href: "/" }]}
      title="Exchange rates"
      state={`What one currency is worth in another. A rate may be ${ageWords(oldestDays)} to be used.`}
      actions={
        <>
          {mayWrite && <ButtonLink kind="go" icon="add" href={`${here}/new`}>Add a rate</ButtonLink>}
          {mayWrite && <ButtonLink href={`${here}/import`}>Import rates</ButtonLink>}
          {mayDecide && <ButtonLink href={`${here}/age`}>Set the age</ButtonLink>}
        </>
      }
    />
    {page.rows.length === 0
      ? (
        <Empty
          main
          sentence="No exchange rate yet."
          action={mayWrite ? { label: "Import the first rates", href: `${here}/import` } : undefined}
        />
      )
      : <Rates rates={page.rows} />}
    <Pagination
      summary={countOf(page.rows.length, "pair")}
      previous={page.previous && { label: "Earlier pairs", href: listHref(here, page.previous) }}
      next={page.next && { label: "Later pairs", href: listHref(here, page.next) }}
    />
  </>
));

function ageWords(days: number): string {
  return days === 0 ? "of no earlier day" : `up to ${countOf(days, "day")} old`;
}

function Rates({ rates }: { rates: ListedRate[] }) {
  return (
    <Table
      caption="The newest rate of each pair"
      captionHidden
      layout="record"
      columns={[
        { label: "Pair", place: "name", cell: ({ base, quote }) => `1 ${base} in ${quote}` },
        { label: "Rate", place: "amount", figures: true, cell: ({ rate }) => rate },
        { label: "Of", place: "date", cell: ({ day }) => <Day date={day.toString()} /> },
        { label: "Age", place: "state", cell: ageCell },
        { label: "From", place: "about", cell: ({ source }) => sourceNames[source] },
      ]}
      rows={rates}
    />
  );
}

function ageCell({ ageDays, isTooOld }: ListedRate) {
  const words = ageDays === 0 ? "today" : countOf(ageDays, "day");
  return isTooOld ? <Badge state="look">{`${words}, too old`}</Badge> : words;
}
