/** An invitation: who invites whom, and the way in. It is used up when its form is sent, so that a mail scanner does not use it. */
import { page } from "fresh";
import { Button, ButtonLink } from "../../components/ui/button.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../components/ui/error_summary.tsx";
import { TextField } from "../../components/ui/field.tsx";
import { Form } from "../../components/ui/form.tsx";
import { define } from "../../define.ts";
import { shortestPassword } from "../../lib/auth/password_rules.ts";
import { isMilepostError } from "../../lib/core/errors.ts";
import {
  findOpenInvitation,
  joinNew,
  joinSignedIn,
  type OpenInvitation,
  vouchedForElsewhere,
} from "../../lib/tenants/invitations.ts";
import { giveCookie, readCookie } from "../../session_cookie.ts";
import { formErrors, readForm } from "../(_components)/form_fields.ts";
import { answerSignIn, visitOf } from "../sign-in/(_components)/answer_sign_in.ts";

interface Data {
  invitation: OpenInvitation;
  /** The address of whoever is signed in. */
  signedInAs: string | null;
  /** They signed in for one business alone. */
  isOfOneTenant: boolean;
  path: string;
  name: string;
  errors: FormError[];
}

/** The address of this page is a secret, so nobody keeps a copy. */
const headers = { "cache-control": "no-store" };
const labels: Record<string, string> = { name: "Your name", password: "Password" };

export const handler = define.handlers({
  async GET(ctx) {
    const invitation = await findOpenInvitation(ctx.state.environment, ctx.params.token);
    ctx.state.title = { page: `Join ${invitation.tenantName}` };
    const { user, isOfOneTenant = false } = ctx.state.session ?? {};
    const signedInAs = user?.email ?? null;
    const path = ctx.url.pathname;
    return page<Data>({ invitation, signedInAs, isOfOneTenant, path, name: "", errors: [] }, { headers });
  },
  async POST(ctx) {
    const { environment, session, reach } = ctx.state;
    const { token } = ctx.params;
    const sessionToken = readCookie(ctx.req, reach.origin);
    if (session && sessionToken !== null) {
      const renewed = await joinSignedIn(environment, token, {
        ...session.user,
        sessionToken,
        isOfOneTenant: session.isOfOneTenant,
      });
      const cookie = giveCookie(reach.origin, renewed);
      return new Response(null, { status: 303, headers: { location: "/", "set-cookie": cookie } });
    }
    const invitation = await findOpenInvitation(environment, token);
    const field = await readForm(ctx.req);
    const name = field("name");
    try {
      const { userAgent } = visitOf(ctx);
      const opened = await joinNew(environment, token, { name, password: field("password"), userAgent });
      return await answerSignIn(ctx, { outcome: "signed_in", token: opened }, "/");
    } catch (error) {
      if (!isMilepostError(error, "InvalidInput")) throw error;
      ctx.state.title = { page: `Join ${invitation.tenantName}`, hasErrors: true };
      const errors = formErrors(error).map((one) => ({ ...one, label: labels[one.field ?? ""] }));
      const path = ctx.url.pathname;
      const data = { invitation, signedInAs: null, isOfOneTenant: false, path, name, errors };
      return page<Data>(data, { status: 422, headers });
    }
  },
});

export default define.page<typeof handler>(({ data }) => {
  const { invitation: { tenantName, email, inviter, roles }, signedInAs, isOfOneTenant, path, errors } = data;
  return (
    <>
      <ErrorSummary errors={errors} before="you can join" />
      <h1 class="text-title tracking-title">{`Join ${tenantName}`}</h1>
      <p class="mt-3 mb-6">
        {`${inviter ?? "Someone"} invites ${email} to work for ${tenantName} in Milepost, as ${
          new Intl.ListFormat("en-GB").format(roles)
        }.`}
      </p>
      {signedInAs === null
        ? <Newcomer {...data} />
        : isOfOneTenant
        ? <p class="max-w-prose">{vouchedForElsewhere}</p>
        : signedInAs === email
        ? <Form submit={`Join ${tenantName}`} wide>{null}</Form>
        : (
          <>
            <p class="mb-3 max-w-prose">
              {`You are signed in as ${signedInAs}. Sign out, then sign in as ${email}. You come back here.`}
            </p>
            <form method="post" action={`/sign-out?next=${encodeURIComponent(path)}`}>
              <Button>Sign out</Button>
            </form>
          </>
        )}
    </>
  );
});

function Newcomer({ invitation: { tenantName, email }, path, name, errors }: Data) {
  return (
    <>
      <p class="mb-3 max-w-prose">{`If ${email} has an account, sign in first. You come back here.`}</p>
      <p class="mb-6">
        <ButtonLink href={`/sign-in?next=${encodeURIComponent(path)}`}>Sign in and join</ButtonLink>
      </p>
      <h2 class="text-section mb-3">Are you new to Milepost?</h2>
      <Form submit={`Join ${tenantName}`} wide>
        {/* Password managers file the new password under this name. */}
        <input type="hidden" name="email" value={email} autocomplete="username" />
        <TextField
          id="name"
          label={labels.name}
          help="It stands beside what you do."
          example="Amira Haddad"
          autocomplete="name"
          value={name}
          error={errorAt(errors, "name")}
        />
        <TextField
          id="password"
          label={labels.password}
          help={`At least ${shortestPassword} characters. You can paste it.`}
          example="four plain words"
          type="password"
          autocomplete="new-password"
          error={errorAt(errors, "password")}
        />
      </Form>
    </>
  );
}
