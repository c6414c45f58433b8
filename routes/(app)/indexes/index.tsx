/** The list of price indexes, each with its newest value. */
import { page } from "fresh";
import { ButtonLink } from "../../../components/ui/button.tsx";
import { Day } from "../../../components/ui/date.tsx";
import { Empty } from "../../../components/ui/empty.tsx";
import { TapLink } from "../../../components/ui/link.tsx";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { Table } from "../../../components/ui/table.tsx";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn } from "../../../define.ts";
import { type ListedPriceIndex, listPriceIndexes } from "../../../lib/indexes/views.ts";
import { showQuantity } from "../invoices/(_components)/invoice_words.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const indexes = await withTenant(ctx.state.environment.database, tenantId, listPriceIndexes, {
      readOnly: true,
    });
    ctx.state.title = { page: "Indexes" };
    return page<Shown>({ indexes, mayWrite: session.actor.capabilities.has("plans.write") });
  },
});

interface Shown {
  indexes: ListedPriceIndex[];
  mayWrite: boolean;
}

export default define.page<typeof handler>(({ data: { indexes, mayWrite } }) => (
  <>
    <PageHeader
      trail={[{ label: "Home", href: "/" }]}
      title="Indexes"
      state={indexes.length === 0
        ? "An index is a published price, such as that of diesel. A charge can move with it."
        : "Published prices that charges move with, by reference."}
      actions={mayWrite && <ButtonLink kind="go" icon="add" href="/indexes/new">Add an index</ButtonLink>}
    />
    {indexes.length === 0
      ? (
        <Empty
          main
          sentence="No index yet."
          action={mayWrite ? { label: "Add the first index", href: "/indexes/new" } : undefined}
        />
      )
      : (
        <Table
          caption="Indexes, by reference"
          captionHidden
          layout="record"
          columns={[
            {
              label: "Index",
              place: "name",
              cell: ({ id, name }) => <TapLink href={`/indexes/${id}`}>{name}</TapLink>,
            },
            { label: "Reference", place: "about", cell: ({ reference }) => reference },
            {
              label: "Newest value",
              place: "amount",
              figures: true,
              cell: ({ newest }) => newest ? showQuantity(newest.value) : "none",
            },
            { label: "Unit", place: "state", cell: ({ unit }) => unit },
            {
              label: "Of",
              place: "date",
              cell: ({ newest }) => newest ? <Day date={newest.date.toString()} /> : "no day",
            },
          ]}
          rows={indexes}
        />
      )}
  </>
));
