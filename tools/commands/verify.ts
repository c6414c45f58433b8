/** `milepost verify`: the auditor over the configured database. What came out is kept with each business. */
import { recordVerification } from "../../lib/audit/commands.ts";
import { execute } from "../../lib/core/command.ts";
import { anchorPort } from "../../lib/integrations/registry.ts";
import { audit, auditBreaches, auditSummary, breachesOf } from "../../lib/ops/audit/audit.ts";
import { listAllTenants } from "../../lib/tenants/create_tenant.ts";
import type { CliCommand } from "../command_line.ts";

export const verifyCommand: CliCommand = {
  name: "verify",
  summary: "Audits the whole database; each breach is told, and exit code 0 means that all holds.",
  example: "milepost verify",
  arguments: [],
  options: {},
  async run(_input, session) {
    const environment = await session.environment();
    const { database, secrets } = environment;
    const report = await audit(database, { secrets, store: anchorPort(session.config()) });
    for (const breach of auditBreaches(report)) session.say(breach);
    const lookedAt = report.checks.reduce((sum, { count }) => sum + count, 0);
    for (const { id } of await listAllTenants(environment)) {
      const outcome = { scope: "books", lookedAt, breaches: breachesOf(report, id) } as const;
      await execute(environment, recordVerification, { tenantId: id, actor: session.actor }, outcome);
    }
    return { result: JSON.parse(auditSummary(report)), ok: report.ok };
  },
};
