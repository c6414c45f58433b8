/** `milepost members add` and `milepost members link`. */
import { withTenant } from "../../db/tenant.ts";
import { roles } from "../../lib/auth/policy.ts";
import { findTenant } from "../../lib/tenants/create_tenant.ts";
import { addMember, makeMemberLink, parseEmail } from "../../lib/tenants/members.ts";
import { parseRoles } from "../../lib/tenants/role_choice.ts";
import { originOf } from "../../origin.ts";
import type { CliCommand } from "../command_line.ts";

const tenantOption = { value: "TENANT", required: true, description: "name or id of the tenant" };

export const addMemberCommand: CliCommand = {
  name: "members add",
  summary:
    "Adds someone to a tenant, or changes their roles, and prints a link for whoever has no password yet.",
  example: "milepost members add tom@calder.example --tenant Calder --role approver",
  arguments: [{ name: "EMAIL", required: true }],
  options: {
    tenant: tenantOption,
    role: {
      value: "ROLES",
      required: true,
      description: `one or more of ${roles.join(", ")}, or roles of the tenant's own, with commas`,
    },
  },
  async run(input, session) {
    const email = parseEmail(input.arguments.EMAIL ?? "");
    const environment = await session.environment();
    const { id } = await findTenant(environment, input.options.tenant ?? "");
    const text = input.options.role ?? "";
    const wanted = await withTenant(environment.database, id, (db) => parseRoles(db, text), {
      readOnly: true,
    });
    const asker = { tenantId: id, actor: session.actor };
    const member = await addMember(environment, asker, { email, roles: wanted });
    const linkPath = member.hasPassword ? null : await makeMemberLink(environment, asker, email);
    const config = session.config();
    return {
      result: {
        tenant: id,
        member: member.userId,
        email,
        roles: member.roles,
        link: linkPath && originOf(config, config.port) + linkPath,
      },
    };
  },
};

export const linkMemberCommand: CliCommand = {
  name: "members link",
  summary: "Prints a new one-time sign-in link for a member who forgot the password.",
  example: "milepost members link tom@calder.example --tenant Calder",
  arguments: [{ name: "EMAIL", required: true }],
  options: { tenant: tenantOption },
  async run(input, session) {
    const email = parseEmail(input.arguments.EMAIL ?? "");
    const environment = await session.environment();
    const { id } = await findTenant(environment, input.options.tenant ?? "");
    const linkPath = await makeMemberLink(environment, { tenantId: id, actor: session.actor }, email);
    const config = session.config();
    return { result: { tenant: id, email, link: originOf(config, config.port) + linkPath } };
  },
};
