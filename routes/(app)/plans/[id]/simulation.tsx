/** What customers would have paid in a quarter by this plan, from their real usage. Nothing is saved. */
import { page } from "fresh";
import { Actions, Button, ButtonLink } from "../../../../components/ui/button.tsx";
import { Select } from "../../../../components/ui/choice.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import { type Choices, listPlanChoices } from "../../../../lib/contracts/views.ts";
import { isId } from "../../../../lib/core/ids.ts";
import { isMilepostError } from "../../../../lib/core/errors.ts";
import {
  rowsPerPage,
  simulateCustomers,
  type SimulationInput,
} from "../../../../lib/invoicing/simulation/views.ts";
import type { RatePlanDetail } from "../../../../lib/plans/views.ts";
import { formErrors } from "../../../(_components)/form_fields.ts";
import { listHref, readListCursor } from "../../(_components)/list_pages.ts";
import { ReferenceField } from "../../contracts/(_components)/reference_field.tsx";
import { readAskedSimulation } from "../(_components)/asked_simulation.ts";
import { type SimulationResult, SimulationTables } from "../(_components)/simulation_tables.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const { tenantId } = signedIn(ctx.state);
    const { database, clock } = ctx.state.environment;
    const query = ctx.url.searchParams;
    const data = await withTenant(
      database,
      tenantId,
      async (db): Promise<SimulationPage> => {
        const [{ detail, input, read }, plans] = await Promise.all([
          readAskedSimulation(db, ctx.params.id, query, clock.now()),
          listPlanChoices(db),
        ]);
        const asked = { detail, input, plans, errors: [] };
        // Nothing is worked out before it is asked for.
        if (!query.has("quarter")) return asked;
        try {
          const simulation = await read();
          const cursor = readListCursor(query);
          const after = cursor && "after" in cursor ? cursor.after : undefined;
          const customer = query.get("customer") ?? "";
          const only = isId(customer) ? customer : undefined;
          const found = await simulateCustomers(db, simulation, rowsPerPage, { after, customerId: only });
          return { ...asked, result: { ...found, simulation, isFirstPage: after === undefined, only } };
        } catch (error) {
          if (!isMilepostError(error, "InvalidInput")) throw error;
          return { ...asked, errors: formErrors(error) };
        }
      },
      { readOnly: true },
    );
    const hasErrors = data.errors.length > 0;
    ctx.state.title = { page: "Compare with real usage", section: data.detail.plan.name, hasErrors };
    return page(data, { status: hasErrors ? 422 : 200 });
  },
});

interface SimulationPage {
  detail: RatePlanDetail;
  input: SimulationInput;
  plans: Choices;
  errors: FormError[];
  /** Once something is asked that can be worked out. */
  result?: SimulationResult;
}

export default define.page<typeof handler>(({ data: { detail, input, plans, errors, result } }) => {
  const { plan, chosen, versions } = detail;
  const here = `/plans/${plan.id}`;
  const path = `${here}/simulation`;
  const asked = { version: String(chosen.version), ...input };
  return (
    <>
      <PageHeader
        trail={[
          { label: "Home", href: "/" },
          { label: "Plans", href: "/plans" },
          { label: plan.name, href: here },
        ]}
        title="Compare with real usage"
        state="What customers would have paid by this plan in a past quarter. Nothing is saved."
      />
      <ErrorSummary errors={errors} before="it can be worked out" />
      <form method="get" action={path} novalidate>
        <div class="grid items-end gap-x-6 md:grid-cols-2 xl:grid-cols-3">
          <ReferenceField
            id="plan"
            label="Contracts on"
            help="Those that were on this plan in the quarter."
            example={plan.reference}
            nothing="Choose a plan"
            choices={plans}
            value={input.plan}
            error={errorAt(errors, "plan")}
          />
          <Select
            id="version"
            label="Priced by"
            help={`A version of ${plan.name}.`}
            options={versions.map(({ version, currency }) => {
              return { value: String(version), label: `Version ${version}, ${currency}` };
            })}
            value={String(chosen.version)}
          />
          <TextField
            id="quarter"
            label="Quarter"
            help="Periods that end in it."
            example="2026-Q1"
            value={input.quarter}
            error={errorAt(errors, "quarter")}
            short
          />
        </div>
        <Actions>
          <Button kind="go">Work it out</Button>
          {result && (
            <ButtonLink href={listHref(`${path}.csv`, asked)}>Save every period as a file</ButtonLink>
          )}
        </Actions>
      </form>
      {result && (
        <SimulationTables
          result={result}
          hrefOf={(more) => listHref(path, { ...asked, ...more })}
        />
      )}
    </>
  );
});
