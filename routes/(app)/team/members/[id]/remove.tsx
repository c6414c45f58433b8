/** Takes someone out of the team, after a last look at what that means. */
import { page } from "fresh";
import { Form } from "../../../../../components/ui/form.tsx";
import { PageHeader } from "../../../../../components/ui/page_header.tsx";
import { define } from "../../../../../define.ts";
import { findTeamMember, type Member, removeMember } from "../../../../../lib/tenants/members.ts";
import { requireManager, teamTrail } from "../../(_components)/team_reader.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { tenantId } = requireManager(ctx);
    const member = await findTeamMember(ctx.state.environment, tenantId, ctx.params.id);
    ctx.state.title = { page: `Remove ${member.name}`, section: "Team" };
    return page<Member>(member);
  },
  async POST(ctx) {
    const { session, tenantId } = requireManager(ctx);
    await removeMember(ctx.state.environment, { tenantId, actor: session.actor }, ctx.params.id);
    return ctx.redirect("/team?done=removed", 303);
  },
});

export default define.page<typeof handler>(({ data: { userId, name, email } }) => {
  const parent = `/team/members/${userId}`;
  return (
    <>
      <PageHeader
        trail={[...teamTrail, { label: name, href: parent }]}
        here="Remove"
        title={`Remove ${name} from the team`}
        state={`${email} is signed out here at once and sees nothing more. What ${name} did stays, with the name. ` +
          "Keys for other systems go on working; end those on the page API keys."}
      />
      <Form
        action={`${parent}/remove`}
        submit={`Remove ${name}`}
        kind="stop"
        cancel={{ label: "Keep this person", href: parent }}
      >
        {null}
      </Form>
    </>
  );
});
