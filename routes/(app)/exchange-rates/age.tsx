/** Says how old an exchange rate may be to be used. */
import { page } from "fresh";
import { errorAt, ErrorSummary, type FormError } from "../../../components/ui/error_summary.tsx";
import { TextField } from "../../../components/ui/field.tsx";
import { Form } from "../../../components/ui/form.tsx";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn } from "../../../define.ts";
import { requireCapability } from "../../../lib/auth/policy.ts";
import { setOldestRate } from "../../../lib/currencies/commands.ts";
import { oldestRateDays } from "../../../lib/currencies/views.ts";
import { readForm } from "../../(_components)/form_fields.ts";
import { sendForm, wholeNumberOf } from "../(_components)/sent_form.ts";

const labels = { oldestDays: "Days" };

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    requireCapability(session.actor, "entities.write");
    const { database, clock } = ctx.state.environment;
    const days = await withTenant(database, tenantId, (db) => oldestRateDays(db, clock.now()), {
      readOnly: true,
    });
    ctx.state.title = { page: "Set the age of rates", section: "Exchange rates" };
    return page<Shown>({ days: `${days}`, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const field = await readForm(ctx.req);
    const days = field("oldestDays");
    const sent = await sendForm(
      ctx,
      setOldestRate,
      field("key"),
      { oldestDays: wholeNumberOf(days) },
      labels,
    );
    if ("result" in sent) return ctx.redirect("/exchange-rates?done=age", 303);
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { page: "Set the age of rates", section: "Exchange rates", hasErrors: true };
    return page<Shown>({ days, errors, key }, { status });
  },
});

interface Shown {
  days: string;
  errors: FormError[];
  key: string;
}

export default define.page<typeof handler>(({ data: { days, errors, key } }) => (
  <>
    <PageHeader
      trail={[{ label: "Home", href: "/" }, { label: "Exchange rates", href: "/exchange-rates" }]}
      title="Set the age of rates"
      state="An older rate is not used. The bill waits until there is a newer one."
    />
    <ErrorSummary errors={errors} before="the age is saved" />
    <Form
      action="/exchange-rates/age"
      submit="Save the age"
      cancel={{ label: "Leave without saving", href: "/exchange-rates" }}
      hidden={{ key }}
    >
      <TextField
        id="oldestDays"
        label={labels.oldestDays}
        help="How old a rate may be at most. Banks give none on weekends and holidays."
        example="7"
        inputmode="numeric"
        value={days}
        maxlength={3}
        error={errorAt(errors, "oldestDays")}
        short
      />
    </Form>
  </>
));
