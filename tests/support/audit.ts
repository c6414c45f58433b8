/** The auditor for tests: the trail is sealed first, as a process that works would have done meanwhile. */
import type { Database } from "../../db/database.ts";
import { sealAuditTrails } from "../../lib/audit/sealing.ts";
import { audit as askAuditor, type AuditReport } from "../../lib/ops/audit/audit.ts";

/** Seals what is final, then asks everything. */
export async function audit(database: Database): Promise<AuditReport> {
  await sealAuditTrails(database);
  return await askAuditor(database);
}
