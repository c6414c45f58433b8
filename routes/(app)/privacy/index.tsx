/** Requests to erase a customer or a member, with how far each is. */
import { page } from "fresh";
import { ButtonLink } from "../../../components/ui/button.tsx";
import { Day } from "../../../components/ui/date.tsx";
import { Empty } from "../../../components/ui/empty.tsx";
import { LinkRow, TapLink } from "../../../components/ui/link.tsx";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { Pagination } from "../../../components/ui/pagination.tsx";
import { type Column, Table } from "../../../components/ui/table.tsx";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn } from "../../../define.ts";
import { requireCapability } from "../../../lib/auth/policy.ts";
import { listPrivacyRequests, type PrivacyRequest } from "../../../lib/privacy/views.ts";
import { listHref, readListCursor } from "../(_components)/list_pages.ts";
import { actorName, countOf } from "../invoices/(_components)/invoice_words.tsx";
import { RequestedOn, stateWords, subjectWords } from "./(_components)/request_words.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    requireCapability(session.actor, "privacy.manage");
    const cursor = readListCursor(ctx.url.searchParams);
    const after = cursor && "after" in cursor ? cursor.after : undefined;
    const { database } = ctx.state.environment;
    const found = await withTenant(database, tenantId, (db) => listPrivacyRequests(db, after), {
      readOnly: true,
    });
    ctx.state.title = { page: "Privacy" };
    return page(found);
  },
});

const columns: Column<PrivacyRequest>[] = [
  {
    label: "Asked for",
    cell: ({ id, requestedAt }) => (
      <TapLink href={`/privacy/${id}`} about="request">
        <RequestedOn at={requestedAt} />
      </TapLink>
    ),
  },
  { label: "Who", cell: subjectWords },
  { label: "How far", cell: stateWords },
  {
    label: "Documents kept until",
    cell: ({ restrictedUntil }) => restrictedUntil ? <Day date={restrictedUntil.toString()} /> : "none",
  },
  { label: "Asked by", cell: ({ requestedBy, requestedByName }) => actorName(requestedBy, requestedByName) },
];

export default define.page<typeof handler>(({ data: { requests, next } }) => (
  <>
    <PageHeader
      trail={[{ label: "Home", href: "/" }]}
      title="Privacy"
      state="Who asked to be forgotten, and what the law keeps of them."
      actions={<ButtonLink kind="go" href="/privacy/new">Erase someone</ButtonLink>}
    />
    {requests.length === 0 ? <Empty main sentence="Nobody has asked yet." /> : (
      <>
        <Table caption="Requests, the newest first" captionHidden columns={columns} rows={requests} />
        <Pagination
          summary={countOf(requests.length, "request")}
          next={next ? { label: "Older requests", href: listHref("/privacy", { after: next }) } : undefined}
        />
      </>
    )}
    <LinkRow
      links={[
        { label: "Consents", href: "/privacy/consents" },
        { label: "How long things are kept", href: "/privacy/retention" },
      ]}
    />
  </>
));
