/** An open invitation: a new link for it, or its end. */
import { type FreshContext, page } from "fresh";
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { define, type State } from "../../../../define.ts";
import { execute } from "../../../../lib/core/command.ts";
import { milepostError } from "../../../../lib/core/errors.ts";
import { inviteAgain, withdrawInvitation } from "../../../../lib/tenants/invitations.ts";
import { listTeam } from "../../../../lib/tenants/members.ts";
import { roleNames } from "../../../../lib/tenants/role_choice.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import { deliverInvitation, LinkToPassOn, type PassOn } from "../(_components)/link_to_pass_on.tsx";
import { listed, requireManager, teamTrail } from "../(_components)/team_reader.ts";

interface Shown {
  id: string;
  email: string;
  roles: string[];
  passOn?: PassOn;
}

export const handler = define.handlers({
  async GET(ctx) {
    return page<Shown>(await read(ctx));
  },
  async POST(ctx) {
    const { session, tenantId } = requireManager(ctx);
    const asker = { tenantId, actor: session.actor };
    const invitationId = ctx.params.id;
    if ((await readForm(ctx.req))("do") === "withdraw") {
      await execute(ctx.state.environment, withdrawInvitation, asker, { invitationId });
      return ctx.redirect("/team?done=withdrawn", 303);
    }
    const passOn = await deliverInvitation(
      ctx,
      await inviteAgain(ctx.state.environment, asker, invitationId),
    );
    if (passOn.link === null) return ctx.redirect("/team?done=invited", 303);
    return page<Shown>({ ...await read(ctx), passOn }, { headers: { "cache-control": "no-store" } });
  },
});

export default define.page<typeof handler>(({ data: { id, email, roles, passOn } }) => (
  <>
    <PageHeader
      trail={teamTrail}
      title={`Invitation of ${email}`}
      state={`Will join as ${listed(roles)}. To change that, withdraw this and invite them anew.`}
    />
    {passOn?.link && <LinkToPassOn email={email} link={passOn.link} />}
    <Section id="again" title="Send a new link" first>
      <p class="mb-4 max-w-prose">The link that was sent before stops working.</p>
      <Form action={`/team/invitations/${id}`} submit="Send a new link" hidden={{ do: "again" }}>{null}</Form>
    </Section>
    <Section id="withdraw" title="Withdraw it">
      <p class="mb-4 max-w-prose">{`${email} can then no longer join.`}</p>
      <Form
        action={`/team/invitations/${id}`}
        submit="Withdraw the invitation"
        kind="stop"
        hidden={{ do: "withdraw" }}
      >
        {null}
      </Form>
    </Section>
    <p class="mt-8">
      <ButtonLink href="/team">Back to the team</ButtonLink>
    </p>
  </>
));

async function read(ctx: FreshContext<State>): Promise<Shown> {
  const { tenantId } = requireManager(ctx);
  const { invitations } = await listTeam(ctx.state.environment, tenantId);
  const found = invitations.find(({ id }) => id === ctx.params.id);
  if (!found) {
    throw milepostError("NotFound", {
      message: "There is no such invitation, or it was accepted. Look at the list of the team.",
    });
  }
  ctx.state.title = { page: `Invitation of ${found.email}`, section: "Team" };
  return { id: found.id, email: found.email, roles: roleNames(found) };
}
