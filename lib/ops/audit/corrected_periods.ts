/** Every period that was derived again: what is billed, less what was taken back and with what was added, is what the oracle says is due. */
import type { Breach, Finding } from "../../../db/queries/audit_checks.ts";
import {
  type AuditedBilledLine,
  type AuditedRederivation,
  type AuditedRuns,
  listAuditedRederivations,
} from "../../../db/queries/audit_rederivation.ts";
import type { SystemDb } from "../../../db/system.ts";
import { type AgreedCharge, agreedCharges } from "./agreed.ts";
import { withTaxes } from "./taxes.ts";
import { derive, type DerivedInvoice } from "./oracle/derive.ts";
import { OracleCannotTell } from "./oracle/facts.ts";
import { compareUsage, rateName, readFacts, sums } from "./rederive.ts";

const periodsAtOnce = 50;
const beforeAll = {
  tenantId: "00000000-0000-0000-0000-000000000000",
  id: "00000000-0000-0000-0000-000000000000",
};

/** Asks all periods, or those of one run. */
export async function recountCorrectedPeriods(
  db: SystemDb,
  only: AuditedRuns | null = null,
): Promise<Finding> {
  const breaches: Breach[] = [];
  let count = 0;
  let periods: AuditedRederivation[] = [];
  do {
    periods = await listAuditedRederivations(db, periods.at(-1) ?? beforeAll, periodsAtOnce, only);
    const found = await Promise.all(periods.map((period) => differences(db, period)));
    breaches.push(...found.flat());
    count += periods.length;
  } while (periods.length === periodsAtOnce);
  return { count, breaches };
}

async function differences(db: SystemDb, period: AuditedRederivation): Promise<Breach[]> {
  const { tenantId: tenant, number: invoice, priceCase: { period: { start } } } = period;
  const about = { tenant, invoice, period: start };
  try {
    const { charges: agreed, taxInclusive } = agreedCharges(period);
    const charges = withTaxes(period, agreed);
    const facts = await readFacts(db, period, charges, taxInclusive);
    return [...compareUsage(period, facts), ...compareRates(period, derive(facts), charges)]
      .map((difference) => ({ ...about, ...difference }));
  } catch (error) {
    if (!(error instanceof OracleCannotTell)) throw error;
    return [{ ...about, what: "cannot be derived again", reason: error.message }];
  }
}

/** By tax rate, in the terms of the lines: nothing is missing, and what is too much is more than can be taken back. */
function compareRates(
  period: AuditedRederivation,
  derived: DerivedInvoice,
  charges: readonly AgreedCharge[],
): Breach[] {
  const due = dueLines(period, derived, charges);
  const dueOf = sums(due.map(({ rate, amount }) => [rate, amount]));
  const billedOf = sums(period.billed.map((line) => [rateOf(line), net(line)]));
  const beyondOf = sums(beyond(period, due));
  return [...new Set([...dueOf.keys(), ...billedOf.keys()])].flatMap((rate): Breach[] => {
    const expected = dueOf.get(rate) ?? 0n;
    const issued = billedOf.get(rate) ?? 0n;
    const isRight = issued === expected || issued === expected + (beyondOf.get(rate) ?? 0n);
    return isRight ? [] : [{ what: `sum at ${rate}`, issued, derived: expected }];
  });
}

interface DueLine {
  rate: string;
  key: string;
  amount: bigint;
}

function dueLines(
  { vehicles, terms }: AuditedRederivation,
  { lines, adjustments }: DerivedInvoice,
  charges: readonly AgreedCharge[],
): DueLine[] {
  const vehicleIds = new Map(vehicles.map(({ id, reference }) => [reference, id]));
  const termNames = new Map(terms.map(({ id, name }) => [id, name]));
  return [
    ...lines.map(({ charge, vehicle, amount }) => {
      const { id, taxCategory, taxPercent } = charges.find(({ name }) => name === charge)!;
      const rate = rateName(taxCategory, taxCategory === null ? null : taxPercent ?? "0");
      const vehicleId = vehicle === null ? null : vehicleIds.get(vehicle) ?? vehicle;
      return { rate, key: `${id} ${vehicleId} ${rate}`, amount };
    }),
    ...adjustments.map(({ kind, of, category, percent, amount }) => {
      const rate = rateName(category, percent);
      return { rate, key: `${kind} ${kind === "discount" ? termNames.get(of) : ""} ${rate}`, amount };
    }),
  ];
}

/** What is billed too much on lines of which nothing is left. */
function beyond({ billed }: AuditedRederivation, due: readonly DueLine[]): [string, bigint][] {
  const dueOf = sums(due.map(({ key, amount }) => [key, amount]));
  return [...Map.groupBy(billed, keyOf)].map(([key, lines]) => {
    const isLeft = lines.some(({ amount, credited }) => BigInt(amount) - BigInt(credited) > 0n);
    const over = lines.reduce((sum, line) => sum + net(line), 0n) - (dueOf.get(key) ?? 0n);
    return [rateOf(lines[0]), over > 0n && !isLeft ? over : 0n];
  });
}

function keyOf(line: AuditedBilledLine): string {
  const { kind, charge, vehicle, description } = line;
  const rate = rateOf(line);
  return charge !== null
    ? `${charge} ${vehicle} ${rate}`
    : `${kind} ${kind === "discount" ? description : ""} ${rate}`;
}

function rateOf({ category, percent }: AuditedBilledLine): string {
  return rateName(category, percent);
}

function net({ amount, corrected }: AuditedBilledLine): bigint {
  return BigInt(amount) - BigInt(corrected);
}
