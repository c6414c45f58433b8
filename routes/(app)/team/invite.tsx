/** Invites someone to the team. */
import { type FreshContext, page } from "fresh";
import { errorAt, ErrorSummary, type FormError } from "../../../components/ui/error_summary.tsx";
import { TextField } from "../../../components/ui/field.tsx";
import { Form } from "../../../components/ui/form.tsx";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { define, signedIn, type State } from "../../../define.ts";
import { isMilepostError } from "../../../lib/core/errors.ts";
import { invite } from "../../../lib/tenants/invitations.ts";
import { formErrors, readForm } from "../../(_components)/form_fields.ts";
import { deliverInvitation, LinkToPassOn, type PassOn } from "./(_components)/link_to_pass_on.tsx";
import { readChosen, RoleChoices, type RoleOption, rolesToGive } from "./(_components)/role_choices.tsx";
import { readRolesOf, requireManager, teamTrail } from "./(_components)/team_reader.ts";

interface Shown {
  options: RoleOption[];
  email: string;
  chosen: string[];
  errors: FormError[];
  /** Of the invitation that was made just now. */
  passOn?: PassOn;
}

const title = { page: "Invite someone", section: "Team" };
const labels: Record<string, string> = { email: "E-mail address", roles: "Roles" };

export const handler = define.handlers({
  async GET(ctx) {
    requireManager(ctx);
    ctx.state.title = title;
    return page<Shown>({ options: await readOptions(ctx), email: "", chosen: [], errors: [] });
  },
  async POST(ctx) {
    const { session, tenantId } = requireManager(ctx);
    const field = await readForm(ctx.req);
    const options = await readOptions(ctx);
    const [email, chosen] = [field("email").trim(), readChosen(field, options)];
    const asker = { tenantId, actor: session.actor };
    try {
      const sent = await invite(ctx.state.environment, asker, { email, roles: chosen });
      const passOn = await deliverInvitation(ctx, sent);
      if (passOn.link === null) return ctx.redirect("/team?done=invited", 303);
      ctx.state.title = title;
      // The link must not stay in a cache or a history.
      const headers = { "cache-control": "no-store" };
      return page<Shown>({ options, email: "", chosen: [], errors: [], passOn }, { headers });
    } catch (error) {
      if (!isMilepostError(error, "InvalidInput")) throw error;
      ctx.state.title = { ...title, hasErrors: true };
      const errors = formErrors(error).map((one) => ({ ...one, label: labels[one.field ?? ""] }));
      return page<Shown>({ options, email, chosen, errors }, { status: 422 });
    }
  },
});

export default define.page<typeof handler>(({ data: { options, email, chosen, errors, passOn } }) => (
  <>
    <PageHeader
      trail={teamTrail}
      title="Invite someone"
      state="They get a link, and join once they say yes. Until then they see nothing."
    />
    <ErrorSummary errors={errors} before="the invitation is made" />
    {passOn?.link && <LinkToPassOn email={passOn.email} link={passOn.link} />}
    <Form
      action="/team/invite"
      submit="Invite this person"
      cancel={{ label: "Back to the team", href: "/team" }}
    >
      <TextField
        id="email"
        label={labels.email}
        help="The person signs in with it."
        example="tom@calder.example"
        type="email"
        autocomplete="off"
        value={email}
        error={errorAt(errors, "email")}
      />
      <RoleChoices options={options} chosen={chosen} errors={errors} />
    </Form>
  </>
));

async function readOptions(ctx: FreshContext<State>): Promise<RoleOption[]> {
  return rolesToGive(signedIn(ctx.state).session.actor, await readRolesOf(ctx));
}
