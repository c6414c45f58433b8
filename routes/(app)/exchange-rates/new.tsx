/** Adds an exchange rate by hand. */
import { page } from "fresh";
import { errorAt, ErrorSummary, type FormError } from "../../../components/ui/error_summary.tsx";
import { TextField } from "../../../components/ui/field.tsx";
import { Form } from "../../../components/ui/form.tsx";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { define, signedIn } from "../../../define.ts";
import { requireCapability } from "../../../lib/auth/policy.ts";
import { recordExchangeRate } from "../../../lib/currencies/commands.ts";
import { readForm } from "../../(_components)/form_fields.ts";
import { sendForm } from "../(_components)/sent_form.ts";

const labels = {
  base: "One of this currency",
  quote: "Is worth so much of",
  day: "Day of the rate",
  rate: "Rate",
};

export const handler = define.handlers({
  GET(ctx) {
    requireCapability(signedIn(ctx.state).session.actor, "plans.write");
    ctx.state.title = { page: "Add a rate", section: "Exchange rates" };
    const day = ctx.state.environment.clock.now().toZonedDateTimeISO("UTC").toPlainDate().toString();
    const values = { base: "EUR", quote: "", day, rate: "" };
    return page<Shown>({ values, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const field = await readForm(ctx.req);
    const values = { base: field("base"), quote: field("quote"), day: field("day"), rate: field("rate") };
    const sent = await sendForm(ctx, recordExchangeRate, field("key"), values, labels);
    if ("result" in sent) return ctx.redirect("/exchange-rates?done=recorded", 303);
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { page: "Add a rate", section: "Exchange rates", hasErrors: true };
    return page<Shown>({ values, errors, key }, { status });
  },
});

interface Shown {
  values: Record<keyof typeof labels, string>;
  errors: FormError[];
  key: string;
}

export default define.page<typeof handler>(({ data: { values, errors, key } }) => {
  const basics = (id: keyof typeof labels) => ({
    id,
    label: labels[id],
    value: values[id],
    error: errorAt(errors, id),
  });
  return (
    <>
      <PageHeader
        trail={[{ label: "Home", href: "/" }, { label: "Exchange rates", href: "/exchange-rates" }]}
        title="Add a rate"
        state="It goes before a rate from a file of the same day. A rate that was used stays: a newer one corrects it."
      />
      <ErrorSummary errors={errors} before="the rate is saved" />
      <Form
        action="/exchange-rates/new"
        submit="Save the rate"
        cancel={{ label: "Leave without saving", href: "/exchange-rates" }}
        hidden={{ key }}
      >
        <TextField {...basics("base")} help="Three letters." example="EUR" maxlength={3} short />
        <TextField {...basics("quote")} help="Three letters." example="USD" maxlength={3} short />
        <TextField
          {...basics("rate")}
          help="How much of the second currency one of the first is."
          example="1.0956"
          inputmode="decimal"
          maxlength={30}
          short
        />
        <TextField {...basics("day")} help="Today or earlier." example="2026-03-02" type="date" short />
      </Form>
    </>
  );
});
