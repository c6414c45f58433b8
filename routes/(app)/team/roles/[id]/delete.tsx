/** Deletes a role that nobody has, after a last look. */
import { page } from "fresh";
import { Form } from "../../../../../components/ui/form.tsx";
import { PageHeader } from "../../../../../components/ui/page_header.tsx";
import { define } from "../../../../../define.ts";
import { execute } from "../../../../../lib/core/command.ts";
import { milepostError } from "../../../../../lib/core/errors.ts";
import { deleteRole } from "../../../../../lib/tenants/custom_roles.ts";
import type { CustomRoleRecord } from "../../../../../lib/tenants/views.ts";
import { readRolesOf, requireManager, rolesTrail } from "../../(_components)/team_reader.ts";

export const handler = define.handlers({
  async GET(ctx) {
    requireManager(ctx);
    const role = (await readRolesOf(ctx)).find(({ id }) => id === ctx.params.id);
    if (!role) {
      throw milepostError("NotFound", { message: "There is no such role. Find it in the list of roles." });
    }
    if (role.members + role.invited > 0) return ctx.redirect(`/team/roles/${role.id}#delete`, 303);
    ctx.state.title = { page: `Delete ${role.name}`, section: "Roles" };
    return page<CustomRoleRecord>(role);
  },
  async POST(ctx) {
    const { session, tenantId } = requireManager(ctx);
    const asker = { tenantId, actor: session.actor };
    await execute(ctx.state.environment, deleteRole, asker, { roleId: ctx.params.id });
    return ctx.redirect("/team/roles?done=deleted", 303);
  },
});

export default define.page<typeof handler>(({ data: { id, name } }) => (
  <>
    <PageHeader
      trail={[...rolesTrail, { label: name, href: `/team/roles/${id}` }]}
      here="Delete"
      title={`Delete the role ${name}`}
      state="Nobody has it. This cannot be undone; a role of the same name can be made anew."
    />
    <Form
      action={`/team/roles/${id}/delete`}
      submit="Delete the role"
      kind="stop"
      cancel={{ label: "Keep the role", href: `/team/roles/${id}` }}
    >
      {null}
    </Form>
  </>
));
