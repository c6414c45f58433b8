/** The pages on which someone asks for a link by mail: one field, and the same answer whoever has the address. */
import { type FreshContext, page } from "fresh";
import { errorAt, ErrorSummary, type FormError } from "../../../components/ui/error_summary.tsx";
import { TextField } from "../../../components/ui/field.tsx";
import { Form } from "../../../components/ui/form.tsx";
import { TapLink } from "../../../components/ui/link.tsx";
import type { State } from "../../../define.ts";
import { type MailedLink, requestLinkMail, sendsMail } from "../../../lib/auth/account_mail.ts";
import { linkMinutes } from "../../../lib/auth/links.ts";
import { isMilepostError } from "../../../lib/core/errors.ts";
import { formErrors, readForm } from "../../(_components)/form_fields.ts";
import { NoMail } from "./no_mail.tsx";

export interface MailRequest {
  purpose: MailedLink;
  sendsMail: boolean;
  email: string;
  errors: FormError[];
}

const words = {
  sign_in: {
    title: "Mail me a link",
    what: "We mail you a link. You sign in with it, without a password.",
  },
  reset: {
    title: "Set a new password",
    what: "We mail you a link. On its page you set a new password.",
  },
};

/** What both pages answer, by what their link is for. */
export function mailRequestHandlers(purpose: MailedLink) {
  const show = (ctx: FreshContext<State>, email: string, errors: FormError[], status = 200) => {
    ctx.state.title = { page: words[purpose].title, hasErrors: errors.length > 0 };
    return page<MailRequest>({ purpose, sendsMail: sendsMail(ctx.state.config), email, errors }, { status });
  };
  return {
    GET: (ctx: FreshContext<State>) => show(ctx, "", []),
    async POST(ctx: FreshContext<State>) {
      const { environment, config, reach } = ctx.state;
      const email = (await readForm(ctx.req))("email").trim();
      if (!sendsMail(config)) return show(ctx, email, []);
      if (!/^[^\s@]{1,64}@[^\s@]{1,189}$/.test(email)) {
        const message = "Type your work e-mail address. For example amira@calder.example.";
        return show(ctx, email, [{ field: "email", message }], 422);
      }
      try {
        await requestLinkMail(environment, { email, purpose, ...reach });
      } catch (error) {
        if (!isMilepostError(error, "TooManyAttempts")) throw error;
        ctx.state.retryAfterSeconds = error.retryAfterSeconds ?? null;
        return show(ctx, email, formErrors(error), 429);
      }
      return ctx.redirect(`/sign-in/mail-sent?for=${purpose}`, 303);
    },
  };
}

export function MailRequestPage({ purpose, sendsMail, email, errors }: MailRequest) {
  const { title, what } = words[purpose];
  return (
    <>
      <h1 class="text-title tracking-title">{title}</h1>
      <ErrorSummary errors={errors} before="we can mail you" />
      {sendsMail
        ? (
          <>
            <p class="mt-3 mb-6">{`${what} It works for ${linkMinutes[purpose]} minutes.`}</p>
            <Form submit={title} wide>
              <TextField
                id="email"
                label="Work e-mail address"
                example="amira@calder.example"
                type="email"
                autocomplete="username"
                value={email}
                error={errorAt(errors, "email")}
              />
            </Form>
          </>
        )
        : (
          <div class="mt-6">
            <NoMail />
          </div>
        )}
      <p class="mt-6">
        <TapLink href="/sign-in">Back to sign-in</TapLink>
      </p>
    </>
  );
}
