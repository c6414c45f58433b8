/** Carries one message to its reader: marked before it leaves, reported afterwards, never sent twice. */
import { withTenant } from "../../db/tenant.ts";
import { jobActor } from "../../lib/core/actor.ts";
import { execute } from "../../lib/core/command.ts";
import { type MessagePort, TransportError } from "../../lib/integrations/port.ts";
import {
  beginDelivery,
  deliveryKind,
  type DeliveryReport,
  recordDelivery,
} from "../../lib/notifications/commands.ts";
import { findMessage } from "../../lib/notifications/views.ts";
import type { BackOff } from "../back_off.ts";
import type { Job, JobHandler } from "../handler.ts";

/** With these pauses between attempts, a mail server may be away for two hours. */
const maxAttempts = 14;
const backOff: BackOff = { firstMs: 5_000, longestMs: 30 * 60_000 };

export function deliverMessage(port: MessagePort): JobHandler {
  return {
    kind: deliveryKind,
    maxAttempts,
    // Longer than all the waiting that the client allows itself.
    leaseMs: 5 * 60_000,
    backOff,
    async run(environment, job) {
      const messageId = messageOf(job);
      const execution = { tenantId: job.tenantId, actor: jobActor(deliveryKind) };
      const report = (what: Omit<DeliveryReport, "messageId">, settles: boolean) =>
        execute(
          environment,
          recordDelivery,
          { ...execution, ...(settles ? { job: { id: job.id, attempt: job.attempt } } : {}) },
          { messageId, ...what },
        );
      const { outcome } = await execute(environment, beginDelivery, execution, { messageId });
      if (outcome !== "begun") return;
      const message = await withTenant(
        environment.database,
        job.tenantId,
        (db) => findMessage(db, messageId),
        { readOnly: true },
      );
      try {
        await report(await port.deliver(message), true);
      } catch (error) {
        if (!(error instanceof TransportError)) throw error;
        const isLast = job.attempt >= maxAttempts;
        await report({ outcome: isLast ? "failed" : "again", failure: error.message }, isLast);
        if (!isLast) throw error;
      }
    },
  };
}

function messageOf({ payload }: Job): string {
  const id = payload !== null && typeof payload === "object" && "messageId" in payload && payload.messageId;
  if (typeof id === "string") return id;
  throw new TypeError("The payload of a delivery names a message.");
}
