/** What a contract agreed beside its plan, read for the oracle by the auditor's own rules. */
import type { AuditedFacts } from "../../../db/queries/audit_facts.ts";
import { type AgreedCharge, isPaused } from "./agreed.ts";
import type { OracleCommitment, OracleDiscount } from "./oracle/facts.ts";
import { type Fraction, nearest, read, times, whole } from "./oracle/fraction.ts";

/** A price case has no finer number. */
const unitDecimals = 12;

/** The minimum and cap of the period, by the days of it on which the contract ran; null where none was agreed. */
export function commitmentOf(
  invoice: AuditedFacts,
  charges: readonly AgreedCharge[],
  decimals: number,
): OracleCommitment | null {
  const term = invoice.terms.find(({ kind }) => kind === "commitment");
  if (term === undefined) return null;
  const share = runningShare(invoice);
  const { rounding } = invoice.priceCase;
  const part = (amount: string | null) =>
    amount === null ? null : inMajorUnits(
      nearest(
        times(times(read(amount), share), whole(10n ** BigInt(decimals))),
        rounding,
      ),
      decimals,
    );
  return {
    minimum: part(term.minimum),
    cap: part(term.cap),
    charges: namesOf(term.charges, charges),
    category: term.taxCategory,
    percent: term.taxPercent,
  };
}

/** The discounts of the period, in the order in which they were agreed, and then the granted money that it used. */
export function discountsOf(
  { terms }: AuditedFacts,
  charges: readonly AgreedCharge[],
  decimals: number,
): OracleDiscount[] {
  const granted = terms.filter(({ kind }) => kind === "granted").map(({ id, amount }): OracleDiscount => {
    return { id, percent: null, amount: inMajorUnits(BigInt(amount!), decimals), charges: null };
  });
  const agreed = terms.filter(({ kind }) => kind === "discount").map(
    ({ id, percent, amount, charges: named }): OracleDiscount => {
      return { id, percent, amount, charges: namesOf(named, charges) };
    },
  );
  return [...agreed, ...granted];
}

/** What is free of a charge, by the days of the period on which it is in force; nothing where none is agreed. */
export function freeUnitsOf(invoice: AuditedFacts, charge: AgreedCharge): { freeUnits?: string } {
  const terms = invoice.terms.filter(({ kind, charges }) =>
    kind === "free_units" && charges!.includes(charge.reference)
  );
  if (terms.length === 0) return {};
  const day = Temporal.PlainDate.from;
  const { start, end } = invoice.priceCase.period;
  const all = day(start).until(day(end)).days;
  const inForce = charge.during?.map(({ from, to }) => from.until(to).days).reduce(
    (sum, days) => sum + days,
    0,
  );
  const share = { top: BigInt(inForce ?? all), bottom: BigInt(all) };
  const scale = whole(10n ** BigInt(unitDecimals));
  const parts = terms.map(({ units }) => nearest(times(times(read(units!), share), scale), "half_up"));
  return { freeUnits: inMajorUnits(parts.reduce((sum, part) => sum + part, 0n), unitDecimals) };
}

/** A term means a charge by its reference, in whatever version of a plan. */
function namesOf(references: readonly string[] | null, charges: readonly AgreedCharge[]): string[] | null {
  if (references === null) return null;
  return charges.filter(({ reference }) => references.includes(reference)).map(({ name }) => name);
}

/** Days of the period on which the contract ran and was not paused, of all its days. */
function runningShare(invoice: AuditedFacts): Fraction {
  const { contractStart, contractEnd, priceCase: { period } } = invoice;
  const end = Temporal.PlainDate.from(period.end);
  let ran = 0;
  let all = 0;
  for (let day = Temporal.PlainDate.from(period.start); !day.equals(end); day = day.add({ days: 1 })) {
    all += 1;
    const isBefore = Temporal.PlainDate.compare(day, contractStart) < 0;
    const isAfter = contractEnd !== null && Temporal.PlainDate.compare(day, contractEnd) >= 0;
    if (!isBefore && !isAfter && !isPaused(invoice, day)) ran += 1;
  }
  return { top: BigInt(ran), bottom: BigInt(all) };
}

function inMajorUnits(minor: bigint, decimals: number): string {
  if (decimals === 0) return `${minor}`;
  const digits = `${minor}`.padStart(decimals + 1, "0");
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
