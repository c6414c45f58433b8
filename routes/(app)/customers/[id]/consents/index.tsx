/** What a customer agreed to, when, and what was taken back. */
import { page } from "fresh";
import { ButtonLink } from "../../../../../components/ui/button.tsx";
import { Day } from "../../../../../components/ui/date.tsx";
import { Empty } from "../../../../../components/ui/empty.tsx";
import { TapLink } from "../../../../../components/ui/link.tsx";
import { Notice } from "../../../../../components/ui/notice.tsx";
import { PageHeader } from "../../../../../components/ui/page_header.tsx";
import { type Column, Table } from "../../../../../components/ui/table.tsx";
import { define, signedIn } from "../../../../../define.ts";
import { type Consent, listConsents } from "../../../../../lib/privacy/views.ts";
import { readCustomer } from "../../(_components)/customer_change.tsx";

const notices: Record<string, string> = {
  recorded: "The consent is saved.",
  withdrawn: "The withdrawal is saved. What was done before stays allowed.",
};

export const handler = define.handlers({
  async GET(ctx) {
    const { customer, more: consents } = await readCustomer(
      ctx,
      "read",
      (db, { id }) => listConsents(db, id),
    );
    ctx.state.title = { page: "Consents", section: customer.name };
    const { capabilities } = signedIn(ctx.state).session.actor;
    const mayWrite = capabilities.has("customers.write") && !customer.erasedAt;
    return page({ customer, consents, mayWrite, notice: notices[ctx.url.searchParams.get("done") ?? ""] });
  },
});

export default define.page<typeof handler>(({ data: { customer, consents, mayWrite, notice } }) => {
  const here = `/customers/${customer.id}`;
  return (
    <>
      {notice && <Notice tone="good">{notice}</Notice>}
      <PageHeader
        trail={[
          { label: "Home", href: "/" },
          { label: "Customers", href: "/customers" },
          { label: customer.name, href: here },
        ]}
        here="Consents"
        title="Consents"
        subject={`${customer.name}, customer ${customer.reference}`}
        actions={mayWrite && (
          <ButtonLink kind="go" icon="add" href={`${here}/consents/new`}>Record a consent</ButtonLink>
        )}
      />
      {consents.length === 0 ? <Empty main sentence="No consent is recorded." /> : (
        <Table
          caption="Consents, the newest first"
          captionHidden
          columns={columns(mayWrite ? here : null)}
          rows={consents}
        />
      )}
    </>
  );
});

function columns(here: string | null): Column<Consent>[] {
  return [
    { label: "Purpose", cell: ({ purpose }) => purpose },
    { label: "Version", figures: true, cell: ({ version }) => String(version) },
    { label: "Agreed by", cell: ({ agreedBy }) => agreedBy },
    { label: "Agreed on", cell: ({ agreedOn }) => <Day date={agreedOn.toString()} /> },
    {
      label: "Withdrawn on",
      cell: ({ id, purpose, withdrawnOn }) =>
        withdrawnOn
          ? <Day date={withdrawnOn.toString()} />
          : here
          ? <TapLink href={`${here}/consents/${id}/withdraw`} about={purpose}>Withdraw it</TapLink>
          : "in force",
    },
  ];
}
