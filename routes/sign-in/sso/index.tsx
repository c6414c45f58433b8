/** To the provider of one's company: by the address that the company has here. */
import { page } from "fresh";
import { errorAt, ErrorSummary, type FormError } from "../../../components/ui/error_summary.tsx";
import { TextField } from "../../../components/ui/field.tsx";
import { Form } from "../../../components/ui/form.tsx";
import { TapLink } from "../../../components/ui/link.tsx";
import { define } from "../../../define.ts";
import { isMilepostError } from "../../../lib/core/errors.ts";
import { findProviderAt } from "../../../lib/oidc/identity_provider.ts";
import { readForm } from "../../(_components)/form_fields.ts";
import { safeNext } from "../../(_components)/next_page.ts";

interface Data {
  company: string;
  next: string;
  errors: FormError[];
}

export const handler = define.handlers({
  GET(ctx) {
    const next = safeNext(ctx.url.searchParams.get("next") ?? "", ctx.state.reach.origin);
    ctx.state.title = { page: "Sign in by your company" };
    return page<Data>({ company: "", next, errors: [] });
  },
  async POST(ctx) {
    const { environment, reach } = ctx.state;
    const field = await readForm(ctx.req);
    const company = field("company").trim().toLowerCase();
    const next = safeNext(field("next"), reach.origin);
    try {
      const { address } = await findProviderAt(environment, company);
      return ctx.redirect(`/sign-in/sso/${address}?next=${encodeURIComponent(next)}`, 303);
    } catch (error) {
      if (!isMilepostError(error, "NotFound")) throw error;
      ctx.state.title = { page: "Sign in by your company", hasErrors: true };
      const message = "No company signs in here by this address. Ask an admin for it. For example calder.";
      return page<Data>({ company, next, errors: [{ field: "company", message }] }, { status: 422 });
    }
  },
});

export default define.page<typeof handler>(({ data: { company, next, errors } }) => (
  <>
    <ErrorSummary errors={errors} before="you can go on" />
    <h1 class="text-title tracking-title">Sign in by your company</h1>
    <p class="mt-3 mb-6">Your company lets you in. You need no password of your own here.</p>
    <Form submit="Go on" hidden={{ next }} wide>
      <TextField
        id="company"
        label="Address of your company"
        help="An admin of your company knows it."
        example="calder"
        autocomplete="organization"
        value={company}
        error={errorAt(errors, "company")}
      />
    </Form>
    <div class="mt-6">
      <TapLink href="/sign-in">Sign in another way</TapLink>
    </div>
  </>
));
