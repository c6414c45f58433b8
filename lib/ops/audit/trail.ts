/** The auditor's look at one business's audit trail alone: its seals, and its anchors. */
import type { Database } from "../../../db/database.ts";
import { findBrokenSeals } from "../../../db/queries/audit_chain_checks.ts";
import type { Breach } from "../../../db/queries/audit_checks.ts";
import { withSystem } from "../../../db/system.ts";
import { type AnchorWitness, findBrokenAnchors } from "./anchors.ts";

export interface TrailReport {
  events: number;
  anchors: number;
  ok: boolean;
  breaches: readonly Breach[];
}

/** A long trail takes longer to compute than a request may. */
const longestMs = 600_000;

/** Reads only. Throws `SecretsUnavailable` where the keys of the anchors cannot be reached. */
export async function auditTrail(
  database: Database,
  witness: AnchorWitness,
  tenantId: string,
): Promise<TrailReport> {
  const seals = await withSystem(database, (db) => findBrokenSeals(db, tenantId), {
    readOnly: true,
    isolation: "repeatable read",
    timeoutMs: longestMs,
  });
  const anchors = await findBrokenAnchors(database, witness, tenantId);
  const breaches = [...seals.breaches, ...anchors.breaches];
  return { events: seals.count, anchors: anchors.count, ok: breaches.length === 0, breaches };
}
