/** Asking again who someone is before a weighty step: a session that lies open is no proof for it. */
import type { Actor } from "./actor.ts";
import { milepostError } from "./errors.ts";

/** For so long after a proof of who someone is, nobody asks again. */
export const confirmationMinutes = 15;

/** Whether a user proved who they are a moment ago. A program, the command line and a job prove it with every call. */
export function isConfirmed({ kind, authenticatedAt }: Actor, now: Temporal.Instant): boolean {
  if (kind !== "user") return true;
  if (authenticatedAt === undefined) return false;
  return Temporal.Instant.compare(now, authenticatedAt.add({ minutes: confirmationMinutes })) < 0;
}

/** Throws `ConfirmationNeeded` for a user whose proof is too old. */
export function requireConfirmation(actor: Actor, now: Temporal.Instant): void {
  if (!isConfirmed(actor, now)) throw milepostError("ConfirmationNeeded");
}
