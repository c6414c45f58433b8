/** Adds a tax rate of one's own. */
import { page } from "fresh";
import { Select } from "../../../components/ui/choice.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../components/ui/error_summary.tsx";
import { TextField } from "../../../components/ui/field.tsx";
import { Form } from "../../../components/ui/form.tsx";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { define, signedIn } from "../../../define.ts";
import { requireCapability } from "../../../lib/auth/policy.ts";
import { addTaxRate } from "../../../lib/tax/commands.ts";
import { readForm } from "../../(_components)/form_fields.ts";
import { sendForm } from "../(_components)/sent_form.ts";
import { entityCountries } from "../entities/(_components)/entity_values.ts";

const labels = {
  country: "Country",
  region: "Part of the country",
  percent: "Rate in per cent",
  fromDate: "First day",
};
const title = "Add a tax rate";

interface Shown {
  values: Record<keyof typeof labels, string>;
  errors: FormError[];
  key: string;
}

export const handler = define.handlers({
  GET(ctx) {
    requireCapability(signedIn(ctx.state).session.actor, "entities.write");
    ctx.state.title = { page: title, section: "Tax rates" };
    const values = { country: "US", region: "", percent: "", fromDate: "" };
    return page<Shown>({ values, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const field = await readForm(ctx.req);
    const values = {
      country: field("country"),
      region: field("region"),
      percent: field("percent"),
      fromDate: field("fromDate"),
    };
    const sent = await sendForm(ctx, addTaxRate, field("key"), values, labels);
    if ("result" in sent) return ctx.redirect("/tax-rates?done=added", 303);
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { page: title, section: "Tax rates", hasErrors: true };
    return page<Shown>({ values, errors, key }, { status });
  },
});

export default define.page<typeof handler>(({ data: { values, errors, key } }) => {
  const at = (id: keyof typeof labels) => ({
    id,
    label: labels[id],
    value: values[id],
    error: errorAt(errors, id),
  });
  return (
    <>
      <PageHeader
        trail={[{ label: "Home", href: "/" }, { label: "Tax rates", href: "/tax-rates" }]}
        title={title}
        state="It holds until a later one of the same place. Once its first day is there, it stays."
      />
      <ErrorSummary errors={errors} before="the rate is saved" />
      <Form
        action="/tax-rates/new"
        submit="Save the rate"
        cancel={{ label: "Leave without saving", href: "/tax-rates" }}
        hidden={{ key }}
      >
        <Select {...at("country")} options={entityCountries} />
        <TextField
          {...at("region")}
          help="Empty for the whole. In the US the state, then a slash and the county, the city. Each has its own rate, and they add up."
          example="TX/Harris/Houston"
          maxlength={80}
          optional
        />
        <TextField {...at("percent")} example="8.25" inputmode="decimal" short />
        <TextField {...at("fromDate")} example="2026-01-01" type="date" short />
      </Form>
    </>
  );
});
