/** A one-time link: shows whom it is for, and is only used up when its form is sent, so that a mail scanner does not use it. */
import { page } from "fresh";
import { errorAt, ErrorSummary, type FormError } from "../../../components/ui/error_summary.tsx";
import { TextField } from "../../../components/ui/field.tsx";
import { Form } from "../../../components/ui/form.tsx";
import { define } from "../../../define.ts";
import { findLink, type FoundLink, redeemLink, signInByLink } from "../../../lib/auth/links.ts";
import { shortestPassword } from "../../../lib/auth/password_rules.ts";
import { isMilepostError } from "../../../lib/core/errors.ts";
import { formErrors, readForm } from "../../(_components)/form_fields.ts";
import { answerSignIn, visitOf } from "../(_components)/answer_sign_in.ts";

interface Data {
  link: FoundLink;
  errors: FormError[];
}

/** The address of this page is a secret, so nobody keeps a copy. */
const headers = { "cache-control": "no-store" };

const titleOf = ({ purpose }: FoundLink) => purpose === "sign_in" ? "Sign in" : "Set your password";

export const handler = define.handlers({
  async GET(ctx) {
    const link = await findLink(ctx.state.environment, ctx.params.token);
    ctx.state.title = { page: titleOf(link) };
    return page<Data>({ link, errors: [] }, { headers });
  },
  async POST(ctx) {
    const { environment } = ctx.state;
    const { token } = ctx.params;
    const link = await findLink(environment, token);
    const visit = visitOf(ctx);
    if (link.purpose === "sign_in") {
      return await answerSignIn(ctx, await signInByLink(environment, token, visit), "/");
    }
    const field = await readForm(ctx.req);
    try {
      const input = { password: field("password"), code: field("code"), ...visit };
      const session = await redeemLink(environment, token, input);
      return await answerSignIn(ctx, { outcome: "signed_in", token: session }, "/");
    } catch (error) {
      const isWait = isMilepostError(error, "TooManyAttempts");
      if (!isWait && !isMilepostError(error, "InvalidInput")) throw error;
      ctx.state.title = { page: titleOf(link), hasErrors: true };
      ctx.state.retryAfterSeconds = error.retryAfterSeconds ?? null;
      return page<Data>({ link, errors: formErrors(error) }, { status: isWait ? 429 : 422, headers });
    }
  },
});

export default define.page<typeof handler>(({ data: { link, errors } }) => (
  <>
    <ErrorSummary errors={errors} before="you can sign in" />
    <h1 class="text-title tracking-title">{titleOf(link)}</h1>
    {link.purpose === "sign_in" ? <SignInByLink link={link} /> : <SetPassword link={link} errors={errors} />}
  </>
));

function SignInByLink({ link }: { link: FoundLink }) {
  return (
    <>
      <p class="mt-3 mb-6">{`This link is for ${link.email} and works once.`}</p>
      <Form submit="Sign in" wide>{null}</Form>
    </>
  );
}

function SetPassword({ link: { email, hasPassword, needsCode }, errors }: Data) {
  return (
    <>
      <p class="mt-3 mb-6">
        {`This link is for ${email} and works once. `}
        {hasPassword
          ? "Your old password stops working, and you are signed out everywhere else."
          : "With the password you sign in from now on."}
      </p>
      <Form submit="Set the password and sign in" wide>
        {/* Password managers file the new password under this name. */}
        <input type="hidden" name="email" value={email} autocomplete="username" />
        <TextField
          id="password"
          label="New password"
          help={`At least ${shortestPassword} characters. You can paste it.`}
          example="four plain words"
          type="password"
          autocomplete="new-password"
          error={errorAt(errors, "password")}
        />
        {needsCode && (
          <TextField
            id="code"
            label="Code of your authenticator app"
            help="Or one of your recovery codes. You can paste it."
            example="123 456"
            autocomplete="one-time-code"
            error={errorAt(errors, "code")}
          />
        )}
      </Form>
    </>
  );
}
