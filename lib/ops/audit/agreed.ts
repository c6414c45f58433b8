/** The charges that an invoice should be derived from: whose plan version held on which days, asked day by day. */
import type { AuditedCharge, AuditedFacts, AuditedVersion } from "../../../db/queries/audit_facts.ts";

/** A charge with the name by which the auditor tells it from the others of the invoice. */
export interface AgreedCharge extends AuditedCharge {
  name: string;
  /** The days on which it was in force; left out if all of the period. */
  during?: { from: Temporal.PlainDate; to: Temporal.PlainDate }[];
  /** What it is for, if that is the period after the invoice's. */
  period?: { start: Temporal.PlainDate; end: Temporal.PlainDate };
}

export interface Agreed {
  charges: AgreedCharge[];
  taxInclusive: boolean;
}

/** What is for the invoice's period and, where it is billed in advance, for the one after it; of a contract's first period all. */
export function agreedCharges(invoice: AuditedFacts): Agreed {
  const { start, end } = invoice.priceCase.period;
  const isFirst = !isBefore(invoice.contractStart, Temporal.PlainDate.from(start));
  const own = chargesWithin(invoice, { start, end });
  const next = chargesWithin(invoice, { start: end, end: invoice.nextEnd.toString() });
  const period = { start: Temporal.PlainDate.from(end), end: invoice.nextEnd };
  return {
    charges: [
      ...own.charges.filter(({ timing }) => isFirst || timing === "arrears"),
      ...next.charges.filter(({ timing }) => timing === "advance")
        .map((charge) => ({ ...charge, name: `${charge.name}+next`, period })),
    ],
    taxInclusive: own.taxInclusive || next.taxInclusive,
  };
}

function chargesWithin(invoice: AuditedFacts, period: { start: string; end: string }): Agreed {
  const days = daysOf(period);
  const running = days.filter((day) =>
    !isBefore(day, invoice.contractStart) &&
    (invoice.contractEnd === null || isBefore(day, invoice.contractEnd))
  );
  const versionIds = [...new Set(running.map((day) => versionOn(invoice, day).id))];
  const found = versionIds.flatMap((id) => {
    const version = invoice.versions.find((each) => each.id === id)!;
    const agreed = running.filter((day) => versionOn(invoice, day).id === id);
    const inForce = agreed.filter((day) => !isPaused(invoice, day));
    return invoice.charges.filter(({ versionId }) => versionId === id).map((charge) => {
      const counted = charge.kind === "one_time" ? agreed : inForce;
      return { charge, version, ...(counted.length < days.length && { during: spansOf(counted) }) };
    });
  });
  return {
    charges: found.map(({ charge, version, ...rest }) => {
      const hasTwin = found.some((other) =>
        other.charge.id !== charge.id && other.charge.reference === charge.reference
      );
      const name = hasTwin ? `${charge.reference}@${version.plan}/${version.version}` : charge.reference;
      return { ...charge, ...rest, name };
    }),
    taxInclusive: found.some(({ version }) => version.taxInclusive),
  };
}

function versionOn({ versions }: AuditedFacts, day: Temporal.PlainDate): AuditedVersion {
  let held = versions[0];
  for (const version of versions) {
    if (version.from !== null && !isBefore(day, Temporal.PlainDate.from(version.from))) held = version;
  }
  return held;
}

/** Whether the contract rests on a day. */
export function isPaused({ pauses }: AuditedFacts, day: Temporal.PlainDate): boolean {
  let paused: { from: string; until: string | null } | null = null;
  const today = day.toString();
  for (const { kind, effective, until } of pauses) {
    if (kind === "pause") {
      if (effective <= today && (until === null || today < until)) paused = { from: effective, until };
    } else if (paused && paused.from <= effective && effective <= today) paused = null;
  }
  return paused !== null;
}

function daysOf({ start, end }: { start: string; end: string }): Temporal.PlainDate[] {
  const days: Temporal.PlainDate[] = [];
  const last = Temporal.PlainDate.from(end);
  for (let day = Temporal.PlainDate.from(start); isBefore(day, last); day = day.add({ days: 1 })) {
    days.push(day);
  }
  return days;
}

/** Days in their order as spans, those without a gap as one. */
function spansOf(
  days: readonly Temporal.PlainDate[],
): { from: Temporal.PlainDate; to: Temporal.PlainDate }[] {
  const spans: { from: Temporal.PlainDate; to: Temporal.PlainDate }[] = [];
  for (const day of days) {
    const next = day.add({ days: 1 });
    const last = spans.at(-1);
    if (last?.to.equals(day)) last.to = next;
    else spans.push({ from: day, to: next });
  }
  return spans;
}

function isBefore(day: Temporal.PlainDate, other: Temporal.PlainDate): boolean {
  return Temporal.PlainDate.compare(day, other) < 0;
}
