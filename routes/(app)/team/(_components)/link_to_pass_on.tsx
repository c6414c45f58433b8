/** How an invitation reaches its person: by mail where mail can leave, else by a link that is shown once to pass on. */
import type { FreshContext } from "fresh";
import { Notice } from "../../../../components/ui/notice.tsx";
import { signedIn, type State } from "../../../../define.ts";
import { sendsMail } from "../../../../lib/auth/account_mail.ts";
import { invitationDays, mailInvitation, type SentInvitation } from "../../../../lib/tenants/invitations.ts";

export interface PassOn {
  email: string;
  /** The whole address; null where the mail is on its way. */
  link: string | null;
}

export async function deliverInvitation(
  { state }: FreshContext<State>,
  sent: SentInvitation,
): Promise<PassOn> {
  const { session, tenantId } = signedIn(state);
  const { origin } = state.reach;
  if (!sendsMail(state.config)) return { email: sent.email, link: origin + sent.linkPath };
  await mailInvitation(state.environment, { tenantId, actor: session.actor }, sent, origin);
  return { email: sent.email, link: null };
}

export function LinkToPassOn({ email, link }: { email: string; link: string }) {
  return (
    <Notice tone="good">
      <p class="mb-2">
        {`${email} is invited. No mail server is set up, so send them this link yourself. ` +
          `It is not shown again, works once, and lasts ${invitationDays} days.`}
      </p>
      <p>
        <code class="font-mono break-all">{link}</code>
      </p>
    </Notice>
  );
}
