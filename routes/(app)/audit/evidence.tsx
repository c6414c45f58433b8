/** Gives out what an auditor of the business asks for, for a span of days: a form, and the file. */
import { page } from "fresh";
import { errorAt, ErrorSummary, type FormError } from "../../../components/ui/error_summary.tsx";
import { TextField } from "../../../components/ui/field.tsx";
import { Form } from "../../../components/ui/form.tsx";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn } from "../../../define.ts";
import { recordEvidenceExport } from "../../../lib/audit/commands.ts";
import { gatherEvidence } from "../../../lib/audit/evidence.ts";
import { requireCapability } from "../../../lib/auth/policy.ts";
import { actorKey } from "../../../lib/core/actor.ts";
import { execute } from "../../../lib/core/command.ts";
import { startOfDay } from "../../../lib/core/period.ts";
import { homeZone } from "../../../lib/tenants/views.ts";
import { readForm } from "../../(_components)/form_fields.ts";
import { isBackwards } from "../(_components)/list_pages.ts";
import { readDay } from "./(_components)/audit_choice.ts";

interface EvidenceForm {
  from: string;
  to: string;
  errors: FormError[];
}

const title = { page: "Evidence for auditors", section: "Audit trail" };

export const handler = define.handlers({
  GET(ctx) {
    requireCapability(signedIn(ctx.state).session.actor, "audit.read");
    ctx.state.title = title;
    const today = ctx.state.environment.clock.now().toZonedDateTimeISO("UTC").toPlainDate();
    return page<EvidenceForm>({ from: `${today.subtract({ years: 1 })}`, to: `${today}`, errors: [] });
  },
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    requireCapability(session.actor, "audit.read");
    const { environment } = ctx.state;
    const field = await readForm(ctx.req);
    const fromText = field("from"), toText = field("to");
    const from = readDay(fromText), to = readDay(toText);
    if (!from || !to || isBackwards(from, to)) {
      ctx.state.title = { ...title, hasErrors: true };
      const errors = [
        ...(from ? [] : [{ field: "from", message: "Write the first day, such as 2026-01-01." }]),
        ...(to ? [] : [{ field: "to", message: "Write the last day, such as 2026-12-31." }]),
        ...(isBackwards(from, to)
          ? [{ field: "to", message: "This day is before the first one. Choose a later day." }]
          : []),
      ];
      return page<EvidenceForm>({ from: fromText, to: toText, errors }, { status: 422 });
    }
    const { actor, tenant } = session;
    await execute(environment, recordEvidenceExport, { tenantId, actor }, { from: `${from}`, to: `${to}` });
    const evidence = await withTenant(environment.database, tenantId, async (db) => {
      const zone = await homeZone(db);
      return await gatherEvidence(db, {
        business: tenant!.name,
        from: startOfDay(from, zone),
        to: startOfDay(to.add({ days: 1 }), zone),
        madeAt: environment.clock.now(),
        madeBy: actorKey(actor),
      });
    }, { readOnly: true, isolation: "repeatable read" });
    return new Response(`${JSON.stringify(evidence, null, 2)}\n`, {
      headers: {
        "content-type": "application/json; charset=utf-8",
        "content-disposition": `attachment; filename="evidence-${from}-${to}.json"`,
        "cache-control": "no-store",
      },
    });
  },
});

export default define.page<typeof handler>(({ data: { from, to, errors } }) => (
  <>
    <PageHeader
      trail={[{ label: "Home", href: "/" }, { label: "Audit trail", href: "/audit" }]}
      title="Evidence for auditors"
      state="One file with who may do what, what was changed about that, what second persons approved, and what each verification said."
    />
    <ErrorSummary errors={errors} before="you get the file" />
    <Form submit="Get the evidence" cancel={{ label: "Back to the audit trail", href: "/audit" }}>
      <TextField
        id="from"
        label="First day"
        example="1 January 2026"
        type="date"
        value={from}
        error={errorAt(errors, "from")}
      />
      <TextField
        id="to"
        label="Last day"
        example="31 December 2026"
        type="date"
        value={to}
        error={errorAt(errors, "to")}
      />
    </Form>
  </>
));
