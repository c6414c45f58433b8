/** Adds a coupon. */
import { page } from "fresh";
import { errorAt, ErrorSummary, type FormError } from "../../../components/ui/error_summary.tsx";
import { TextField } from "../../../components/ui/field.tsx";
import { Form } from "../../../components/ui/form.tsx";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { define, signedIn } from "../../../define.ts";
import { requireCapability } from "../../../lib/auth/policy.ts";
import { createCoupon } from "../../../lib/contracts/coupons/commands.ts";
import { readForm } from "../../(_components)/form_fields.ts";
import { sendForm } from "../(_components)/sent_form.ts";

const labels = {
  code: "Code",
  name: "Name",
  percent: "Percentage",
  amount: "Amount",
  currency: "Currency of the amount",
  periods: "For how many periods",
  redemptionsMost: "How often it can be redeemed",
  endDate: "End",
};

type Values = Record<keyof typeof labels, string>;

interface Shown {
  values: Values;
  errors: FormError[];
  key: string;
}

const title = { page: "Add a coupon", section: "Coupons" };

export const handler = define.handlers({
  GET(ctx) {
    requireCapability(signedIn(ctx.state).session.actor, "plans.write");
    ctx.state.title = title;
    return page<Shown>({ values: valuesBy(() => ""), errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const field = await readForm(ctx.req);
    const values = valuesBy((name) => field(name).trim());
    const sent = await sendForm(ctx, createCoupon, field("key"), values, labels);
    if ("result" in sent) return ctx.redirect("/coupons?done=added", 303);
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { ...title, hasErrors: true };
    return page<Shown>({ values, errors, key }, { status });
  },
});

function valuesBy(read: (name: string) => string): Values {
  return Object.fromEntries(Object.keys(labels).map((name) => [name, read(name)])) as Values;
}

export default define.page<typeof handler>(({ data: { values, errors, key } }) => {
  const at = (id: keyof Values) => ({ id, label: labels[id], value: values[id], error: errorAt(errors, id) });
  return (
    <>
      <PageHeader
        trail={[{ label: "Home", href: "/" }, { label: "Coupons", href: "/coupons" }]}
        title="Add a coupon"
        state="What it gives stays as it is here; its end can be moved."
      />
      <ErrorSummary errors={errors} before="the coupon is saved" />
      <Form
        action="/coupons/new"
        submit="Save the coupon"
        cancel={{ label: "Leave without saving", href: "/coupons" }}
        hidden={{ key }}
      >
        <TextField
          {...at("code")}
          help="Letters, digits and hyphens. Small letters count as capitals."
          example="SPRING24"
          maxlength={40}
          short
        />
        <TextField {...at("name")} help="As the invoice names the discount." example="Spring offer" />
        <TextField
          {...at("percent")}
          help="Of the charges. Type this or an amount."
          example="10"
          inputmode="decimal"
          short
          optional
        />
        <TextField
          {...at("amount")}
          help="Off each invoice. Never more than there is."
          example="25.00"
          inputmode="decimal"
          short
          optional
        />
        <TextField {...at("currency")} help="Three letters." example="GBP" maxlength={3} short optional />
        <TextField
          {...at("periods")}
          help="From the day on which it begins to count. All if empty."
          example="3"
          inputmode="numeric"
          maxlength={3}
          short
          optional
        />
        <TextField
          {...at("redemptionsMost")}
          help="By all together; each contract or customer can once. Any number if empty."
          example="100"
          inputmode="numeric"
          maxlength={7}
          short
          optional
        />
        <TextField
          {...at("endDate")}
          help="The first day on which it can no longer be redeemed. Empty while it is open."
          example="2026-06-01"
          type="date"
          short
          optional
        />
      </Form>
    </>
  );
});
