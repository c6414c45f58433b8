/** `milepost privacy export customer` and `milepost privacy export person`. */
import { exportAccount, exportCustomer } from "../../lib/privacy/export.ts";
import { findTenant } from "../../lib/tenants/create_tenant.ts";
import { parseEmail } from "../../lib/tenants/members.ts";
import type { CliCommand } from "../command_line.ts";

export const exportCustomerCommand: CliCommand = {
  name: "privacy export customer",
  summary: "Prints all that is kept of a customer, as JSON for that customer.",
  example: "milepost privacy export customer C-118 --tenant Calder > data.json",
  arguments: [{ name: "REFERENCE", required: true }],
  options: { tenant: { value: "TENANT", required: true, description: "name or id of the tenant" } },
  async run(input, session) {
    const environment = await session.environment();
    const { id } = await findTenant(environment, input.options.tenant ?? "");
    const asker = { tenantId: id, actor: session.actor };
    const reference = input.arguments.REFERENCE ?? "";
    return { result: JSON.parse(await exportCustomer(environment, asker, { reference })) };
  },
};

export const exportPersonCommand: CliCommand = {
  name: "privacy export person",
  summary: "Prints all that is kept of a person's account, in all tenants, as JSON for that person.",
  example: "milepost privacy export person tom@calder.example > data.json",
  arguments: [{ name: "EMAIL", required: true }],
  options: {},
  async run(input, session) {
    const email = parseEmail(input.arguments.EMAIL ?? "");
    return { result: JSON.parse(await exportAccount(await session.environment(), { email })) };
  },
};
