/** One customer: who it is, what is still to pay, its contracts and its newest invoices. */
import { page } from "fresh";
import { Notice } from "../../../../components/ui/notice.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import { listContractsOfCustomer } from "../../../../lib/contracts/views.ts";
import { listCustomerDiscounts } from "../../../../lib/contracts/terms/views.ts";
import { localDate } from "../../../../lib/core/period.ts";
import { findCustomer } from "../../../../lib/customers/views.ts";
import { listInvoices } from "../../../../lib/invoicing/views.ts";
import { findCustomerAccounts } from "../../../../lib/payments/views.ts";
import { CustomerDetail } from "../(_components)/customer_detail.tsx";
import { describeCustomer } from "../(_components)/describe_customer.tsx";

const notices: Record<string, string> = {
  added: "This customer is saved. A contract says what it is billed for.",
  agreed: "The discount is agreed.",
  redeemed: "The coupon is redeemed.",
  discount_ended: "The end of the discount is set.",
  changed: "The changes are saved. The next invoice shows them.",
};

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { environment } = ctx.state;
    const now = environment.clock.now();
    const facts = await withTenant(environment.database, tenantId, async (db) => {
      const customer = await findCustomer(db, ctx.params.id);
      const filter = { status: "any", customerId: customer.id } as const;
      const [{ accounts }, contracts, discounts, invoices] = await Promise.all([
        findCustomerAccounts(db, customer.id),
        listContractsOfCustomer(db, customer.id, now),
        listCustomerDiscounts(db, customer.id),
        listInvoices(db, filter, now),
      ]);
      return { customer, accounts, contracts, discounts, today: localDate(now, "UTC"), invoices };
    }, { readOnly: true });
    ctx.state.title = { page: facts.customer.name, section: "Customers" };
    return page({
      props: describeCustomer(facts, session.actor.capabilities),
      notice: notices[ctx.url.searchParams.get("done") ?? ""],
    });
  },
});

export default define.page<typeof handler>(({ data: { props, notice } }) => (
  <>
    {notice && <Notice tone="good">{notice}</Notice>}
    <CustomerDetail {...props} />
  </>
));
