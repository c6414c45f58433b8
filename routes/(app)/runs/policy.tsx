/** Decides who approves a run: another person, or whoever prepared it as well. */
import { type FreshContext, page } from "fresh";
import { RadioGroup } from "../../../components/ui/choice.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../components/ui/error_summary.tsx";
import { Form } from "../../../components/ui/form.tsx";
import { Notice } from "../../../components/ui/notice.tsx";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../define.ts";
import { requireCapability } from "../../../lib/auth/policy.ts";
import { execute } from "../../../lib/core/command.ts";
import { setRunPolicy } from "../../../lib/invoicing/run/commands.ts";
import { findInvoiceRunPolicy } from "../../../lib/invoicing/run/views.ts";
import { readForm } from "../../(_components)/form_fields.ts";

const options = [
  {
    value: "another",
    label: "Another person",
    help: "Two people look at every run. This is the usual rule.",
  },
  { value: "anyone", label: "Anyone who may approve", help: "Whoever prepared a run may approve it too." },
];

interface Shown {
  approval: string;
  isSaved: boolean;
  key: string;
  errors: FormError[];
}

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    requireCapability(session.actor, "members.manage");
    const policy = await withTenant(
      ctx.state.environment.database,
      tenantId,
      findInvoiceRunPolicy,
      { readOnly: true },
    );
    const approval = policy?.allowsOwnApproval ? "anyone" : "another";
    return show(ctx, { approval, isSaved: ctx.url.searchParams.has("done") });
  },
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const field = await readForm(ctx.req);
    const approval = field("approval");
    if (!options.some(({ value }) => value === approval)) {
      requireCapability(session.actor, "members.manage");
      const errors = [{ field: "approval", message: "Choose who approves a run." }];
      return show(ctx, { approval, errors });
    }
    await execute(
      ctx.state.environment,
      setRunPolicy,
      { tenantId, actor: session.actor, key: field("key") || undefined },
      { allowsOwnApproval: approval === "anyone" },
    );
    return ctx.redirect("/runs/policy?done=saved", 303);
  },
});

function show(
  ctx: FreshContext<State>,
  shown: { approval: string; isSaved?: boolean; errors?: FormError[] },
) {
  const { errors = [], isSaved = false } = shown;
  const hasErrors = errors.length > 0;
  ctx.state.title = {
    page: "Who approves a run",
    section: "Invoice runs",
    ...(hasErrors ? { hasErrors } : {}),
  };
  const data: Shown = { ...shown, errors, isSaved, key: crypto.randomUUID() };
  return page(data, { status: hasErrors ? 422 : 200 });
}

export default define.page<typeof handler>(({ data: { approval, isSaved, key, errors } }) => (
  <>
    <PageHeader
      trail={[{ label: "Home", href: "/" }, { label: "Invoice runs", href: "/runs" }]}
      title="Who approves a run"
      state="It holds for every run that is not approved yet. Each change is kept with its date and its author."
    />
    <ErrorSummary errors={errors} before="the rule is saved" />
    {isSaved && <Notice tone="good">The rule is saved.</Notice>}
    <Form
      submit="Save the rule"
      hidden={{ key }}
      cancel={{ label: "Leave the rule as it is", href: "/runs" }}
    >
      <RadioGroup
        id="approval"
        legend="Who approves a run?"
        options={options}
        value={approval}
        error={errorAt(errors, "approval")}
      />
    </Form>
  </>
));
