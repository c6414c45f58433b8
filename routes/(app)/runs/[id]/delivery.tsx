/** The invoices of a run by how far they are on their way to the customers, with what was in the way. */
import { page } from "fresh";
import { Empty } from "../../../../components/ui/empty.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { Notice } from "../../../../components/ui/notice.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Pagination } from "../../../../components/ui/pagination.tsx";
import { SavedViews } from "../../../../components/ui/saved_views.tsx";
import { Table } from "../../../../components/ui/table.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import { monthName } from "../../../../lib/invoicing/run/month.ts";
import { findRunHead } from "../../../../lib/invoicing/run/views.ts";
import {
  countRunDelivery,
  type DeliveryStanding,
  type ListedDelivery,
  listRunDelivery,
} from "../../../../lib/notifications/views.ts";
import { countOf, Missing } from "../../invoices/(_components)/invoice_words.tsx";
import { deliverySentence, furtherSending, labelOf, standings } from "../(_components)/delivery_words.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const query = ctx.url.searchParams;
    const shown = standings.find(({ standing }) => standing === query.get("show")) ??
      standings.find(({ standing }) => standing === "waiting")!;
    const after = query.get("after");
    const place = after !== null && /^\d{1,9}$/.test(after) ? Number(after) : undefined;
    const { id } = ctx.params;
    const [run, counts, found] = await withTenant(
      ctx.state.environment.database,
      tenantId,
      async (db) => {
        const run = await findRunHead(db, id);
        return await Promise.all([
          run,
          countRunDelivery(db, id),
          listRunDelivery(db, id, shown.standing, place),
        ]);
      },
      { readOnly: true },
    );
    const title = `${monthName({ start: run.periodStart })} run`;
    ctx.state.title = { page: "How it goes out", section: title };
    const maySend = session.actor.capabilities.has("invoices.send");
    return page({ run, title, counts, shown, found, place, maySend });
  },
});

export default define.page<typeof handler>((
  { data: { run, title, counts, shown, found, place, maySend }, state },
) => {
  const href = (standing: DeliveryStanding) => `/runs/${run.id}/delivery?show=${standing}`;
  const here = href(shown.standing);
  const submit = maySend ? furtherSending(run, counts) : undefined;
  return (
    <>
      <PageHeader
        trail={[
          { label: "Home", href: "/" },
          { label: "Invoice runs", href: "/runs" },
          { label: title, href: `/runs/${run.id}` },
        ]}
        title="How it goes out"
        state={deliverySentence(run, counts)}
      />
      <SavedViews
        label="By how far they are"
        views={standings.filter(({ standing }) => counts[standing] > 0 || standing === shown.standing)
          .map((one) => ({
            label: labelOf(one, run),
            href: href(one.standing),
            count: counts[one.standing].toLocaleString("en-GB"),
          }))}
        current={here}
      />
      {shown.standing === "sent" && !state.config.smtpUrl
        ? (
          <Notice tone="info">
            No mail server is set up, so the messages stay in the <a href="/outbox">outbox</a>.
          </Notice>
        )
        : <p class="mb-4 max-w-prose">{shown.about}</p>}
      {submit && (
        <Form action={`/runs/${run.id}/send`} submit={submit} hidden={{ key: crypto.randomUUID() }}>
          {null}
        </Form>
      )}
      {found.rows.length === 0
        ? (
          <Empty
            main
            sentence="No invoice stands like this."
            action={{ label: "Back to the run", href: `/runs/${run.id}` }}
          />
        )
        : (
          <>
            <Deliveries rows={found.rows} standing={shown.standing} maySend={maySend} />
            <Pagination
              summary={`${found.rows.length} of ${countOf(counts[shown.standing], "invoice")}`}
              previous={place === undefined ? undefined : { label: "First invoices", href: here }}
              next={found.next === undefined
                ? undefined
                : { label: "Next invoices", href: `${here}&after=${found.next}` }}
            />
          </>
        )}
    </>
  );
});

/** Of these each can be sent from its own page as well. */
const sentByPerson = new Set<DeliveryStanding>(["failed", "uncertain", "by_hand", "not_sent"]);

function Deliveries(
  { rows, standing, maySend }: { rows: ListedDelivery[]; standing: DeliveryStanding; maySend: boolean },
) {
  const hasFailures = standing === "failed" || standing === "uncertain";
  const hasStep = maySend && sentByPerson.has(standing) && rows.some(({ invoiceId }) => invoiceId !== null);
  return (
    <Table
      caption="Invoices of the run, in its order"
      captionHidden
      columns={[
        {
          label: "Invoice",
          cell: ({ invoiceId, number }) =>
            invoiceId === null
              ? <span class="whitespace-nowrap">{number}</span>
              : <TapLink href={`/invoices/${invoiceId}`} unbroken>{number}</TapLink>,
        },
        {
          label: "Customer",
          cell: ({ customerId, customer, number }) => (
            <TapLink href={`/customers/${customerId}`} about={`of ${number}`}>{customer}</TapLink>
          ),
        },
        {
          label: "To",
          cell: ({ recipient }) =>
            recipient === null ? <Missing>none</Missing> : <span class="break-words">{recipient}</span>,
        },
        ...(hasFailures
          ? [{ label: "Why", cell: ({ failure }: ListedDelivery) => failure ?? "The delivery was given up." }]
          : []),
        ...(hasStep
          ? [{
            label: "What to do",
            cell: ({ invoiceId, number }: ListedDelivery) =>
              invoiceId === null
                ? <Missing>not issued</Missing>
                : <TapLink href={`/invoices/${invoiceId}/send`} about={number}>Look and send</TapLink>,
          }]
          : []),
      ]}
      rows={rows}
    />
  );
}
