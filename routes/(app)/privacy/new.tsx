/** Erases a customer or a member, after saying what that does. */
import { type FreshContext, page } from "fresh";
import { RadioGroup } from "../../../components/ui/choice.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../components/ui/error_summary.tsx";
import { TextField } from "../../../components/ui/field.tsx";
import { Form } from "../../../components/ui/form.tsx";
import { Notice } from "../../../components/ui/notice.tsx";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { define, signedIn, type State } from "../../../define.ts";
import { requireCapability } from "../../../lib/auth/policy.ts";
import { eraseSubject } from "../../../lib/privacy/commands.ts";
import { readForm } from "../../(_components)/form_fields.ts";
import { sendForm } from "../(_components)/sent_form.ts";
import { privacyTrail } from "./(_components)/request_words.tsx";

const labels = { subject: "Who", who: "Reference or e-mail address" };

interface Shown {
  values: { subject: string; who: string };
  errors: FormError[];
  key: string;
}

export const handler = define.handlers({
  GET(ctx) {
    requireRight(ctx);
    ctx.state.title = { page: "Erase someone", section: "Privacy" };
    const who = ctx.url.searchParams.get("customer") ?? "";
    return page<Shown>({ values: { subject: "customer", who }, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    requireRight(ctx);
    const field = await readForm(ctx.req);
    const values = { subject: field("subject"), who: field("who") };
    const sent = await sendForm(ctx, eraseSubject, field("key"), values, labels);
    if ("result" in sent) return ctx.redirect(`/privacy/${sent.result.requestId}`, 303);
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { page: "Erase someone", section: "Privacy", hasErrors: true };
    return page<Shown>({ values, errors, key }, { status });
  },
});

export default define.page<typeof handler>(({ data: { values, errors, key } }) => (
  <>
    <PageHeader
      trail={privacyTrail}
      here="Erase someone"
      title="Erase someone"
      state="Names, addresses and messages go at once. Issued documents are hidden, and kept as long as the law says."
    />
    <ErrorSummary errors={errors} before="anyone is erased" />
    <Notice tone="warn">
      This cannot be undone. Give the person a file of their data first if they want one.
    </Notice>
    <Form
      action="/privacy/new"
      submit="Erase for good"
      kind="stop"
      cancel={{ label: "Leave everything as it is", href: "/privacy" }}
      hidden={{ key }}
    >
      <RadioGroup
        id="subject"
        legend={labels.subject}
        error={errorAt(errors, "subject")}
        value={values.subject}
        options={[
          { value: "customer", label: "A customer", help: "Its contracts have ended and nothing is open." },
          { value: "member", label: "A member", help: "Someone who works for this business." },
        ]}
      />
      <TextField
        id="who"
        label={labels.who}
        help="The reference of the customer, or the address of the member."
        example="C-118"
        autocomplete="off"
        maxlength={254}
        value={values.who}
        error={errorAt(errors, "who")}
      />
    </Form>
  </>
));

function requireRight({ state }: FreshContext<State>): void {
  requireCapability(signedIn(state).session.actor, "privacy.manage");
}
