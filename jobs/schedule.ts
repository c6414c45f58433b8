/**
 * Every schedule. A tick does nothing but insert the jobs that are due and not there yet: so every process may tick, twice is once, and a
 * tick that was missed is caught up by the next one or at the start.
 */
import { type DueJob, insertDueJobs } from "../db/queries/job.ts";
import { deleteOldAccountMail } from "../db/queries/account_mail.ts";
import { deleteOldPasskeyChallenges } from "../db/queries/passkey_challenge.ts";
import { deleteOldSessions } from "../db/queries/session.ts";
import { deleteOldHeldForms } from "../db/queries/held_form.ts";
import { deleteOldExternalSignIns } from "../db/queries/external_sign_in.ts";
import { deleteOldSignInAttempts } from "../db/queries/sign_in_attempt.ts";
import { deleteOldSignInLinks } from "../db/queries/sign_in_link.ts";
import { deleteOldSignInSteps } from "../db/queries/sign_in_step.ts";
import { type SystemDb, withSystem } from "../db/system.ts";
import { accountRules } from "../lib/core/retention_schedule.ts";
import type { Environment } from "../lib/core/command.ts";
import { findDueAnchors } from "./handlers/audit_anchor.ts";
import { rotateSigningKeys } from "../lib/oauth/signing_keys.ts";
import { findDueEncryption } from "./handlers/encryption.ts";
import { findDueRetention } from "./handlers/retention.ts";
import { findDueRuns } from "./handlers/scheduled_run.ts";
import { findDueVatChecks } from "./handlers/vat_check.ts";
import { findDueExpiries } from "./handlers/wallet_expiry.ts";
import { errorText, type Reporter, reportToStandardError } from "./report.ts";

export interface Schedule {
  /** Letters, digits, spaces and hyphens. */
  readonly name: string;
  /** Five cron fields, in UTC. */
  readonly cron: string;
  /** What is due at `now`; each with a unique key that names its due time. */
  findDue(db: SystemDb, now: Temporal.Instant, environment: Environment): Promise<DueJob[]>;
}

export const schedules: readonly Schedule[] = [
  { name: "invoice runs", cron: "* * * * *", findDue: findDueRuns },
  { name: "wallet expiry", cron: "23 * * * *", findDue: findDueExpiries },
  { name: "VAT numbers", cron: "37 * * * *", findDue: findDueVatChecks },
  { name: "audit anchors", cron: "7 * * * *", findDue: findDueAnchors },
  { name: "retention", cron: "17 * * * *", findDue: findDueRetention },
  { name: "encryption", cron: "37 * * * *", findDue: findDueEncryption },
  {
    name: "sign-in",
    cron: "47 * * * *",
    // What it leaves behind belongs to no tenant, so no job can carry it; deleting what is old twice is deleting it once.
    async findDue(db, now) {
      const before = (days: number) => now.subtract({ hours: 24 * days });
      await deleteOldSignInAttempts(db, before(accountRules.sign_in_attempts.days));
      await deleteOldSessions(db, before(accountRules.sessions.days));
      await deleteOldSignInLinks(db, now);
      await deleteOldSignInSteps(db, now);
      await deleteOldPasskeyChallenges(db, now);
      await deleteOldAccountMail(db, before(accountRules.account_mail.days));
      await deleteOldHeldForms(db, now);
      return [];
    },
  },
  {
    name: "external sign-ins",
    cron: "41 * * * *",
    async findDue(db, now) {
      await deleteOldExternalSignIns(db, now);
      return [];
    },
  },
  {
    name: "signing keys",
    cron: "5 * * * *",
    async findDue(db, _now, environment) {
      await rotateSigningKeys(db, environment);
      return [];
    },
  },
];

/** Inserts what is due now; gives the number of new jobs. */
export async function tick(environment: Environment, schedule: Schedule): Promise<number> {
  const inserted = await withSystem(environment.database, async (db) => {
    return await insertDueJobs(db, await schedule.findDue(db, environment.clock.now(), environment));
  });
  if (inserted.length > 0) environment.wake(inserted);
  return inserted.length;
}

/** Ticks every schedule at once and then by `Deno.cron`, until stopped. A tick that fails is reported; the next one catches up. */
export function startSchedule(
  environment: Environment,
  report: Reporter = reportToStandardError,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const ticking = new Set<Promise<void>>();
  for (const schedule of schedules) {
    const tickNow = () => {
      const ticked: Promise<void> = tick(environment, schedule)
        .then(() => {}, (error) => {
          report({ what: "trouble", where: `schedule ${schedule.name}`, error: errorText(error) });
        })
        .finally(() => ticking.delete(ticked));
      ticking.add(ticked);
      return ticked;
    };
    tickNow();
    Deno.cron(schedule.name, schedule.cron, { signal: stopping.signal }, tickNow);
  }
  return {
    async stop() {
      stopping.abort();
      await Promise.all(ticking);
    },
  };
}
