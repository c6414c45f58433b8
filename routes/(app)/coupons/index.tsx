/** The list of coupons, each with what it gives and how often it was redeemed. */
import { page } from "fresh";
import { ButtonLink } from "../../../components/ui/button.tsx";
import { Empty } from "../../../components/ui/empty.tsx";
import { TapLink } from "../../../components/ui/link.tsx";
import { Notice } from "../../../components/ui/notice.tsx";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { Pagination } from "../../../components/ui/pagination.tsx";
import { type Column, Table } from "../../../components/ui/table.tsx";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn } from "../../../define.ts";
import { listCoupons, type ListedCoupon } from "../../../lib/contracts/coupons/views.ts";
import { listHref, readListCursor } from "../(_components)/list_pages.ts";
import { countOf } from "../invoices/(_components)/invoice_words.tsx";
import { couponDays, couponSentence } from "./(_components)/coupon_words.ts";

const notices: Record<string, string> = {
  added: "The coupon is saved. It is redeemed on the page of a contract or a customer.",
  ended: "The end of the coupon is set.",
};

interface Shown {
  coupons: ListedCoupon[];
  next?: string;
  mayWrite: boolean;
  notice?: string;
}

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const query = ctx.url.searchParams;
    const cursor = readListCursor(query);
    const after = cursor && "after" in cursor ? cursor.after : undefined;
    const found = await withTenant(
      ctx.state.environment.database,
      tenantId,
      (db) => listCoupons(db, after),
      { readOnly: true },
    );
    ctx.state.title = { page: "Coupons" };
    const mayWrite = session.actor.capabilities.has("plans.write");
    return page<Shown>({ ...found, mayWrite, notice: notices[query.get("done") ?? ""] });
  },
});

export default define.page<typeof handler>(({ data: { coupons, next, mayWrite, notice } }) => (
  <>
    {notice && <Notice tone="good">{notice}</Notice>}
    <PageHeader
      trail={[{ label: "Home", href: "/" }]}
      title="Coupons"
      state={coupons.length === 0
        ? "A coupon is a code that gives a contract or a customer a discount."
        : "Codes that give a contract or a customer a discount."}
      actions={mayWrite && <ButtonLink kind="go" icon="add" href="/coupons/new">Add a coupon</ButtonLink>}
    />
    {coupons.length === 0
      ? (
        <Empty
          main
          sentence="No coupon yet."
          action={mayWrite ? { label: "Add the first coupon", href: "/coupons/new" } : undefined}
        />
      )
      : (
        <>
          <Table caption="Coupons, by code" captionHidden columns={columns(mayWrite)} rows={coupons} />
          <Pagination
            summary={countOf(coupons.length, "coupon")}
            next={next ? { label: "Next coupons", href: listHref("/coupons", { after: next }) } : undefined}
          />
        </>
      )}
  </>
));

function columns(mayWrite: boolean): Column<ListedCoupon>[] {
  return [
    { label: "Code", cell: ({ code }) => code },
    { label: "What it gives", cell: (coupon) => couponSentence(coupon) },
    { label: "Can be redeemed", cell: (coupon) => couponDays(coupon) },
    {
      label: "Redeemed",
      figures: true,
      cell: ({ redemptions, redemptionsMost }) =>
        redemptionsMost === null ? `${redemptions}` : `${redemptions} of ${redemptionsMost}`,
    },
    ...(mayWrite
      ? [{
        label: "Change",
        hiddenLabel: true,
        cell: ({ id, code }: ListedCoupon) => (
          <TapLink href={`/coupons/${id}/end`} about={code}>Set its end</TapLink>
        ),
      }]
      : []),
  ];
}
