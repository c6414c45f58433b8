/** A one-time link: shows whom it is for, and is only used up when its form is sent, so that a mail scanner does not use it. */
import { page } from "fresh";
import { errorAt, ErrorSummary, type FormError } from "../../../components/ui/error_summary.tsx";
import { TextField } from "../../../components/ui/field.tsx";
import { Form } from "../../../components/ui/form.tsx";
import { define } from "../../../define.ts";
import { findLink, redeemLink } from "../../../lib/auth/links.ts";
import { shortestPassword } from "../../../lib/auth/password_rules.ts";
import { isMilepostError } from "../../../lib/core/errors.ts";
import { giveCookie } from "../../../session_cookie.ts";
import { formErrors, readForm } from "../../(_components)/form_fields.ts";

interface Data {
  email: string;
  hasPassword: boolean;
  errors: FormError[];
}

/** The address of this page is a secret, so nobody keeps a copy. */
const headers = { "cache-control": "no-store" };

export const handler = define.handlers({
  async GET(ctx) {
    const { email, hasPassword } = await findLink(ctx.state.environment, ctx.params.token);
    ctx.state.title = { page: "Set your password" };
    return page<Data>({ email, hasPassword, errors: [] }, { headers });
  },
  async POST(ctx) {
    const { environment, reach } = ctx.state;
    const { token } = ctx.params;
    const { email, hasPassword } = await findLink(environment, token);
    const field = await readForm(ctx.req);
    const userAgent = ctx.req.headers.get("user-agent") ?? "";
    try {
      const session = await redeemLink(environment, token, {
        password: field("password"),
        userAgent,
      });
      const cookie = giveCookie(reach.origin, session);
      return new Response(null, { status: 303, headers: { location: "/", "set-cookie": cookie } });
    } catch (error) {
      if (!isMilepostError(error, "InvalidInput")) throw error;
      ctx.state.title = { page: "Set your password", hasErrors: true };
      return page<Data>({ email, hasPassword, errors: formErrors(error) }, { status: 422, headers });
    }
  },
});

export default define.page<typeof handler>(({ data: { email, hasPassword, errors } }) => (
  <>
    <ErrorSummary errors={errors} before="you can sign in" />
    <h1 class="text-title tracking-title">Set your password</h1>
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
    </Form>
  </>
));
