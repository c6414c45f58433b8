/** Adds values of a price index, or corrects them: a date and a number on a line. */
import { type FreshContext, page } from "fresh";
import { errorAt, ErrorSummary, type FormError } from "../../../../../components/ui/error_summary.tsx";
import { TextArea } from "../../../../../components/ui/field.tsx";
import { Form } from "../../../../../components/ui/form.tsx";
import { PageHeader } from "../../../../../components/ui/page_header.tsx";
import { withTenant } from "../../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../../define.ts";
import { requireCapability } from "../../../../../lib/auth/policy.ts";
import { recordIndexValues } from "../../../../../lib/indexes/commands.ts";
import { findPriceIndex, type PriceIndex } from "../../../../../lib/indexes/views.ts";
import { readForm } from "../../../../(_components)/form_fields.ts";
import { sendForm } from "../../../(_components)/sent_form.ts";
import { indexTrail } from "../../(_components)/index_form.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const index = await read(ctx);
    ctx.state.title = { page: "Add values", section: index.name };
    return page<Shown>({ index, values: "", key: crypto.randomUUID(), errors: [] });
  },
  async POST(ctx) {
    const index = await read(ctx);
    const field = await readForm(ctx.req);
    const values = field("values");
    const sent = await sendForm(ctx, recordIndexValues, field("key"), { priceIndexId: index.id, values }, {
      values: "Values",
    });
    if ("result" in sent) return ctx.redirect(`/indexes/${index.id}?done=recorded`, 303);
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { page: "Add values", section: index.name, hasErrors: true };
    return page<Shown>({ index, values, key, errors }, { status });
  },
});

interface Shown {
  index: PriceIndex;
  values: string;
  key: string;
  errors: FormError[];
}

export default define.page<typeof handler>(({ data: { index, values, key, errors } }) => {
  const here = `/indexes/${index.id}`;
  return (
    <>
      <PageHeader
        trail={[...indexTrail, { label: index.name, href: here }]}
        title="Add values"
        state={`In ${index.unit}. A value of a day that has one takes its place.`}
      />
      <ErrorSummary errors={errors} before="the values are saved" />
      <Form
        action={`${here}/values/new`}
        submit="Save the values"
        cancel={{ label: "Leave without saving", href: here }}
        hidden={{ key }}
      >
        <TextArea
          id="values"
          label="Values"
          help="A date and a number on each line. You can paste two columns of a table."
          example="2026-03-02 1.42"
          rows={8}
          value={values}
          error={errorAt(errors, "values")}
        />
      </Form>
    </>
  );
});

async function read(ctx: FreshContext<State>): Promise<PriceIndex> {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "plans.write");
  return await withTenant(
    ctx.state.environment.database,
    tenantId,
    (db) => findPriceIndex(db, ctx.params.id),
    { readOnly: true },
  );
}
