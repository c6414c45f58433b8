/** Whether this process can do its work now: what a load balancer asks before it sends anyone here. */
import type { Database } from "../../db/database.ts";
import { findPendingMigrations } from "../../db/queries/migration.ts";
import { withSystem } from "../../db/system.ts";

export interface ReadinessCheck {
  name: "database" | "migrations" | "queue";
  ok: boolean;
  /** What is wrong and what to do, or that all is well. */
  detail: string;
}

export interface Readiness {
  ok: boolean;
  checks: ReadinessCheck[];
}

/** Asks the database and the queue. Never throws: what does not answer is not ready. */
export async function readReadiness(
  database: Database,
  queue: { check(): Promise<void> },
): Promise<Readiness> {
  const checks = [...await checkDatabase(database), await checkQueue(queue)];
  return { ok: checks.every(({ ok }) => ok), checks };
}

async function checkDatabase(database: Database): Promise<ReadinessCheck[]> {
  try {
    const pending = await withSystem(database, findPendingMigrations, { readOnly: true });
    return [{ name: "database", ok: true, detail: "answers" }, {
      name: "migrations",
      ok: pending.length === 0,
      detail: pending.length === 0
        ? "up to date"
        : `${pending.join(", ")} did not run yet; run milepost migrate`,
    }];
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return [{ name: "database", ok: false, detail }, {
      name: "migrations",
      ok: false,
      detail: "not known while the database does not answer",
    }];
  }
}

async function checkQueue(queue: { check(): Promise<void> }): Promise<ReadinessCheck> {
  try {
    await queue.check();
    return { name: "queue", ok: true, detail: "takes wake-ups" };
  } catch (error) {
    return { name: "queue", ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
