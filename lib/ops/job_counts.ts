/** How many jobs wait, run or gave up, as Prometheus reads it. */
import type { Database } from "../../db/database.ts";
import { countJobs } from "../../db/queries/job.ts";
import { withSystem } from "../../db/system.ts";
import type { Gauge } from "./metrics.ts";

export async function readJobCounts(database: Database): Promise<Gauge> {
  const counts = await withSystem(database, countJobs, { readOnly: true });
  return {
    name: "milepost_jobs",
    help: "Jobs of all tenants that wait (ready), run (leased) or gave up (dead).",
    values: counts.map(({ kind, state, count }) => ({ labels: { kind, state }, value: Number(count) })),
  };
}
