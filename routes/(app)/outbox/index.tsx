/** Messages that no mail server carries: what a customer would have got, for development and trials. */
import { page } from "fresh";
import { Moment } from "../../../components/ui/date.tsx";
import { Empty } from "../../../components/ui/empty.tsx";
import { TapLink } from "../../../components/ui/link.tsx";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { Pagination } from "../../../components/ui/pagination.tsx";
import { Table } from "../../../components/ui/table.tsx";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn } from "../../../define.ts";
import { isId } from "../../../lib/core/ids.ts";
import { listOutbox } from "../../../lib/notifications/views.ts";
import { countOf } from "../invoices/(_components)/invoice_words.tsx";
import { MessageBadge, requireOutbox } from "./(_components)/message_words.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const { tenantId } = signedIn(ctx.state);
    requireOutbox(ctx.state.config);
    const after = ctx.url.searchParams.get("after");
    const found = await withTenant(
      ctx.state.environment.database,
      tenantId,
      (db) => listOutbox(db, after && isId(after) ? after : undefined),
      { readOnly: true },
    );
    ctx.state.title = { page: "Outbox" };
    return page(found);
  },
});

export default define.page<typeof handler>(({ data: { messages, next } }) => (
  <>
    <PageHeader
      trail={[{ label: "Home", href: "/" }]}
      title="Outbox"
      state="No mail server is set up, so messages to customers stay here. Nobody has got them."
    />
    {messages.length === 0
      ? <Empty main sentence="No message yet." action={{ label: "Send an invoice", href: "/invoices" }} />
      : (
        <>
          <Table
            caption="Messages, newest first"
            captionHidden
            columns={[
              {
                label: "Subject",
                cell: (row) => (
                  <TapLink href={`/outbox/${row.id}`} about={`message ${row.line}`}>{row.subject}</TapLink>
                ),
              },
              { label: "To", cell: (row) => <span class="break-words">{row.recipient}</span> },
              { label: "Status", cell: (row) => <MessageBadge state={row.state} /> },
              {
                label: "Written",
                cell: (row) => <Moment instant={String(row.requestedAt)} zone={row.zone} />,
              },
            ]}
            rows={messages.map((message, index) => ({ ...message, line: index + 1 }))}
          />
          <Pagination
            summary={countOf(messages.length, "message")}
            next={next && { label: "Older messages", href: `/outbox?after=${next.after}` }}
          />
        </>
      )}
  </>
));
