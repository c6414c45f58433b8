/** Changes a role of the business's own; what someone else changed meanwhile is not overwritten unseen. */
import { type FreshContext, page } from "fresh";
import { ButtonLink } from "../../../../../components/ui/button.tsx";
import type { FormError } from "../../../../../components/ui/error_summary.tsx";
import { Section } from "../../../../../components/ui/section.tsx";
import { define, type State } from "../../../../../define.ts";
import type { Rights } from "../../../../../lib/auth/policy.ts";
import { milepostError } from "../../../../../lib/core/errors.ts";
import { updateRole } from "../../../../../lib/tenants/custom_roles.ts";
import type { CustomRoleRecord } from "../../../../../lib/tenants/views.ts";
import { readForm } from "../../../../(_components)/form_fields.ts";
import { sendForm } from "../../../(_components)/sent_form.ts";
import {
  readRoleValues,
  RoleForm,
  roleLabels,
  type RoleValues,
  valuesOfRole,
} from "../../(_components)/role_form.tsx";
import { readRolesOf, requireManager, rolesTrail } from "../../(_components)/team_reader.ts";

interface Shown {
  role: CustomRoleRecord;
  values: RoleValues;
  errors: FormError[];
  hidden: { key: string; rowVersion: string };
  maker: Rights;
}

export const handler = define.handlers({
  async GET(ctx) {
    const { session } = requireManager(ctx);
    const role = await readRole(ctx);
    ctx.state.title = { page: role.name, section: "Roles" };
    const hidden = { key: crypto.randomUUID(), rowVersion: role.rowVersion };
    return page<Shown>({ role, values: valuesOfRole(role), errors: [], hidden, maker: session.actor });
  },
  async POST(ctx) {
    const { session } = requireManager(ctx);
    const role = await readRole(ctx);
    const field = await readForm(ctx.req);
    const values = readRoleValues(field);
    const input = { ...values, roleId: role.id, rowVersion: field("rowVersion") };
    const sent = await sendForm(ctx, updateRole, field("key"), input, roleLabels);
    if ("result" in sent) return ctx.redirect("/team/roles?done=changed", 303);
    const { errors, key, status, isStale } = sent.refusal;
    ctx.state.title = { page: role.name, section: "Roles", hasErrors: true };
    const hidden = { key, rowVersion: isStale ? role.rowVersion : input.rowVersion };
    return page<Shown>({ role, values, errors, hidden, maker: session.actor }, { status });
  },
});

export default define.page<typeof handler>(({ data: { role, ...form } }) => (
  <>
    <RoleForm
      {...form}
      trail={rolesTrail}
      title={role.name}
      action={`/team/roles/${role.id}`}
      submit="Save the role"
    />
    <Section id="delete" title="Delete the role">
      {role.members + role.invited > 0
        ? (
          <p class="max-w-prose">
            {`${role.members + role.invited} on the team or invited have it. Give them other roles first.`}
          </p>
        )
        : <ButtonLink href={`/team/roles/${role.id}/delete`}>{`Delete ${role.name}`}</ButtonLink>}
    </Section>
  </>
));

async function readRole(ctx: FreshContext<State>): Promise<CustomRoleRecord> {
  const role = (await readRolesOf(ctx)).find(({ id }) => id === ctx.params.id);
  if (role) return role;
  throw milepostError("NotFound", { message: "There is no such role. Find it in the list of roles." });
}
