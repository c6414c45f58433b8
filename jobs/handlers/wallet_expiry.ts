/** Ends wallet money whose last day is over, each credit in a command of its own. */
import type { DueJob } from "../../db/queries/job.ts";
import { listTenantsWithDueExpiries } from "../../db/queries/wallet_due.ts";
import type { SystemDb } from "../../db/system.ts";
import { withTenant } from "../../db/tenant.ts";
import { jobActor } from "../../lib/core/actor.ts";
import { execute } from "../../lib/core/command.ts";
import { expireWalletCredit } from "../../lib/payments/wallet/commands.ts";
import { listExpired } from "../../lib/payments/wallet/views.ts";
import type { JobHandler } from "../handler.ts";

const kind = "wallet.expire";

export const walletExpiry: JobHandler = {
  kind,
  maxAttempts: 5,
  leaseMs: 10 * 60_000,
  async run(environment, { tenantId }) {
    const { database, clock } = environment;
    const due = await withTenant(
      database,
      tenantId,
      (db) => listExpired(db, latestDay(clock.now())),
      { readOnly: true },
    );
    // The command asks again what day it is where the entity is.
    for (const walletCreditId of due) {
      await execute(environment, expireWalletCredit, { tenantId, actor: jobActor(kind) }, { walletCreditId });
    }
  },
};

/** One job an hour and tenant, for the tenants with money that may be over. */
export async function findDueExpiries(db: SystemDb, now: Temporal.Instant): Promise<DueJob[]> {
  const tenants = await listTenantsWithDueExpiries(db, latestDay(now));
  const hour = now.toString().slice(0, 13);
  return tenants.map((tenantId) => ({ tenantId, kind, uniqueKey: hour, payload: null }));
}

/** The day that it is furthest east: what may be over is read, what is over is reckoned in the zone. */
function latestDay(now: Temporal.Instant): Temporal.PlainDate {
  return now.toZonedDateTimeISO("UTC").toPlainDate().add({ days: 1 });
}
