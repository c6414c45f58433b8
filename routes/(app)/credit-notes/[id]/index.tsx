/** One credit note: what it takes back of which invoice, why, and who issued it. */
import { page } from "fresh";
import { Badge } from "../../../../components/ui/badge.tsx";
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { Day, Moment } from "../../../../components/ui/date.tsx";
import { Facts } from "../../../../components/ui/facts.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { Notice } from "../../../../components/ui/notice.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Pagination, rowsShown } from "../../../../components/ui/pagination.tsx";
import { Section, WithAside } from "../../../../components/ui/section.tsx";
import { Timeline, type TimelineEntry } from "../../../../components/ui/timeline.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import { type CreditNoteDetail, findCreditNote } from "../../../../lib/invoicing/credit/views.ts";
import { monthName } from "../../../../lib/invoicing/run/month.ts";
import { rowsPerPage } from "../../../../lib/invoicing/views.ts";
import { actorName, countOf, Missing, showAmount } from "../../invoices/(_components)/invoice_words.tsx";
import { CreditedLines, purposeWords } from "../(_components)/credit_note_parts.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const { tenantId } = signedIn(ctx.state);
    const after = Number(/^\d{1,9}$/.exec(ctx.url.searchParams.get("after") ?? "")?.[0] ?? 0);
    const note = await withTenant(
      ctx.state.environment.database,
      tenantId,
      (db) => findCreditNote(db, ctx.params.id, { after }),
      { readOnly: true },
    );
    ctx.state.title = { page: titleOf(note), section: "Credit notes" };
    return page({ note, after, isNew: ctx.url.searchParams.get("done") === "issued" });
  },
});

export default define.page<typeof handler>(({ data: { note, after, isNew } }) => {
  const { id, number, currency, seller, buyer, terms, lines, lineCount, purpose, issueDate } = note;
  const here = `/credit-notes/${id}`;
  const last = lines.at(-1)?.position ?? after;
  return (
    <>
      {isNew && (
        <Notice tone="good">This credit note is issued and posted. The invoice has less to pay.</Notice>
      )}
      <PageHeader
        trail={[{ label: "Home", href: "/" }, { label: "Credit notes", href: "/credit-notes" }]}
        here={number ?? "Draft"}
        title={titleOf(note)}
        subject={<TapLink href={`/customers/${note.customerId}`}>{buyer.name}</TapLink>}
        state={number === null
          ? <Badge state="draft">Draft of a run</Badge>
          : <Badge state="done">Issued</Badge>}
        figure={{ label: "Credited", value: showAmount(note.total, currency) }}
        actions={number !== null && (
          <>
            <ButtonLink href={`${here}/print`} icon="print">Print the credit note</ButtonLink>
            <ButtonLink href={`${here}/pdf`}>Download the PDF</ButtonLink>
          </>
        )}
      />
      <Facts
        facts={[
          {
            label: "Issued",
            value: issueDate ? <Day date={String(issueDate)} /> : <Missing>not issued</Missing>,
          },
          { label: "Invoice", value: terms.invoice, href: `/invoices/${note.invoiceId}` },
          { label: "For", value: terms.period },
          ...(terms.contract === undefined
            ? []
            : [{ label: "Contract", value: terms.contract, href: `/contracts/${note.contractId}` }]),
          { label: "Tax point", value: <Day date={String(note.taxPoint)} /> },
          ...(note.run
            ? [{
              label: "Found by",
              value: `${monthName({ start: Temporal.PlainDate.from(note.run.start) })} run`,
              href: `/runs/${note.run.id}`,
            }]
            : [{ label: "The amount is", value: purposeWords[purpose] }]),
        ]}
      />
      <WithAside
        aside={
          <Section id="timeline" title="Timeline">
            <Timeline entries={timelineOf(note)} />
          </Section>
        }
      >
        <Section id="reason" title="Why">
          <p class="max-w-prose break-words">{note.reason}</p>
        </Section>
        <CreditedLines
          credit={{ ...note, country: seller.country }}
          aside={`${countOf(lineCount, "line")} of ${terms.invoice}`}
        />
        {lines.length < lineCount && (
          <Pagination
            summary={rowsShown("Lines", after, last, lineCount)}
            previous={after === 0
              ? undefined
              : { label: "Previous lines", href: `${here}?after=${Math.max(0, after - rowsPerPage)}` }}
            next={last < lineCount ? { label: "Next lines", href: `${here}?after=${last}` } : undefined}
          />
        )}
      </WithAside>
    </>
  );
});

function titleOf({ number, terms }: CreditNoteDetail): string {
  return number === null ? `Draft credit note for ${terms.invoice}` : `Credit note ${number}`;
}

function timelineOf({ transitions, seller }: CreditNoteDetail): TimelineEntry[] {
  return transitions.map(({ to, at, actor, actorName: name }) => ({
    kind: "milestone",
    what: to === "issued" ? "Issued" : "Drafted",
    detail: (
      <>
        <Moment instant={String(at)} zone={seller.zone} />
        {` by ${actorName(actor, name)}.`}
      </>
    ),
  }));
}
