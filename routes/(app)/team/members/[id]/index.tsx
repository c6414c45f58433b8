/** One person on the team: what they may do. */
import { type FreshContext, page } from "fresh";
import { ButtonLink } from "../../../../../components/ui/button.tsx";
import { ErrorSummary, type FormError } from "../../../../../components/ui/error_summary.tsx";
import { Form } from "../../../../../components/ui/form.tsx";
import { PageHeader } from "../../../../../components/ui/page_header.tsx";
import { Section } from "../../../../../components/ui/section.tsx";
import { define, type State } from "../../../../../define.ts";
import { rightBeyond, rightsOf } from "../../../../../lib/auth/policy.ts";
import { findTeamMember, type Member, setMember } from "../../../../../lib/tenants/members.ts";
import { roleNames } from "../../../../../lib/tenants/role_choice.ts";
import { readForm } from "../../../../(_components)/form_fields.ts";
import { sendForm } from "../../../(_components)/sent_form.ts";
import { readChosen, RoleChoices, type RoleOption, rolesToGive } from "../../(_components)/role_choices.tsx";
import { listed, readRolesOf, requireManager, teamTrail } from "../../(_components)/team_reader.ts";

interface Shown {
  member: Member;
  options: RoleOption[];
  chosen: string[];
  errors: FormError[];
  key: string;
  /** Why the reader cannot change this person; null where they can. */
  obstacle: string | null;
}

export const handler = define.handlers({
  async GET(ctx) {
    const read = await readMember(ctx);
    return page<Shown>({ ...read, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const read = await readMember(ctx);
    const field = await readForm(ctx.req);
    const chosen = readChosen(field, read.options);
    const input = { userId: read.member.userId, roles: chosen };
    const sent = await sendForm(ctx, setMember, field("key"), input, { roles: "Roles" });
    if ("result" in sent) return ctx.redirect("/team?done=changed", 303);
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { ...ctx.state.title!, hasErrors: true };
    return page<Shown>({ ...read, chosen, errors, key }, { status });
  },
});

export default define.page<typeof handler>(({ data: { member, options, chosen, errors, key, obstacle } }) => {
  const here = `/team/members/${member.userId}`;
  return (
    <>
      <PageHeader
        trail={teamTrail}
        title={member.name}
        state={
          <>
            <span class="break-all">{member.email}</span>
            {`. Roles: ${listed(roleNames(member)) || "none"}.`}
          </>
        }
      />
      <ErrorSummary errors={errors} before="the roles are changed" />
      {obstacle === null
        ? (
          <>
            <Form
              action={here}
              submit="Change the roles"
              cancel={{ label: "Leave them as they are", href: "/team" }}
              hidden={{ key }}
            >
              <RoleChoices options={options} chosen={chosen} errors={errors} />
            </Form>
            <Section id="remove" title="Leave the team">
              <p class="mb-4 max-w-prose">
                {`Whoever leaves is signed out at once. What they did stays under their name.`}
              </p>
              <ButtonLink href={`${here}/remove`}>{`Remove ${member.name}`}</ButtonLink>
            </Section>
          </>
        )
        : <p class="max-w-prose">{obstacle}</p>}
    </>
  );
});

async function readMember(ctx: FreshContext<State>) {
  const { session, tenantId } = requireManager(ctx);
  const member = await findTeamMember(ctx.state.environment, tenantId, ctx.params.id);
  ctx.state.title = { page: member.name, section: "Team" };
  const beyond = rightBeyond(session.actor, rightsOf(member.roles, member.customRoles));
  const obstacle = member.userId === session.user.id
    ? "Nobody changes what they may do themselves. Ask someone else who manages the team."
    : beyond === null
    ? null
    : `${member.name} can ${beyond}, and you cannot. So you cannot change this person. Ask an admin.`;
  return {
    member,
    options: rolesToGive(session.actor, await readRolesOf(ctx)),
    chosen: [...member.roles, ...member.customRoles.map(({ id }) => id)],
    obstacle,
  };
}
