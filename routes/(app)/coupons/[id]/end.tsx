/** Sets the day from which a coupon can no longer be redeemed. */
import { type FreshContext, page } from "fresh";
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { endCoupon } from "../../../../lib/contracts/coupons/commands.ts";
import { type Coupon, findCoupon } from "../../../../lib/contracts/coupons/views.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import { sendForm } from "../../(_components)/sent_form.ts";
import { couponDays, couponSentence } from "../(_components)/coupon_words.ts";

const labels = { endDate: "End" };

interface Shown {
  coupon: Coupon;
  endDate: string;
  errors: FormError[];
  key: string;
}

export const handler = define.handlers({
  async GET(ctx) {
    const coupon = await read(ctx);
    ctx.state.title = { page: `End coupon ${coupon.code}`, section: "Coupons" };
    const endDate = coupon.endDate?.toString() ?? "";
    return page<Shown>({ coupon, endDate, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const coupon = await read(ctx);
    const field = await readForm(ctx.req);
    const endDate = field("endDate").trim();
    const sent = await sendForm(ctx, endCoupon, field("key"), { couponId: coupon.id, endDate }, labels);
    if ("result" in sent) return ctx.redirect("/coupons?done=ended", 303);
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { page: `End coupon ${coupon.code}`, section: "Coupons", hasErrors: true };
    return page<Shown>({ coupon, endDate, errors, key }, { status });
  },
});

async function read(ctx: FreshContext<State>): Promise<Coupon> {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "plans.write");
  const { database } = ctx.state.environment;
  return await withTenant(database, tenantId, (db) => findCoupon(db, ctx.params.id), { readOnly: true });
}

export default define.page<typeof handler>(({ data: { coupon, endDate, errors, key } }) => (
  <>
    <PageHeader
      trail={[{ label: "Home", href: "/" }, { label: "Coupons", href: "/coupons" }]}
      title={`End coupon ${coupon.code}`}
      subject={couponSentence(coupon)}
      state={`It can be redeemed ${couponDays(coupon)}. What was redeemed goes on.`}
    />
    <ErrorSummary errors={errors} before="the end is set" />
    <Form
      action={`/coupons/${coupon.id}/end`}
      submit="Set the end"
      cancel={{ label: "Back to the coupons, unchanged", href: "/coupons" }}
      hidden={{ key }}
    >
      <TextField
        id="endDate"
        label={labels.endDate}
        help="The first day on which it can no longer be redeemed."
        example="2026-06-01"
        type="date"
        value={endDate}
        error={errorAt(errors, "endDate")}
        short
      />
    </Form>
  </>
));
