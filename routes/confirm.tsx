/** Asks again who someone is, before what moves money or gives rights; then goes on with what they sent. */
import { page } from "fresh";
import { Button } from "../components/ui/button.tsx";
import { errorAt, ErrorSummary, type FormError } from "../components/ui/error_summary.tsx";
import { TextField } from "../components/ui/field.tsx";
import { Form } from "../components/ui/form.tsx";
import { Notice } from "../components/ui/notice.tsx";
import { PageHeader } from "../components/ui/page_header.tsx";
import { Section } from "../components/ui/section.tsx";
import { define, type Session } from "../define.ts";
import { type ConfirmationWay, confirmSession, findConfirmationWay } from "../lib/auth/confirm_session.ts";
import { findHeldForms, type HeldForm, heldMinutes } from "../lib/auth/held_forms.ts";
import { siteOf } from "../lib/auth/passkeys.ts";
import { confirmationMinutes, isConfirmed } from "../lib/core/confirmation.ts";
import { isMilepostError } from "../lib/core/errors.ts";
import { giveCookie, readCookie } from "../session_cookie.ts";
import { formErrors, readForm } from "./(_components)/form_fields.ts";
import { Frame } from "./(_components)/frame.tsx";
import { continuePath, heldField, heldToken } from "./(_components)/held_form.ts";
import { PasskeyForm } from "./(_components)/passkey_form.tsx";
import { safeNext } from "./(_components)/next_page.ts";
import { roomName } from "./(_components)/room_name.ts";

interface Data {
  session: Session;
  way: ConfirmationWay | null;
  /** What goes on afterwards; null where nothing waits. */
  form: HeldForm | null;
  next: string;
  isLost: boolean;
  hasPasskeys: boolean;
  errors: FormError[];
}

const title = "Confirm that it is you";
const headers = { "cache-control": "no-store" };

export const handler = define.handlers({
  async GET(ctx) {
    const { session, environment, reach } = ctx.state;
    const { searchParams } = ctx.url;
    const next = safeNext(searchParams.get("next") ?? "", reach.origin);
    const id = searchParams.get("held");
    const after = id === null ? next : continuePath;
    if (!session) return ctx.redirect(`/sign-in?next=${encodeURIComponent(after)}`, 303);
    if (isConfirmed(session.actor, environment.clock.now())) return ctx.redirect(after, 303);
    const forms = await findHeldForms(environment, { token: heldToken(ctx), userId: session.user.id });
    const form = forms.find((form) => form.id === id) ?? null;
    ctx.state.title = { page: title };
    const way = await findConfirmationWay(environment, session);
    const isLost = searchParams.get("kept") === "no" || (id !== null && form === null);
    const hasPasskeys = siteOf(reach.origin) !== null;
    return page<Data>({ session, way, form, next, isLost, hasPasskeys, errors: [] }, { headers });
  },
  async POST(ctx) {
    const { session, environment, reach } = ctx.state;
    const field = await readForm(ctx.req);
    const next = safeNext(field("next"), reach.origin);
    const token = readCookie(ctx.req, reach.origin);
    if (!session || token === null) return ctx.redirect(`/sign-in?next=${encodeURIComponent(next)}`, 303);
    const forms = await findHeldForms(environment, { token: heldToken(ctx), userId: session.user.id });
    const form = forms.find(({ id }) => id === field(heldField)) ?? null;
    const proof = { token, password: field("password"), code: field("code"), address: reach.address };
    try {
      const cookie = giveCookie(reach.origin, await confirmSession(environment, session, proof));
      // 307 sends the stand-in on to where the form came from; there the form takes its place.
      const status = form ? 307 : 303;
      return new Response(null, { status, headers: { location: form?.path ?? next, "set-cookie": cookie } });
    } catch (error) {
      if (isMilepostError(error, "NotSignedIn")) {
        return ctx.redirect(`/sign-in?next=${encodeURIComponent(form ? continuePath : next)}`, 303);
      }
      const isWait = isMilepostError(error, "TooManyAttempts");
      if (!isWait && !isMilepostError(error, "InvalidInput")) throw error;
      ctx.state.title = { page: title, hasErrors: true };
      ctx.state.retryAfterSeconds = error.retryAfterSeconds ?? null;
      const way = await findConfirmationWay(environment, session);
      const hasPasskeys = siteOf(reach.origin) !== null;
      const data = { session, way, form, next, isLost: false, hasPasskeys, errors: formErrors(error) };
      return page<Data>(data, { status: isWait ? 429 : 422, headers });
    }
  },
});

export default define.page<typeof handler>(({ data, state, url }) => (
  <Frame state={state} path={url.pathname}>
    <ErrorSummary errors={data.errors} before="this can go on" />
    <PageHeader
      title={title}
      state={`What moves money or gives rights, Milepost does only for someone who proved within the last ${confirmationMinutes} minutes who they are.`}
    />
    {data.isLost && (
      <Notice tone="warn">
        What you sent could not be kept. Confirm that it is you, go back, and send it again.
      </Notice>
    )}
    {data.form && (
      <p class="mb-6 max-w-prose">
        {`What you sent in ${
          roomName(data.form.path)
        } is kept for ${heldMinutes} minutes, and goes on from here.`}
      </p>
    )}
    <div class="max-w-prose">
      {data.way && <ConfirmationForm {...data} way={data.way} />}
      <SignInAgain {...data} />
    </div>
  </Frame>
));

function ConfirmationForm({ session, way, form, next, errors }: Data & { way: ConfirmationWay }) {
  const hidden: Record<string, string> = form ? { [heldField]: form.id } : { next };
  return (
    <Form action="/confirm" submit={form ? "Confirm and go on" : "Confirm"} hidden={hidden}>
      {way === "password"
        ? (
          <>
            <input type="hidden" name="email" value={session.user.email} autocomplete="username" />
            <TextField
              id="password"
              label="Password"
              help="You can paste it."
              example="four plain words"
              type="password"
              autocomplete="current-password"
              error={errorAt(errors, "password")}
            />
          </>
        )
        : (
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
  );
}

/** Every way of signing in proves it, too. */
function SignInAgain({ way, form, next, hasPasskeys }: Data) {
  const after = form ? continuePath : next;
  return (
    <Section id="another-way" title="Another way" first={way === null}>
      <p class="mb-4">
        {form
          ? "Sign in again in any way you like. What you sent waits for you."
          : "Sign in again in any way you like."}
      </p>
      <div class="flex flex-wrap gap-3">
        {hasPasskeys && (
          <PasskeyForm kind="get" action="/sign-in/passkey" label="Use a passkey" hidden={{ next: after }} />
        )}
        <form method="post" action={`/sign-out?next=${encodeURIComponent(after)}`}>
          <Button>Sign in again</Button>
        </form>
      </div>
    </Section>
  );
}
