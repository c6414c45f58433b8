/** Once a day the audit trail of each business in which something happened is verified and, where it holds, anchored. */
import { listTenantsToAnchor } from "../../db/queries/audit_anchor.ts";
import type { DueJob } from "../../db/queries/job.ts";
import type { SystemDb } from "../../db/system.ts";
import { anchorTrail } from "../../lib/audit/anchoring.ts";
import { ownCommands, recordVerification } from "../../lib/audit/commands.ts";
import { jobActor } from "../../lib/core/actor.ts";
import { execute } from "../../lib/core/command.ts";
import { jsonOf } from "../../lib/core/json.ts";
import type { AnchorPort } from "../../lib/integrations/port.ts";
import { auditTrail } from "../../lib/ops/audit/trail.ts";
import type { JobHandler } from "../handler.ts";

const kind = "audit.anchor";

/** Nothing is anchored on top of what does not hold; the breaches are kept for people, and the next day looks again. */
export function auditAnchor(store: AnchorPort): JobHandler {
  return {
    kind,
    maxAttempts: 8,
    leaseMs: 10 * 60_000,
    async run(environment, { tenantId }) {
      const execution = { tenantId, actor: jobActor(kind) };
      const witness = { secrets: environment.secrets, store };
      const { ok, events, breaches } = await auditTrail(environment.database, witness, tenantId);
      await execute(environment, recordVerification, execution, {
        scope: "trail",
        lookedAt: events,
        breaches: breaches.map(jsonOf),
      });
      if (ok) await anchorTrail(environment, store, execution);
    },
  };
}

/** One job a day and tenant. */
export async function findDueAnchors(db: SystemDb, now: Temporal.Instant): Promise<DueJob[]> {
  const tenants = await listTenantsToAnchor(db, ownCommands);
  const day = now.toZonedDateTimeISO("UTC").toPlainDate().toString();
  return tenants.map((tenantId) => ({ tenantId, kind, uniqueKey: day, payload: null }));
}
