/** Makes a role of the business's own. */
import { page } from "fresh";
import type { FormError } from "../../../../components/ui/error_summary.tsx";
import { define } from "../../../../define.ts";
import type { Rights } from "../../../../lib/auth/policy.ts";
import { createRole } from "../../../../lib/tenants/custom_roles.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import { sendForm } from "../../(_components)/sent_form.ts";
import {
  emptyRole,
  readRoleValues,
  RoleForm,
  roleLabels,
  type RoleValues,
} from "../(_components)/role_form.tsx";
import { requireManager, rolesTrail } from "../(_components)/team_reader.ts";

interface Shown {
  values: RoleValues;
  errors: FormError[];
  key: string;
  maker: Rights;
}

const title = { page: "Make a role", section: "Team" };

export const handler = define.handlers({
  GET(ctx) {
    const { session } = requireManager(ctx);
    ctx.state.title = title;
    return page<Shown>({ values: emptyRole, errors: [], key: crypto.randomUUID(), maker: session.actor });
  },
  async POST(ctx) {
    const { session } = requireManager(ctx);
    const field = await readForm(ctx.req);
    const values = readRoleValues(field);
    const sent = await sendForm(ctx, createRole, field("key"), values, roleLabels);
    if ("result" in sent) return ctx.redirect("/team/roles?done=made", 303);
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { ...title, hasErrors: true };
    return page<Shown>({ values, errors, key, maker: session.actor }, { status });
  },
});

export default define.page<typeof handler>(({ data: { key, ...form } }) => (
  <RoleForm
    {...form}
    trail={rolesTrail}
    title="Make a role"
    action="/team/roles/new"
    submit="Make the role"
    hidden={{ key }}
  />
));
