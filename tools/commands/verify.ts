/** `milepost verify`: the auditor over the configured database. */
import { audit, auditBreaches, auditSummary } from "../../lib/ops/audit/audit.ts";
import type { CliCommand } from "../command_line.ts";

export const verifyCommand: CliCommand = {
  name: "verify",
  summary: "Audits the whole database; each breach is told, and exit code 0 means that all holds.",
  example: "milepost verify",
  arguments: [],
  options: {},
  async run(_input, session) {
    const { database } = await session.environment();
    const report = await audit(database);
    for (const breach of auditBreaches(report)) session.say(breach);
    return { result: JSON.parse(auditSummary(report)), ok: report.ok };
  },
};
