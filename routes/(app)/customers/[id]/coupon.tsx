/** Redeems a coupon for a customer, so for all its contracts. */
import { page } from "fresh";
import { errorAt, type FormError } from "../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { define } from "../../../../define.ts";
import { redeemCoupon } from "../../../../lib/contracts/coupons/commands.ts";
import { localDate } from "../../../../lib/core/period.ts";
import type { Customer } from "../../../../lib/customers/views.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import { sendForm } from "../../(_components)/sent_form.ts";
import { CustomerChange, readCustomer } from "../(_components)/customer_change.tsx";

const title = "Redeem a coupon";
const labels = { code: "Code", fromDate: "From" };

interface Shown {
  customer: Customer;
  values: Record<keyof typeof labels, string>;
  errors: FormError[];
  key: string;
}

export const handler = define.handlers({
  async GET(ctx) {
    const { customer } = await readCustomer(ctx, "contracts.write", () => Promise.resolve(null));
    ctx.state.title = { page: title, section: customer.name };
    const fromDate = localDate(ctx.state.environment.clock.now(), "UTC").toString();
    return page<Shown>({ customer, values: { code: "", fromDate }, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const { customer } = await readCustomer(ctx, "contracts.write", () => Promise.resolve(null));
    const field = await readForm(ctx.req);
    const values = { code: field("code").trim(), fromDate: field("fromDate").trim() };
    const input = { customerId: customer.id, ...values };
    const sent = await sendForm(ctx, redeemCoupon, field("key"), input, labels);
    if ("result" in sent) return ctx.redirect(`/customers/${customer.id}?done=redeemed`, 303);
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { page: title, section: customer.name, hasErrors: true };
    return page<Shown>({ customer, values, errors, key }, { status });
  },
});

export default define.page<typeof handler>(({ data: { customer, values, errors, key } }) => {
  const at = (id: keyof typeof labels) => {
    return { id, label: labels[id], value: values[id], error: errorAt(errors, id) };
  };
  return (
    <CustomerChange
      customer={customer}
      errors={errors}
      idempotencyKey={key}
      title={title}
      state="Its discount comes off every contract of this customer. Its periods count as months here."
      path="coupon"
      submit="Redeem it"
      before="it is redeemed"
    >
      <TextField {...at("code")} help="As it was given out." example="SPRING24" maxlength={40} short />
      <TextField
        {...at("fromDate")}
        help="For the periods that begin on this day or later."
        example={values.fromDate}
        type="date"
        short
      />
    </CustomerChange>
  );
});
