/** The auditor: asks every rule of the books of the whole database, and shows each breach with its rows. */
import type { Database } from "../../../db/database.ts";
import {
  type Breach,
  findBrokenHistories,
  findDoubleBilling,
  findFallingDates,
  type Finding,
  findLostAcknowledgements,
  findLostRows,
  findNumberGaps,
  findTornInvoices,
  findUnattestedInvoices,
  findUnbalancedTransactions,
  findWrongPeriods,
  findWrongPostings,
  findWrongReceivables,
  findWrongTotals,
} from "../../../db/queries/audit_checks.ts";
import { findBrokenSeals, listTenantIds } from "../../../db/queries/audit_chain_checks.ts";
import {
  findBrokenCreditHistories,
  findCreditNumberGaps,
  findOverCredits,
  findTornCreditNotes,
  findWrongCreditPostings,
} from "../../../db/queries/audit_credit_checks.ts";
import {
  findLostPayments,
  findOverAllocations,
  findTornReversals,
  findUnattestedPayments,
  findWrongOpenAmounts,
  findWrongPaymentPostings,
} from "../../../db/queries/audit_payment_checks.ts";
import {
  findWrongStatedCredits,
  findWrongStatedTaxes,
} from "../../../db/queries/audit_tax_currency_checks.ts";
import {
  findPostingsInClosedPeriods,
  findWrongVoids,
  findWrongWriteOffs,
} from "../../../db/queries/audit_end_checks.ts";
import { findWrongExpiryPostings, findWrongWallets } from "../../../db/queries/audit_wallet_checks.ts";
import { type SystemDb, withSystem } from "../../../db/system.ts";
import { type Json, jsonOf } from "../../core/json.ts";
import { findBrokenTaxRules } from "../../../db/queries/audit_tax_rules.ts";
import { type AnchorWitness, findBrokenAnchors } from "./anchors.ts";
import { recountCorrectedPeriods } from "./corrected_periods.ts";
import { recountManualInvoices } from "./manual_lines.ts";
import { rederiveInvoices } from "./rederive.ts";
import { tryWalls } from "./walls.ts";

export interface AuditCheck {
  name: string;
  ok: boolean;
  /** How many things were looked at: transactions, invoices, series … A check that looked at nothing says 0. */
  count: number;
  /** The rows that break the rule, at most a hundred of each. */
  breaches: readonly Breach[];
}

export interface AuditReport {
  checks: AuditCheck[];
  /** Whether every rule holds. */
  ok: boolean;
}

/** The questions to the database, all asked of one moment. */
const questions: Record<string, (db: SystemDb) => Promise<Finding>> = {
  "debits equal credits in every transaction and currency": findUnbalancedTransactions,
  "every issued invoice is posted once, as printed": findWrongPostings,
  "totals are the sum of lines and tax": findWrongTotals,
  "header, document and lines agree": findTornInvoices,
  "taxes obey the rules of EN 16931": findBrokenTaxRules,
  "every state was reached by an allowed step": findBrokenHistories,
  "each charge, vehicle and period is billed once": findDoubleBilling,
  "every invoice bills a whole period of its contract": findWrongPeriods,
  "numbers run from 1 without a gap": findNumberGaps,
  "issue dates never fall within a series": findFallingDates,
  "customers owe what is open on their invoices": findWrongReceivables,
  "no payment settles more than came in, no invoice more than its total": findOverAllocations,
  "what is open is the total less credit notes, write-offs and payments": findWrongOpenAmounts,
  "credit notes never exceed their invoice, and all of it is credited to the cent": findOverCredits,
  "header, lines and taxes of credit notes agree": findTornCreditNotes,
  "every issued credit note is posted once, as printed": findWrongCreditPostings,
  "numbers of credit notes run from 1 without a gap, in the order of their dates": findCreditNumberGaps,
  "every credit note was drafted, issued and attested": findBrokenCreditHistories,
  "void invoices are posted away and never went out": findWrongVoids,
  "write-offs are posted once, with no more tax than there is": findWrongWriteOffs,
  "tax in the seller's currency follows from the rates of its tax point": findWrongStatedTaxes,
  "credit notes take back the tax in the seller's currency that they take of the tax": findWrongStatedCredits,
  "nothing is posted in a month that was closed": findPostingsInClosedPeriods,
  "every payment is posted once": findWrongPaymentPostings,
  "every reversal mirrors its payment": findTornReversals,
  "every payment is in the audit trail": findUnattestedPayments,
  "every acknowledged payment is there": findLostPayments,
  "wallet money is used once, by its customer": findWrongWallets,
  "expired wallet money is posted once": findWrongExpiryPostings,
  "every invoice follows from its facts": (db) => rederiveInvoices(db),
  "every manual invoice follows from its lines": recountManualInvoices,
  "what is billed for each corrected period is what is due for it": (db) => recountCorrectedPeriods(db),
  "every row of a file is accounted for": findLostRows,
  "every issued invoice is in the audit trail": findUnattestedInvoices,
  "every acknowledged invoice is there": findLostAcknowledgements,
  "the audit trail is sealed without a break": (db) => findBrokenSeals(db),
};

