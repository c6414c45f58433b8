/** The part of an erasure that no tenant's door allows: what was sent, the account of a person, and, when their term is over, the names on documents. */
import type { Database } from "../../db/database.ts";
import { deleteAccount } from "../../db/queries/account.ts";
import { deleteConsentsOfCustomer } from "../../db/queries/consent.ts";
import {
  deleteMessagesOfCustomer,
  deleteTaxOfCustomer,
  type ErasureTask,
  listEndedRestrictions,
  lockPrivacyRequest,
  setPrivacyRequestState,
  shredDocumentsOfCustomer,
} from "../../db/queries/privacy_request.ts";
import { type SystemDb, withSystem } from "../../db/system.ts";
import { hashEmail } from "../../lib/auth/attempts.ts";
import { erasureKind } from "../../lib/privacy/commands.ts";
import { erasedBuyer } from "../../lib/core/erased.ts";
import type { JobHandler } from "../handler.ts";

export const erasure: JobHandler = {
  kind: erasureKind,
  maxAttempts: 20,
  leaseMs: 10 * 60_000,
  async run({ database, clock }, { tenantId, payload }) {
    const { requestId } = payload as { requestId: string };
    await withSystem(database, async (db) => {
      const task = await lockPrivacyRequest(db, tenantId, requestId);
      if (task?.state !== "accepted") return; // an earlier attempt committed
      await shredAtOnce(db, tenantId, task);
      const state = task.restrictedUntil ? "restricted" : "done";
      await setPrivacyRequestState(db, tenantId, requestId, state, clock.now());
    });
  },
};

async function shredAtOnce(
  db: SystemDb,
  tenantId: string,
  { customerId, userId }: ErasureTask,
): Promise<void> {
  if (customerId) {
    await deleteMessagesOfCustomer(db, tenantId, customerId);
    await deleteConsentsOfCustomer(db, tenantId, customerId);
    await deleteTaxOfCustomer(db, tenantId, customerId);
  }
  if (userId) await deleteAccount(db, userId, hashEmail);
}

/** Takes the names of erased customers from documents whose term is over. */
export async function endRestrictions(
  database: Database,
  tenantId: string,
  now: Temporal.Instant,
): Promise<void> {
  for (;;) {
    const done = await withSystem(database, async (db) => {
      const [id] = await listEndedRestrictions(db, tenantId, dayOf(now), 1);
      const task = id && await lockPrivacyRequest(db, tenantId, id);
      if (!task) return true;
      if (task.state === "restricted" && task.customerId) {
        await shredDocumentsOfCustomer(db, tenantId, task.customerId, erasedBuyer);
        await setPrivacyRequestState(db, tenantId, id, "done", now);
      }
      return false;
    });
    if (done) return;
  }
}

/** The day that it is furthest west: a term ends nowhere before it ends everywhere. */
export function dayOf(now: Temporal.Instant): Temporal.PlainDate {
  return now.subtract({ hours: 12 }).toZonedDateTimeISO("UTC").toPlainDate();
}
