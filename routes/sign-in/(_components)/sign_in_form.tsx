/** The body of the sign-in page: e-mail address and password, what to fix, and the ways in without a password. */
import { ButtonLink } from "../../../components/ui/button.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../components/ui/error_summary.tsx";
import { TextField } from "../../../components/ui/field.tsx";
import { Form } from "../../../components/ui/form.tsx";
import { TapLink } from "../../../components/ui/link.tsx";
import { Notice } from "../../../components/ui/notice.tsx";
import { heldMinutes } from "../../../lib/auth/held_forms.ts";
import { idleHours, longestDays } from "../../../lib/auth/sessions.ts";
import { Section } from "../../../components/ui/section.tsx";
import { PasskeyForm } from "../../(_components)/passkey_form.tsx";

export interface SignInFormProps {
  /** What was typed before; a password is never sent back. */
  email?: string;
  errors?: FormError[];
  /** Why the reader is here: "You were away for 8 hours. Sign in to go on; what you typed is kept." */
  reason?: string;
  /** Where to go afterwards. */
  next: string;
  /** Browsers have passkeys for this address. */
  hasPasskeys: boolean;
}

export function SignInForm({ email, errors = [], reason, next, hasPasskeys }: SignInFormProps) {
  return (
    <>
      <h1 class="text-title tracking-title">Sign in</h1>
      <p class="mt-3 mb-6">
        {`You stay signed in for ${longestDays} days, unless you are away for ${idleHours} hours. What you typed is kept for ${heldMinutes} minutes even then.`}
      </p>
      <ErrorSummary errors={errors} before="you can sign in" />
      {reason && <Notice tone="info">{reason}</Notice>}
      <Form action="/sign-in" submit="Sign in" hidden={{ next }} wide>
        <TextField
          id="email"
          label="Work e-mail address"
          example="amira@calder.example"
          type="email"
          autocomplete="username"
          value={email}
          error={errorAt(errors, "email")}
        />
        <TextField
          id="password"
          label="Password"
          help="You can paste it."
          example="four plain words"
          type="password"
          autocomplete="current-password"
          error={errorAt(errors, "password")}
        />
      </Form>
      <Section id="without-a-password" title="Without a password">
        <div class="flex flex-wrap gap-3 mb-4">
          {hasPasskeys && (
            <PasskeyForm kind="get" action="/sign-in/passkey" label="Use a passkey" hidden={{ next }} />
          )}
          <ButtonLink href="/sign-in/mail-link" icon="mail">Mail me a link</ButtonLink>
        </div>
        <div>
          <TapLink href={`/sign-in/sso?next=${encodeURIComponent(next)}`}>
            Sign in by your company
          </TapLink>
        </div>
        <TapLink href="/sign-in/reset">Set a new password</TapLink>
      </Section>
    </>
  );
}
