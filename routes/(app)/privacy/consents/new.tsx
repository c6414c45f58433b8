/** Writes a text to which customers can agree, or the next version of one. */
import { type FreshContext, page } from "fresh";
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { TextArea, TextField } from "../../../../components/ui/field.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { define, signedIn, type State } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { writeConsentText } from "../../../../lib/privacy/consents.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import { sendForm } from "../../(_components)/sent_form.ts";
import { privacyTrail } from "../(_components)/request_words.tsx";

const labels = { purpose: "Purpose", words: "Words" };

interface Shown {
  values: { purpose: string; words: string };
  errors: FormError[];
  key: string;
}

export const handler = define.handlers({
  GET(ctx) {
    requireRight(ctx);
    ctx.state.title = { page: "Add a text", section: "Consents" };
    return page<Shown>({ values: { purpose: "", words: "" }, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    requireRight(ctx);
    const field = await readForm(ctx.req);
    const values = { purpose: field("purpose"), words: field("words") };
    const sent = await sendForm(ctx, writeConsentText, field("key"), values, labels);
    if ("result" in sent) return ctx.redirect("/privacy/consents?done=written", 303);
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { page: "Add a text", section: "Consents", hasErrors: true };
    return page<Shown>({ values, errors, key }, { status });
  },
});

export default define.page<typeof handler>(({ data: { values, errors, key } }) => (
  <>
    <PageHeader
      trail={[...privacyTrail, { label: "Consents", href: "/privacy/consents" }]}
      here="Add a text"
      title="Add a text"
      state="With a purpose that is there already it becomes the next version. Who agreed to an older one did not agree to it."
    />
    <ErrorSummary errors={errors} before="the text is saved" />
    <Form
      action="/privacy/consents/new"
      submit="Save the text"
      cancel={{ label: "Leave without saving", href: "/privacy/consents" }}
      hidden={{ key }}
    >
      <TextField
        id="purpose"
        label={labels.purpose}
        help="What is agreed to, in a few words."
        example="Invoices by e-mail"
        maxlength={100}
        value={values.purpose}
        error={errorAt(errors, "purpose")}
      />
      <TextArea
        id="words"
        label={labels.words}
        help="Just as the customer reads them."
        example="We agree to get our invoices by e-mail and not on paper."
        value={values.words}
        error={errorAt(errors, "words")}
      />
    </Form>
  </>
));

function requireRight({ state }: FreshContext<State>): void {
  requireCapability(signedIn(state).session.actor, "privacy.manage");
}
