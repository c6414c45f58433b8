/** What the demo's one line says: counted in the database and judged by the auditor, never remembered from the set-up. */
import type { Database } from "../db/database.ts";
import { countDemo } from "../db/queries/demo_counts.ts";
import { withSystem } from "../db/system.ts";
import { sealAuditTrails } from "../lib/audit/sealing.ts";
import { minorUnits, parseCurrencyCode } from "../lib/core/currency.ts";
import { formatScaled } from "../lib/core/decimal.ts";
import { audit, auditBreaches, type AuditCheck } from "../lib/ops/audit/audit.ts";

export interface DemoSummary {
  tenants: number;
  customers: number;
  vehicles: number;
  usageEvents: number;
  duplicates: number;
  quarantined: number;
  invoices: number;
  /** By currency, as decimals. */
  totals: Record<string, string>;
  /** Every invoice was priced again by the auditor and came out the same, and every other rule of the books holds. */
  reconciled: boolean;
  ledgerBalanced: boolean;
  seconds: { setup: number; import: number; run: number };
}

const balance = "debits equal credits in every transaction and currency";
const derivation = "every invoice follows from its facts";

export async function summariseDemo(
  database: Database,
  seconds: DemoSummary["seconds"],
  say: (text: string) => void,
): Promise<DemoSummary> {
  const counts = await withSystem(database, countDemo, { readOnly: true });
  await sealAuditTrails(database); // no process that would seal runs yet
  const report = await audit(database);
  for (const breach of auditBreaches(report)) say(breach);
  const check = (name: string): AuditCheck => {
    const found = report.checks.find((check) => check.name === name);
    if (!found) throw new Error(`The auditor no longer asks whether ${name}.`);
    return found;
  };
  const { totals, ...numbers } = counts;
  return {
    ...numbers,
    totals: Object.fromEntries(totals.map(({ currency, total }) => [
      currency,
      formatScaled(total, minorUnits(parseCurrencyCode(currency))),
    ])),
    reconciled: report.ok && check(derivation).count === counts.invoices && counts.invoices > 0,
    ledgerBalanced: check(balance).ok && check(balance).count > 0,
    seconds,
  };
}
