/** Deletes what a tenant keeps only for a time: idempotency keys, passed-on events, and files whose columns nobody chose. */
import type { Database } from "../../db/database.ts";
import { deleteOldIdempotencyKeys, listTenantsWithOldKeys } from "../../db/queries/idempotency_key.ts";
import type { DueJob } from "../../db/queries/job.ts";
import { deleteOldOutboxEvents, listTenantsWithOldEvents } from "../../db/queries/outbox.ts";
import { endOldWaitingImports, listTenantsWithOldWaitingImports } from "../../db/queries/usage_import.ts";
import { type SystemDb, withSystem } from "../../db/system.ts";
import { waitingDays } from "../../lib/usage/waiting_file.ts";
import type { JobHandler } from "../handler.ts";

/** A repeated request is recognised for this long. */
export const idempotencyKeyDays = 30;
/** A reader that was away for longer starts anew. */
export const outboxDays = 7;

/** Small enough that no deletion holds others up. */
const rowsAtATime = 5_000;

const unchosen =
  `Nobody chose the columns of this file within ${waitingDays} days, so it was deleted. Upload it again.`;

const kind = "retention.prune";

export const retention: JobHandler = {
  kind,
  maxAttempts: 5,
  leaseMs: 10 * 60_000,
  async run({ database }, { tenantId }) {
    await repeat(database, (db) => deleteOldIdempotencyKeys(db, tenantId, idempotencyKeyDays, rowsAtATime));
    await repeat(database, (db) => deleteOldOutboxEvents(db, tenantId, outboxDays, rowsAtATime));
    await repeat(database, (db) => endOldWaitingImports(db, tenantId, waitingDays, unchosen, rowsAtATime));
  },
};

async function repeat(database: Database, deleteSome: (db: SystemDb) => Promise<number>): Promise<void> {
  while (await withSystem(database, deleteSome) === rowsAtATime);
}

/** One job a day and tenant, for the tenants that have something to delete. */
export async function findDueRetention(db: SystemDb, now: Temporal.Instant): Promise<DueJob[]> {
  const tenants = new Set([
    ...await listTenantsWithOldKeys(db, idempotencyKeyDays),
    ...await listTenantsWithOldEvents(db, outboxDays),
    ...await listTenantsWithOldWaitingImports(db, waitingDays),
  ]);
  const day = now.toZonedDateTimeISO("UTC").toPlainDate().toString();
  return [...tenants].map((tenantId) => ({ tenantId, kind, uniqueKey: day, payload: null }));
}
