/** The pages of two-step sign-in: off, waiting for the first code, on, and the recovery codes that are shown once. */
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { longDate } from "../../../../components/ui/date.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { Facts } from "../../../../components/ui/facts.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { Notice } from "../../../../components/ui/notice.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { QrCode } from "../../../../components/ui/qr_code.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import type { TwoStepState } from "../../../../lib/auth/two_step.ts";

export const twoStepTitle = "Two-step sign-in";
export const accountTrail = [{ label: "Home", href: "/" }, { label: "Your account", href: "/account" }];
export const twoStepTrail = [...accountTrail, { label: twoStepTitle, href: "/account/two-step" }];

export interface TwoStepProps {
  twoStep: TwoStepState;
  errors: FormError[];
  done?: string | null;
}

export function TwoStepPage({ twoStep, errors, done }: TwoStepProps) {
  return (
    <>
      <PageHeader
        trail={accountTrail}
        title={twoStepTitle}
        state="After your password, Milepost asks for a code that only your phone shows. A stolen password is then not enough."
      />
      <ErrorSummary errors={errors} before="two-step sign-in is on" />
      {done === "off" && <Notice tone="good">Two-step sign-in is off. Your password is enough again.</Notice>}
      {twoStep.state === "off" && (
        <Form action="/account/two-step" submit="Set up two-step sign-in">
          <p class="mb-6 max-w-prose">
            You need an authenticator app on your phone. Many password managers can do it too. A passkey needs
            no code, so with one you sign in as before.
          </p>
        </Form>
      )}
      {twoStep.state === "pending" && <Pending twoStep={twoStep} errors={errors} />}
      {twoStep.state === "on" && <On twoStep={twoStep} />}
    </>
  );
}

function Pending({ twoStep, errors }: { twoStep: TwoStepState & { state: "pending" }; errors: FormError[] }) {
  return (
    <>
      <Section id="your-app" title="1. Give the key to your app" first>
        <p class="mb-4 max-w-prose">
          Scan this picture with your authenticator app, or type the key into it.
        </p>
        <QrCode text={twoStep.uri} label="QR code with the key below" />
        <p class="mb-6">
          {"Key: "}
          <code class="font-mono break-all">{twoStep.seed.match(/.{1,4}/g)!.join(" ")}</code>
        </p>
      </Section>
      <Section id="first-code" title="2. Type the code that it shows">
        <Form action="/account/two-step/confirm" submit="Turn two-step sign-in on">
          <TextField
            id="code"
            label="Code"
            help="6 digits. You can paste it."
            example="123 456"
            autocomplete="one-time-code"
            short
            error={errorAt(errors, "code")}
          />
        </Form>
      </Section>
    </>
  );
}

function On({ twoStep: { since, codesLeft } }: { twoStep: TwoStepState & { state: "on" } }) {
  return (
    <>
      <Facts
        facts={[
          { label: "State", value: "On" },
          { label: "Since", value: longDate(since.toZonedDateTimeISO("UTC").toPlainDate().toString()) },
          { label: "Recovery codes left", value: String(codesLeft) },
        ]}
      />
      <ul class="mt-4">
        <li>
          <TapLink href="/account/two-step/codes">Make new recovery codes</TapLink>
        </li>
        <li>
          <TapLink href="/account/two-step/off">Turn two-step sign-in off</TapLink>
        </li>
      </ul>
    </>
  );
}

/** Right after they were made; nobody can show them again. */
export function RecoveryCodes({ codes }: { codes: string[] }) {
  return (
    <>
      <PageHeader
        trail={twoStepTrail}
        title="Your recovery codes"
        state="Two-step sign-in is on. Without your phone, sign in with one of these. Each works once."
      />
      <Notice tone="warn">Copy or print them now, and keep them safe. They are not shown again.</Notice>
      <ol class="mb-6 list-decimal pl-8">
        {codes.map((code) => (
          <li key={code} class="py-1">
            <code class="font-mono">{code}</code>
          </li>
        ))}
      </ol>
      <ButtonLink kind="go" href="/account/two-step">I have kept the codes</ButtonLink>
    </>
  );
}
