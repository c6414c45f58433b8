/** Encrypts the personal values that an earlier version left in clear; new ones never are. */
import {
  encryptBuyersInClear,
  encryptContactsInClear,
  encryptFilesInClear,
  encryptMessagesInClear,
  listTenantsInClear,
} from "../../db/queries/in_clear.ts";
import type { DueJob } from "../../db/queries/job.ts";
import { type SystemDb, withSystem } from "../../db/system.ts";
import type { JobHandler } from "../handler.ts";

/** Small enough that nobody waits long for a row. */
const rowsAtATime = 500;

const encryptions = [
  encryptContactsInClear,
  encryptMessagesInClear,
  encryptFilesInClear,
  encryptBuyersInClear,
];

const kind = "personal.encrypt";

export const encryption: JobHandler = {
  kind,
  maxAttempts: 5,
  leaseMs: 10 * 60_000,
  async run({ database }, { tenantId }) {
    for (const encrypt of encryptions) {
      while (await withSystem(database, (db) => encrypt(db, tenantId, rowsAtATime)) > 0);
    }
  },
};

/** One job a day and tenant, for the tenants that have something in clear. */
export async function findDueEncryption(db: SystemDb, now: Temporal.Instant): Promise<DueJob[]> {
  const day = now.toZonedDateTimeISO("UTC").toPlainDate().toString();
  return (await listTenantsInClear(db)).map((tenantId) => ({
    tenantId,
    kind,
    uniqueKey: day,
    payload: null,
  }));
}
