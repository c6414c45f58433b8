/** The body of the account page, as it is and as it comes back with something to fix. */
import { roleNames } from "../../../../lib/tenants/role_choice.ts";
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { Facts } from "../../../../components/ui/facts.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { Notice } from "../../../../components/ui/notice.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import type { Session } from "../../../../define.ts";
import { shortestPassword } from "../../../../lib/auth/password_rules.ts";

export interface AccountPageProps {
  session: Session;
  errors: FormError[];
  /** What was changed just now: "name" or "password". */
  done?: string | null;
  /** The name that was typed, when it has to be fixed. */
  name?: string;
}

const notices: Record<string, string> = {
  name: "Your name is changed. It stands beside what you do from now on.",
  password: "Your password is changed. You were signed out everywhere else.",
};

export function AccountPage({ session, errors, done, name }: AccountPageProps) {
  const { user, tenant, memberships } = session;
  const membership = memberships.find(({ tenantId }) => tenantId === tenant?.id);
  const roles = membership ? roleNames(membership) : [];
  return (
    <>
      <PageHeader trail={[{ label: "Home", href: "/" }]} title="Your account" />
      <ErrorSummary errors={errors} before="this is changed" />
      {done && notices[done] && <Notice tone="good">{notices[done]}</Notice>}
      <Facts
        facts={[
          { label: "E-mail address", value: user.email },
          { label: "Business", value: tenant?.name ?? "none" },
          { label: roles.length === 1 ? "Role" : "Roles", value: roles.join(", ") || "none" },
        ]}
      />
      <Section id="your-name" title="Name">
        <Form action="/account/name" submit="Change the name">
          <TextField
            id="name"
            label="Your name"
            help="Others see it beside what you did."
            example="Amira Haddad"
            autocomplete="name"
            value={name ?? user.name}
            error={errorAt(errors, "name")}
          />
        </Form>
      </Section>
      <Section id="your-password" title="Password">
        <Form action="/account/password" submit="Change the password">
          <input type="hidden" name="email" value={user.email} autocomplete="username" />
          <TextField
            id="current"
            label="Present password"
            help="You can paste it."
            example="four plain words"
            type="password"
            autocomplete="current-password"
            error={errorAt(errors, "current")}
          />
          <TextField
            id="password"
            label="New password"
            help={`At least ${shortestPassword} characters.`}
            example="five other plain words"
            type="password"
            autocomplete="new-password"
            error={errorAt(errors, "password")}
          />
        </Form>
      </Section>
      <Section id="your-data" title="Your data">
        <p class="max-w-prose">A file with all that is kept about you and your account.</p>
        <TapLink href="/account/data">Download your data</TapLink>
      </Section>
      <Section id="your-sessions" title="Where you are signed in">
        <p class="max-w-prose">The browsers that are signed in as you. You can sign each out from here.</p>
        <TapLink href="/account/sessions">See your browsers</TapLink>
      </Section>
      <Section id="other-ways" title="Other ways to sign in">
        <ul>
          <li>
            <TapLink href="/account/passkeys">Passkeys</TapLink>
          </li>
          <li>
            <TapLink href="/account/two-step">Two-step sign-in with an app</TapLink>
          </li>
        </ul>
      </Section>
    </>
  );
}
