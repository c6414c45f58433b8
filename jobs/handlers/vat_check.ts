/** Asks tax offices about the VAT numbers of customers: new ones soon, each again once a month, and those without an answer every day. */
import type { DueJob } from "../../db/queries/job.ts";
import { listTenantsWithDueVatChecks } from "../../db/queries/vat_check.ts";
import type { SystemDb } from "../../db/system.ts";
import { withTenant } from "../../db/tenant.ts";
import { jobActor } from "../../lib/core/actor.ts";
import { execute } from "../../lib/core/command.ts";
import { TransportError, type VatNumberPort } from "../../lib/integrations/port.ts";
import { recordVatCheck } from "../../lib/tax/commands.ts";
import { dueVatChecks, vatCheckAsker } from "../../lib/tax/views.ts";
import type { JobHandler } from "../handler.ts";

const kind = "vat.check";

/** Without a port nobody is asked, and numbers stay unconfirmed. */
export function vatCheck(port: VatNumberPort | null): JobHandler {
  return {
    kind,
    maxAttempts: 3,
    leaseMs: 30 * 60_000,
    async run(environment, { tenantId }) {
      if (port === null) return;
      const { database, clock } = environment;
      const { due, asker } = await withTenant(database, tenantId, async (db) => ({
        due: await dueVatChecks(db, clock.now()),
        asker: await vatCheckAsker(db, clock.now()),
      }), { readOnly: true });
      for (const { customerId, vatId } of due) {
        const answer = await checked(port, { number: vatId, asker });
        const execution = { tenantId, actor: jobActor(kind) };
        await execute(environment, recordVatCheck, execution, { customerId, vatId, ...answer });
      }
    },
  };
}

/** An office that cannot be reached says nothing: that is kept as unknown, never as a number that does not hold. */
async function checked(port: VatNumberPort, question: Parameters<VatNumberPort["check"]>[0]) {
  try {
    return await port.check(question);
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    return { status: "unknown" as const, consultationNumber: null };
  }
}

/** One job an hour and tenant, for the tenants with numbers to ask about. */
export async function findDueVatChecks(db: SystemDb, now: Temporal.Instant): Promise<DueJob[]> {
  const tenants = await listTenantsWithDueVatChecks(db, now);
  const hour = now.toString().slice(0, 13);
  return tenants.map((tenantId) => ({ tenantId, kind, uniqueKey: hour, payload: null }));
}
