/** Takes the audit trail out as a file, for a system that gathers such: a form, and the stream that it asks for. */
import { page } from "fresh";
import { Select } from "../../../components/ui/choice.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../components/ui/error_summary.tsx";
import { TextField } from "../../../components/ui/field.tsx";
import { Form } from "../../../components/ui/form.tsx";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn } from "../../../define.ts";
import { recordExport } from "../../../lib/audit/commands.ts";
import { exportEvents, exportFiles, isExportFormat } from "../../../lib/audit/export.ts";
import { requireCapability } from "../../../lib/auth/policy.ts";
import { execute } from "../../../lib/core/command.ts";
import { homeZone } from "../../../lib/tenants/views.ts";
import { readForm } from "../../(_components)/form_fields.ts";
import { isBackwards } from "../(_components)/list_pages.ts";
import { filterOf, readDay } from "./(_components)/audit_choice.ts";

interface ExportForm {
  format: string;
  from: string;
  to: string;
  errors: FormError[];
}

export const handler = define.handlers({
  GET(ctx) {
    requireCapability(signedIn(ctx.state).session.actor, "audit.read");
    const query = ctx.url.searchParams;
    const from = readDay(query.get("from")), to = readDay(query.get("to"));
    ctx.state.title = { page: "Take out the audit trail", section: "Audit trail" };
    return page<ExportForm>({ format: "jsonl", from: `${from ?? ""}`, to: `${to ?? ""}`, errors: [] });
  },
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    requireCapability(session.actor, "audit.read");
    const { environment } = ctx.state;
    const field = await readForm(ctx.req);
    const format = field("format"), fromText = field("from"), toText = field("to");
    const from = readDay(fromText), to = readDay(toText);
    const errors: FormError[] = [];
    const refuse = (name: string, message: string) => errors.push({ field: name, message });
    if (!isExportFormat(format)) refuse("format", "Choose JSON lines or syslog.");
    if (fromText && !from) refuse("from", "Write a day, such as 2026-03-01, or leave it empty.");
    if (toText && !to) refuse("to", "Write a day, such as 2026-03-31, or leave it empty.");
    if (isBackwards(from, to)) refuse("to", "This day is before the first one. Choose a later day.");
    if (errors.length > 0 || !isExportFormat(format)) {
      ctx.state.title = { page: "Take out the audit trail", section: "Audit trail", hasErrors: true };
      return page<ExportForm>({ format, from: fromText, to: toText, errors }, { status: 422 });
    }
    const record = { format, from: from?.toString() ?? null, to: to?.toString() ?? null };
    await execute(environment, recordExport, { tenantId, actor: session.actor }, record);
    const zone = await withTenant(environment.database, tenantId, homeZone, { readOnly: true });
    const { mediaType, ending } = exportFiles[format];
    return ctx.stream(exportEvents(environment.database, tenantId, filterOf({ from, to }, zone), format), {
      headers: {
        "content-type": mediaType,
        "content-disposition": `attachment; filename="audit-trail.${ending}"`,
        "cache-control": "no-store",
      },
    });
  },
});

const formats = [
  { value: "jsonl", label: "JSON lines: one object a line" },
  { value: "syslog", label: "Syslog: RFC 5424, counted in octets" },
];

export default define.page<typeof handler>(({ data: { format, from, to, errors } }) => (
  <>
    <PageHeader
      trail={[{ label: "Home", href: "/" }, { label: "Audit trail", href: "/audit" }]}
      title="Take out the audit trail"
      state="For a system that gathers what happened. That you took it out becomes an entry too."
    />
    <ErrorSummary errors={errors} before="you get the file" />
    <Form submit="Take out the audit trail" cancel={{ label: "Back to the audit trail", href: "/audit" }}>
      <Select id="format" label="Format" options={formats} value={format} error={errorAt(errors, "format")} />
      <TextField
        id="from"
        label="First day (optional)"
        help="Left empty, it begins with the first entry."
        example="1 March 2026"
        type="date"
        value={from}
        error={errorAt(errors, "from")}
      />
      <TextField
        id="to"
        label="Last day (optional)"
        help="Left empty, it goes up to now."
        example="31 March 2026"
        type="date"
        value={to}
        error={errorAt(errors, "to")}
      />
    </Form>
  </>
));
