/** Breaches that a test plants in the books as the owner of the tables, to see the auditor find each of them. */
import assert from "node:assert/strict";
import type postgres from "postgres";
import type { Database } from "../../db/database.ts";
import { audit, auditBreaches } from "../../lib/ops/audit/audit.ts";

export interface Breakage {
  /** The rule that must fail. */
  check: string;
  plant: string;
  mend: string;
  /** Words of the row that must show up. */
  shows: string;
}

/** A test for each breakage: planted past all triggers, found by its rule and row, and mended again. */
export function testBreakages(
  database: Database,
  admin: postgres.Sql,
  breakages: Readonly<Record<string, Breakage>>,
): void {
  for (const [name, { check, plant, mend, shows }] of Object.entries(breakages)) {
    Deno.test(`found: ${name}`, async () => {
      await admin.unsafe("set session_replication_role = replica");
      const { count } = await admin.unsafe(plant);
      assert.ok(/^create/.test(plant) || count > 0, "nothing was planted");
      try {
        const report = await audit(database);
        assert.equal(report.ok, false);
        const failed = report.checks.filter(({ ok }) => !ok).map((each) => each.name);
        assert.ok(failed.includes(check), `only these failed: ${failed.join("; ")}`);
        const checks = report.checks.filter((each) => each.name === check);
        const said = auditBreaches({ ...report, checks });
        assert.ok(said.some((line) => line.includes(shows)), said.join("\n"));
      } finally {
        await admin.unsafe(mend);
      }
    });
  }
}
