/** `milepost tenants` and `milepost tenants create`. */
import { createTenant, listAllTenants } from "../../lib/tenants/create_tenant.ts";
import { originOf } from "../../origin.ts";
import type { CliCommand } from "../command_line.ts";

export const listTenantsCommand: CliCommand = {
  name: "tenants",
  summary: "Lists the tenants with their numbers of members.",
  example: "milepost tenants",
  arguments: [],
  options: {},
  async run(_input, session) {
    const tenants = await listAllTenants(await session.environment());
    return {
      result: {
        tenants: tenants.map(({ id, name, createdAt, members }) => ({
          id,
          name,
          members,
          createdAt: createdAt.toString({ smallestUnit: "second" }),
        })),
      },
    };
  },
};

export const createTenantCommand: CliCommand = {
  name: "tenants create",
  summary:
    "Makes a tenant and its first admin, and prints the link by which the admin signs in once and sets a password.",
  example: `milepost tenants create "Calder Fleet Services" --admin amira@calder.example`,
  arguments: [{ name: "NAME", required: true }],
  options: { admin: { value: "EMAIL", required: true, description: "e-mail address of the first admin" } },
  async run(input, session) {
    const environment = await session.environment();
    const name = input.arguments.NAME ?? "";
    const adminEmail = input.options.admin ?? "";
    const { tenantId, linkPath } = await createTenant(environment, session.actor, { name, adminEmail });
    const config = session.config();
    return {
      result: { tenant: tenantId, name, admin: adminEmail, link: originOf(config, config.port) + linkPath },
    };
  },
};
