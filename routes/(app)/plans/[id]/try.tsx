/** Tries a plan with figures: one vehicle, one month, what it comes to and how. Nothing is saved. */
import { page } from "fresh";
import { Actions, Button } from "../../../../components/ui/button.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { TraceSteps } from "../../../../components/ui/trace_panel.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import { isMilepostError } from "../../../../lib/core/errors.ts";
import { type ListedPriceIndex, listPriceIndexes } from "../../../../lib/indexes/views.ts";
import {
  type Example,
  exampleDays,
  type ExampleFigures,
  exampleUnit,
  priceExample,
} from "../../../../lib/plans/example_case.ts";
import { findPlan, type RatePlanDetail } from "../../../../lib/plans/views.ts";
import { formErrors } from "../../../(_components)/form_fields.ts";
import { showDecimalAmount } from "../../invoices/(_components)/invoice_words.tsx";
import { ExampleResult, exampleSteps } from "../(_components)/example_result.tsx";
import { readVersion } from "../(_components)/read_version.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { tenantId } = signedIn(ctx.state);
    const query = ctx.url.searchParams;
    const [detail, indexes] = await withTenant(
      ctx.state.environment.database,
      tenantId,
      (db) => Promise.all([findPlan(db, ctx.params.id, readVersion(query)), listPriceIndexes(db)]),
      { readOnly: true },
    );
    const figures = {
      days: query.get("days")?.trim() ?? String(exampleDays),
      quantities: detail.charges.map((_, index) => query.get(`quantity-${index + 1}`)?.trim() || "0"),
    };
    const tried = query.has("days") ? tryFigures(detail, indexes, figures) : { errors: [] };
    const hasErrors = tried.errors.length > 0;
    ctx.state.title = { page: "Try it with figures", section: detail.plan.name, hasErrors };
    return page<TryProps>({ detail, figures, ...tried }, { status: hasErrors ? 422 : 200 });
  },
});

interface Tried {
  errors: FormError[];
  /** Once figures are given that can be priced. */
  example?: Example;
}

interface TryProps extends Tried {
  detail: RatePlanDetail;
  figures: ExampleFigures;
}

export default define.page<typeof handler>(({ data: { detail, figures, errors, example } }) => {
  const { plan, chosen, charges } = detail;
  const here = `/plans/${plan.id}`;
  const total = example && showDecimalAmount(example.result.total, chosen.currency);
  return (
    <>
      <PageHeader
        trail={[
          { label: "Home", href: "/" },
          { label: "Plans", href: "/plans" },
          { label: plan.name, href: here },
        ]}
        title="Try it with figures"
        state={`One vehicle in January 2024, by version ${chosen.version}. Nothing is saved.`}
        figure={total === undefined ? undefined : { label: "Comes to", value: total }}
      />
      <ErrorSummary errors={errors} before="it can be worked out" />
      <form method="get" action={`${here}/try`} novalidate>
        <input type="hidden" name="version" value={chosen.version} />
        <div class="grid items-end gap-x-6 md:grid-cols-2 xl:grid-cols-3">
          <TextField
            id="days"
            label="Days on the contract"
            help={`From 1 to ${exampleDays}, from the first of the month.`}
            example={String(exampleDays)}
            inputmode="numeric"
            value={figures.days}
            error={errorAt(errors, "days")}
            short
          />
          {charges.map((charge, index) =>
            charge.kind === "usage" && (
              <TextField
                key={charge.id}
                id={`quantity-${index + 1}`}
                label={charge.name}
                help={`${exampleUnit(charge)}.`}
                example="100"
                inputmode="decimal"
                value={figures.quantities[index]}
                error={errorAt(errors, `quantity-${index + 1}`)}
                short
              />
            )
          )}
        </div>
        <Actions>
          <Button kind="go">Work it out</Button>
        </Actions>
      </form>
      {example && <Result detail={detail} example={example} />}
    </>
  );
});

function Result({ detail, example }: { detail: RatePlanDetail; example: Example }) {
  const { chosen: { currency, taxInclusive }, charges } = detail;
  const nameOf = new Map(charges.map(({ reference, name }) => [reference, name]));
  return (
    <>
      <Section id="lines" title="What it comes to">
        <ExampleResult example={example} currency={currency} taxInclusive={taxInclusive} charges={charges} />
      </Section>
      {example.result.lines.map((line) => (
        <Section
          key={line.charge}
          id={`why-${charges.findIndex(({ reference }) => reference === line.charge) + 1}`}
          title={`Why ${showDecimalAmount(line.amount, currency)} for ${nameOf.get(line.charge)}?`}
        >
          <TraceSteps steps={exampleSteps(line, currency)} />
        </Section>
      ))}
    </>
  );
}

/** An indexed charge is shown by the newest value of its index. */
function tryFigures(
  { chosen: { currency, taxInclusive }, charges }: RatePlanDetail,
  listed: readonly ListedPriceIndex[],
  figures: ExampleFigures,
): Tried {
  const indexes = new Map(
    listed.flatMap(({ reference, newest }) => newest ? [[reference, newest.value] as const] : []),
  );
  try {
    return { errors: [], example: priceExample({ currency, taxInclusive, charges, indexes }, figures) };
  } catch (error) {
    if (!isMilepostError(error, "InvalidInput")) throw error;
    return { errors: formErrors(error) };
  }
}