/** The books of a large business take longer to read than a request may. */
const longestMs = 3_600_000;

/**
 * Asks everything; the anchors of the audit trails only where they are at hand. Reads only; throws what the database throws,
 * and `SecretsUnavailable`.
 */
export async function audit(database: Database, witness?: AnchorWitness): Promise<AuditReport> {
  const asked = await withSystem(database, async (db) => {
    const checks: AuditCheck[] = [];
    for (const [name, ask] of Object.entries(questions)) checks.push(judge(name, await ask(db)));
    return checks;
  }, { readOnly: true, isolation: "repeatable read", timeoutMs: longestMs });
  const checks = [...asked, judge("no tenant can read another's rows", await tryWalls(database))];
  if (witness) {
    checks.push(
      judge("every anchor of the audit trails stands in them", await hearAnchors(database, witness)),
    );
  }
  return { checks, ok: checks.every(({ ok }) => ok) };
}

async function hearAnchors(database: Database, witness: AnchorWitness): Promise<Finding> {
  const all: Finding = { count: 0, breaches: [] };
  for (const tenantId of await withSystem(database, listTenantIds, { readOnly: true })) {
    const { count, breaches } = await findBrokenAnchors(database, witness, tenantId);
    all.count += count;
    all.breaches.push(...breaches);
  }
  return all;
}

/** Derives some invoices of a tenant a second time; what comes out differently is a breach. */
export async function auditInvoices(
  database: Database,
  tenantId: string,
  ids: readonly string[],
): Promise<Finding> {
  return await withSystem(
    database,
    (db) => rederiveInvoices(db, { tenantId, ids }),
    { readOnly: true, isolation: "repeatable read", timeoutMs: longestMs },
  );
}

/** Counts again the periods that a run derived again. */
export async function auditCorrections(
  database: Database,
  tenantId: string,
  runId: string,
): Promise<Finding> {
  return await withSystem(
    database,
    (db) => recountCorrectedPeriods(db, { tenantId, runId }),
    { readOnly: true, isolation: "repeatable read", timeoutMs: longestMs },
  );
}

function judge(name: string, { count, breaches }: Finding): AuditCheck {
  return { name, ok: breaches.length === 0, count, breaches };
}

/** What concerns one tenant: every breach that names it, with the rule that it breaks. */
export function breachesOf({ checks }: AuditReport, tenantId: string): Json[] {
  return checks.flatMap(({ name, breaches }) =>
    breaches.filter((breach) => Object.values(breach).includes(tenantId))
      .map((breach) => jsonOf({ ...breach, rule: name }))
  );
}

/** The one line of `verify`: `{"checks":[{"name":…,"ok":…,"count":…}],"ok":…}`. */
export function auditSummary({ checks, ok }: AuditReport): string {
  return JSON.stringify({ checks: checks.map(({ name, ok, count }) => ({ name, ok, count })), ok });
}

/** A line for each breach: the broken rule and the row. */
export function auditBreaches({ checks }: AuditReport): string[] {
  return checks.flatMap(({ name, breaches }) =>
    breaches.map((breach) =>
      `Broken: ${name}: ${
        JSON.stringify(breach, (_, value) => typeof value === "bigint" ? String(value) : value)
      }`
    )
  );
}
