/** Prepares a run: for which billing entity, and which month; and what there is to bill in it. */
import { type FreshContext, page } from "fresh";
import { RadioGroup, Select } from "../../../components/ui/choice.tsx";
import { Empty } from "../../../components/ui/empty.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../components/ui/error_summary.tsx";
import { TextField } from "../../../components/ui/field.tsx";
import { Form } from "../../../components/ui/form.tsx";
import { TapLink } from "../../../components/ui/link.tsx";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { Section } from "../../../components/ui/section.tsx";
import { Table } from "../../../components/ui/table.tsx";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../define.ts";
import { requireCapability } from "../../../lib/auth/policy.ts";
import { execute } from "../../../lib/core/command.ts";
import { isMilepostError } from "../../../lib/core/errors.ts";
import { localDate } from "../../../lib/core/period.ts";
import { prepareRun } from "../../../lib/invoicing/run/commands.ts";
import { monthName, parseMonth } from "../../../lib/invoicing/run/month.ts";
import { listRunCoverage, type RunCoverage } from "../../../lib/invoicing/run/views.ts";
import { homeZone, listBillingEntities } from "../../../lib/tenants/views.ts";
import { formErrors, readForm } from "../../(_components)/form_fields.ts";

interface NewRun {
  entities: { value: string; label: string }[];
  entity: string;
  month: string;
  /** "yes" or "no". */
  sending: string;
  /** The month in words, and what it holds; empty while it is no month. */
  covered: { label: string; rows: RunCoverage[] };
  key: string;
  errors: FormError[];
}

export const handler = define.handlers({
  async GET(ctx) {
    requireCapability(signedIn(ctx.state).session.actor, "invoices.draft");
    ctx.state.title = { page: "Prepare a run", section: "Invoice runs" };
    const month = ctx.url.searchParams.get("month") ?? await findLastMonth(ctx.state);
    return page(await describe(ctx, { month, key: crypto.randomUUID() }));
  },
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const field = await readForm(ctx.req);
    const typed = {
      entity: field("billingEntityId"),
      month: field("month"),
      sending: field("sending"),
      key: field("key"),
    };
    try {
      const { runId } = await execute(
        ctx.state.environment,
        prepareRun,
        { tenantId, actor: session.actor, key: typed.key || undefined },
        { billingEntityId: typed.entity, month: typed.month, sendsInvoices: typed.sending !== "no" },
      );
      return ctx.redirect(`/runs/${runId}`, 303);
    } catch (error) {
      if (!isMilepostError(error) || (error.status !== 422 && error.status !== 409)) throw error;
      ctx.state.title = { page: "Prepare a run", section: "Invoice runs", hasErrors: true };
      const isTaken = error.name === "AlreadyExists";
      const errors = isTaken
        ? [{ field: "month", href: `/runs/${error.fields[0].value}`, message: error.message }]
        : formErrors(error);
      return page(await describe(ctx, { ...typed, errors }), { status: error.status });
    }
  },
});

export default define.page<typeof handler>((
  { data: { entities, entity, month, sending, covered, key, errors } },
) => (
  <>
    <PageHeader
      trail={[{ label: "Home", href: "/" }, { label: "Invoice runs", href: "/runs" }]}
      title="Prepare a run"
      state="You see what every invoice comes to. Nothing is issued before it is approved."
    />
    {entities.length === 0
      ? (
        <Empty
          main
          sentence="There is no billing entity yet."
          action={{ label: "Add a billing entity", href: "/entities/new" }}
        />
      )
      : (
        <>
          <ErrorSummary errors={errors} before="the run is prepared" />
          <Form
            submit="Preview the run"
            hidden={{ key }}
            cancel={{ label: "Leave without a run", href: "/runs" }}
          >
            <Select
              id="billingEntityId"
              label="Billing entity"
              help="Who issues the invoices."
              options={entities}
              value={entity}
              error={errorAt(errors, "billingEntityId")}
            />
            <TextField
              id="month"
              label="Month"
              help="Periods that end in it are billed, as year and month."
              example="2026-03"
              type="month"
              value={month}
              error={errorAt(errors, "month")}
              short
            />
            <RadioGroup
              id="sending"
              legend="When the run is done"
              options={sendingOptions}
              value={sending}
            />
          </Form>
          {covered.rows.length > 0 && <Covered {...covered} />}
        </>
      )}
  </>
));

const sendingOptions = [
  {
    value: "yes",
    label: "Send the invoices",
    help: "Each goes to its customer by e-mail, once all are checked. You see first who has no address.",
  },
  { value: "no", label: "Issue, do not send", help: "You can send them later, one by one or all at once." },
];

function Covered({ label, rows }: NewRun["covered"]) {
  return (
    <Section id="covered" title={`What ${label} holds`}>
      <Table
        caption={`Contracts and invoices of ${label}, by billing entity`}
        captionHidden
        columns={[
          { label: "Billing entity", cell: (row) => row.entity },
          { label: "Contracts", figures: true, cell: (row) => row.contracts.toLocaleString("en-GB") },
          { label: "Billed already", figures: true, cell: (row) => row.billed.toLocaleString("en-GB") },
          {
            label: "Open run",
            cell: (row) =>
              row.openRunId === null
                ? "None"
                : <TapLink href={`/runs/${row.openRunId}`} about={`of ${row.entity}`}>Open</TapLink>,
          },
        ]}
        rows={rows}
      />
    </Section>
  );
}

/** The month before today's, where the business is at home. */
async function findLastMonth(state: State): Promise<string> {
  const { database, clock } = state.environment;
  const zone = await withTenant(database, signedIn(state).tenantId, homeZone, { readOnly: true });
  return localDate(clock.now(), zone).subtract({ months: 1 }).toString().slice(0, 7);
}

async function describe(
  { state }: FreshContext<State>,
  typed: { entity?: string; month: string; sending?: string; key: string; errors?: FormError[] },
): Promise<NewRun> {
  const { tenantId } = signedIn(state);
  const month = parseMonth(typed.month);
  const [found, rows] = await withTenant(
    state.environment.database,
    tenantId,
    (db) =>
      Promise.all([
        listBillingEntities(db),
        month ? listRunCoverage(db, month) : [],
      ]),
    { readOnly: true },
  );
  return {
    entities: found.map(({ id, name, currency }) => ({ value: id, label: `${name} (${currency})` })),
    entity: typed.entity ?? found[0]?.id ?? "",
    month: typed.month,
    sending: typed.sending === "no" ? "no" : "yes",
    covered: { label: month ? monthName(month) : "", rows },
    key: typed.key,
    errors: typed.errors ?? [],
  };
}
