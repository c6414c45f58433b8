/** The second step of a sign-in: a code, or one of the ways that need none. */
import { page } from "fresh";
import { Button } from "../../components/ui/button.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../components/ui/error_summary.tsx";
import { TextField } from "../../components/ui/field.tsx";
import { Form } from "../../components/ui/form.tsx";
import { TapLink } from "../../components/ui/link.tsx";
import { Section } from "../../components/ui/section.tsx";
import { define } from "../../define.ts";
import { sendsMail } from "../../lib/auth/account_mail.ts";
import { loadStep, type SignInStep } from "../../lib/auth/complete_sign_in.ts";
import { siteOf } from "../../lib/auth/passkeys.ts";
import { signInByCode } from "../../lib/auth/two_step.ts";
import { isMilepostError } from "../../lib/core/errors.ts";
import { formErrors, readForm } from "../(_components)/form_fields.ts";
import { safeNext } from "../(_components)/next_page.ts";
import { PasskeyForm } from "../(_components)/passkey_form.tsx";
import { answerSignIn, visitOf } from "./(_components)/answer_sign_in.ts";
import { NoMail } from "./(_components)/no_mail.tsx";

interface Data {
  step: SignInStep;
  next: string;
  sendsMail: boolean;
  errors: FormError[];
}

export const handler = define.handlers({
  async GET(ctx) {
    const { environment, config, reach } = ctx.state;
    const step = await loadStep(environment, visitOf(ctx).step ?? null);
    if (!step) return ctx.redirect("/sign-in", 303);
    const next = safeNext(ctx.url.searchParams.get("next") ?? "", reach.origin);
    ctx.state.title = { page: "Second step" };
    return page<Data>({ step, next, sendsMail: sendsMail(config), errors: [] });
  },
  async POST(ctx) {
    const { environment, config, reach } = ctx.state;
    const field = await readForm(ctx.req);
    const next = safeNext(field("next"), reach.origin);
    const visit = visitOf(ctx);
    const step = await loadStep(environment, visit.step ?? null);
    if (!step) return ctx.redirect("/sign-in", 303);
    try {
      return await answerSignIn(ctx, await signInByCode(environment, field("code"), visit), next);
    } catch (error) {
      if (isMilepostError(error, "NotSignedIn")) return ctx.redirect("/sign-in", 303);
      const isWait = isMilepostError(error, "TooManyAttempts");
      if (!isWait && !isMilepostError(error, "InvalidInput")) throw error;
      ctx.state.title = { page: "Second step", hasErrors: true };
      ctx.state.retryAfterSeconds = error.retryAfterSeconds ?? null;
      const data = { step, next, sendsMail: sendsMail(config), errors: formErrors(error) };
      return page<Data>(data, { status: isWait ? 429 : 422 });
    }
  },
});

export default define.page<typeof handler>(({ data: { step, next, sendsMail, errors }, state }) => (
  <>
    <h1 class="text-title tracking-title">Second step</h1>
    <p class="mt-3 mb-6">
      {`You are signing in as ${step.email}. Your authenticator app shows a code of 6 digits. `}
      Without the app, type one of your recovery codes.
    </p>
    <ErrorSummary errors={errors} before="you can sign in" />
    <Form action="/sign-in/code" submit="Sign in" hidden={{ next }} wide>
      <TextField
        id="code"
        label="Code"
        help="You can paste it."
        example="123 456"
        autocomplete="one-time-code"
        error={errorAt(errors, "code")}
      />
    </Form>
    <Section id="without-a-code" title="Without a code">
      {siteOf(state.reach.origin) && (
        <div class="mb-4">
          <PasskeyForm kind="get" action="/sign-in/passkey" label="Use a passkey" hidden={{ next }} />
        </div>
      )}
      {step.method === "link"
        ? <TapLink href="/sign-in">Use your password instead</TapLink>
        : sendsMail
        ? (
          <form method="post" action="/sign-in/mail-link">
            <p class="mb-4">We mail you a link. Open it in this browser.</p>
            <input type="hidden" name="email" value={step.email} />
            <Button icon="mail">Mail me a link instead</Button>
          </form>
        )
        : <NoMail />}
    </Section>
  </>
));
