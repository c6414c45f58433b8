/** Deletes what a tenant keeps only for a time, by the rules of the retention schedule. */
import { deleteOldIdempotencyKeys, listTenantsWithOldKeys } from "../../db/queries/idempotency_key.ts";
import type { DueJob } from "../../db/queries/job.ts";
import { deleteOldOutboxEvents, listTenantsWithOldEvents } from "../../db/queries/outbox.ts";
import { endOldWaitingImports, listTenantsWithOldWaitingImports } from "../../db/queries/usage_import.ts";
import { type SystemDb, withSystem } from "../../db/system.ts";
import { listTenantsWithEndedRestrictions } from "../../db/queries/privacy_request.ts";
import { tenantRules } from "../../lib/core/retention_schedule.ts";
import type { JobHandler } from "../handler.ts";
import { dayOf, endRestrictions } from "./erasure.ts";

/** Small enough that no deletion holds others up. */
const rowsAtATime = 5_000;

const unchosen =
  `Nobody chose the columns of this file within ${tenantRules.waiting_files.days} days, so it was deleted. ` +
  "Upload it again.";

const kind = "retention.prune";

interface Pruner {
  listTenants(db: SystemDb, days: number): Promise<string[]>;
  /** Deletes some of a tenant's and says how many. */
  prune(db: SystemDb, tenantId: string, days: number): Promise<number>;
}

/** How each rule of the schedule is carried out. */
const pruners: Record<keyof typeof tenantRules, Pruner> = {
  idempotency_keys: {
    listTenants: listTenantsWithOldKeys,
    prune: (db, tenantId, days) => deleteOldIdempotencyKeys(db, tenantId, days, rowsAtATime),
  },
  outbox_events: {
    listTenants: listTenantsWithOldEvents,
    prune: (db, tenantId, days) => deleteOldOutboxEvents(db, tenantId, days, rowsAtATime),
  },
  waiting_files: {
    listTenants: listTenantsWithOldWaitingImports,
    prune: (db, tenantId, days) => endOldWaitingImports(db, tenantId, days, unchosen, rowsAtATime),
  },
};
const ruled = Object.entries(pruners).map(([name, pruner]) => ({
  ...pruner,
  days: tenantRules[name as keyof typeof tenantRules].days,
}));

export const retention: JobHandler = {
  kind,
  maxAttempts: 5,
  leaseMs: 10 * 60_000,
  async run({ database, clock }, { tenantId }) {
    for (const { prune, days } of ruled) {
      while (await withSystem(database, (db) => prune(db, tenantId, days)) === rowsAtATime);
    }
    await endRestrictions(database, tenantId, clock.now());
  },
};

/** One job a day and tenant, for the tenants that have something to delete. */
export async function findDueRetention(db: SystemDb, now: Temporal.Instant): Promise<DueJob[]> {
  const tenants = new Set([
    ...(await Promise.all(ruled.map(({ listTenants, days }) => listTenants(db, days)))).flat(),
    ...await listTenantsWithEndedRestrictions(db, dayOf(now)),
  ]);
  const day = now.toZonedDateTimeISO("UTC").toPlainDate().toString();
  return [...tenants].map((tenantId) => ({ tenantId, kind, uniqueKey: day, payload: null }));
}
