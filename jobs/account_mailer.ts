/** Sends the mail to people about their account. It belongs to no tenant, so no job can carry it: it is looked for on a timer. */
import {
  claimAccountMail,
  type ClaimedMail,
  setAbandonedMailUncertain,
  setAccountMailQueued,
  setAccountMailSettled,
} from "../db/queries/account_mail.ts";
import type { AccountMailState } from "../db/schema.ts";
import { withSystem } from "../db/system.ts";
import { letterOf } from "../lib/auth/account_mail.ts";
import type { Letter } from "../lib/auth/letter.tsx";
import type { Environment } from "../lib/core/command.ts";
import { type MessagePort, TransportError } from "../lib/integrations/port.ts";
import { type BackOff, retryDelayMs } from "./back_off.ts";
import { errorText, type Reporter, reportToStandardError } from "./report.ts";

const backOff: BackOff = { firstMs: 5_000, longestMs: 10 * 60_000 };
/** With these pauses a mail server may be away for half an hour; then its reader has asked again. */
const maxAttempts = 10;
/** Longer than all the waiting that the client of the mail server allows itself. */
const leaseMinutes = 5;
const lookEveryMs = 1_000;

/** Sends the mail that has waited longest; false when none is due. As with messages, one of which nobody knows is not sent again. */
export async function sendNextMail(environment: Environment, port: MessagePort): Promise<boolean> {
  const { database, clock } = environment;
  const now = clock.now();
  const mail = await withSystem(database, async (db) => {
    await setAbandonedMailUncertain(db, now, "The process ended while it was being sent.");
    return await claimAccountMail(db, now, now.add({ minutes: leaseMinutes }));
  });
  if (!mail) return false;
  const settle = (state: AccountMailState, failure: string | null = null) =>
    withSystem(database, (db) => setAccountMailSettled(db, mail.id, state, failure));
  const again = async (failure: string) => {
    if (mail.attempts >= maxAttempts) return await settle("failed", failure);
    const due = now.add({ milliseconds: retryDelayMs(mail.attempts, backOff, Math.random()) });
    await withSystem(database, (db) => setAccountMailQueued(db, mail.id, due, failure));
  };
  const letter = await letterOf(environment, mail).catch(async (error) => {
    // Nothing has left yet, so it may go out later: when the keys that open its words can be reached again.
    await again(errorText(error));
    throw error;
  });
  if (!letter) {
    await settle("nobody");
    return true;
  }
  try {
    const delivery = await deliver(port, mail, letter);
    if (delivery.outcome === "sent") await settle("sent");
    else if (delivery.outcome === "kept") await settle("failed", "No mail server is set.");
    else await settle(delivery.outcome, delivery.failure);
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    await again(error.message);
  }
  return true;
}

function deliver(port: MessagePort, { id, recipient }: ClaimedMail, letter: Letter) {
  return port.deliver({ id, senderName: "Milepost", recipient, ...letter, attachments: [] });
}

/** Sends what is due, again and again, until stopped. Trouble is reported; the next look goes on. */
export function startAccountMailer(
  environment: Environment,
  port: MessagePort,
  report: Reporter = reportToStandardError,
): { stop(): Promise<void> } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStopping = false;
  async function look(): Promise<void> {
    try {
      while (!isStopping && await sendNextMail(environment, port));
    } catch (error) {
      report({ what: "trouble", where: "account mail", error: errorText(error) });
    }
    if (!isStopping) timer = setTimeout(() => looking = look(), lookEveryMs);
  }
  let looking = look();
  return {
    async stop() {
      isStopping = true;
      clearTimeout(timer);
      await looking;
    },
  };
}
