/** One price index: its values, the newest first, and the plans that move with it. */
import { page } from "fresh";
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { Day } from "../../../../components/ui/date.tsx";
import { Empty } from "../../../../components/ui/empty.tsx";
import { Facts } from "../../../../components/ui/facts.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { Notice } from "../../../../components/ui/notice.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Pagination } from "../../../../components/ui/pagination.tsx";
import { Section, WithAside } from "../../../../components/ui/section.tsx";
import { Table } from "../../../../components/ui/table.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import { parseDate } from "../../../../lib/core/input.ts";
import {
  findPriceIndexDetail,
  type IndexValue,
  type PlanOfIndex,
  type PriceIndexDetail,
} from "../../../../lib/indexes/views.ts";
import { listHref, readListCursor } from "../../(_components)/list_pages.ts";
import { countOf, Missing } from "../../invoices/(_components)/invoice_words.tsx";
import { indexTrail } from "../(_components)/index_form.tsx";

const notices: Record<string, string> = {
  added: "This index is saved. Add its first values.",
  changed: "The changes are saved.",
  recorded: "The values are saved. Bills that are issued stay as they are, and the next run corrects them.",
  removed: "The value is taken out. Bills that are issued stay as they are, and the next run corrects them.",
};

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const query = ctx.url.searchParams;
    const cursor = readListCursor(query, (text) => parseDate(text) !== undefined);
    const detail = await withTenant(
      ctx.state.environment.database,
      tenantId,
      (db) => findPriceIndexDetail(db, ctx.params.id, cursor),
      { readOnly: true },
    );
    ctx.state.title = { page: detail.index.name, section: "Indexes" };
    return page<Shown>({
      ...detail,
      mayWrite: session.actor.capabilities.has("plans.write"),
      notice: notices[query.get("done") ?? ""],
    });
  },
});

interface Shown extends PriceIndexDetail {
  mayWrite: boolean;
  notice?: string;
}

export default define.page<typeof handler>(({ data }) => {
  const { index, values, plans, mayWrite, notice } = data;
  const here = `/indexes/${index.id}`;
  return (
    <>
      {notice && <Notice tone="good">{notice}</Notice>}
      <PageHeader
        trail={indexTrail}
        title={index.name}
        state={`In ${index.unit}.`}
        actions={mayWrite && (
          <>
            <ButtonLink kind="go" icon="add" href={`${here}/values/new`}>Add values</ButtonLink>
            <ButtonLink href={`${here}/edit`}>Change the index</ButtonLink>
          </>
        )}
      />
      <Facts
        facts={[
          { label: "Reference", value: index.reference },
          { label: "Published by", value: index.source ?? <Missing>not said</Missing> },
          { label: "A value holds", value: lagWords(index.publicationLagDays) },
        ]}
      />
      <WithAside
        aside={
          <Section id="plans" title="Plans that move with it">
            <Plans plans={plans} />
          </Section>
        }
      >
        <Section id="values" title="Values">
          {values.rows.length === 0
            ? (
              <Empty
                sentence="No value yet."
                action={mayWrite ? { label: "Add the first values", href: `${here}/values/new` } : undefined}
              />
            )
            : <Values here={here} lag={index.publicationLagDays} values={values.rows} mayWrite={mayWrite} />}
          <Pagination
            summary={countOf(values.rows.length, "value")}
            previous={values.previous && { label: "Newer values", href: listHref(here, values.previous) }}
            next={values.next && { label: "Older values", href: listHref(here, values.next) }}
          />
        </Section>
      </WithAside>
    </>
  );
});

function lagWords(days: number): string {
  return days === 0 ? "from its own day" : `${countOf(days, "day")} after its own day`;
}

interface ValuesProps {
  here: string;
  lag: number;
  values: IndexValue[];
  mayWrite: boolean;
}

function Values({ here, lag, values, mayWrite }: ValuesProps) {
  // Figures of one column have the same decimals.
  const decimals = Math.max(...values.map(({ value }) => value.split(".")[1]?.length ?? 0));
  const figures = new Intl.NumberFormat("en-GB", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return (
    <Table
      caption="Values, the newest first"
      captionHidden
      layout={mayWrite ? "stacked" : "fixed"}
      tight={!mayWrite}
      columns={[
        { label: "Of", cell: ({ date }) => <Day date={date.toString()} /> },
        { label: "Holds from", cell: ({ date }) => <Day date={date.add({ days: lag }).toString()} /> },
        {
          label: "Value",
          figures: true,
          cell: ({ value }) => figures.format(value as Intl.StringNumericLiteral).replace("-", "−"),
        },
        ...(mayWrite
          ? [{
            label: "What you can do",
            hiddenLabel: true,
            cell: ({ date }: IndexValue) => (
              <TapLink href={`${here}/values/remove?date=${date}`} about={`of ${date}`}>Take out</TapLink>
            ),
          }]
          : []),
      ]}
      rows={values}
    />
  );
}

function Plans({ plans }: { plans: PlanOfIndex[] }) {
  if (plans.length === 0) return <p>No charge names it yet.</p>;
  return (
    <ul role="list">
      {plans.map(({ id, name }) => (
        <li key={id}>
          <TapLink href={`/plans/${id}`}>{name}</TapLink>
        </li>
      ))}
    </ul>
  );
}
