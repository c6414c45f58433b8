/** What a contract's amendments come to: by which plan version it runs on which days, and when it is paused. */
import type { Amendment } from "../../db/queries/contract_amendment.ts";

/** `[from, to)`; null is open. */
export interface OpenSpan {
  from: Temporal.PlainDate | null;
  to: Temporal.PlainDate | null;
}

/** Days on which a contract runs by one plan version. */
export interface VersionSpan extends OpenSpan {
  versionId: string;
  planId: string;
}

/** The plan version that a contract names: the one agreed last in its time. */
export interface AgreedVersion {
  versionId: string;
  planId: string;
}

/** The versions one after the other, without a gap. Of two changes on one day the one agreed later holds. */
export function versionSpans(last: AgreedVersion, amendments: readonly Amendment[]): VersionSpan[] {
  const changes = amendments.filter(({ kind }) => kind === "plan")
    .toSorted((left, right) => Temporal.PlainDate.compare(left.effectiveDate, right.effectiveDate));
  const first = changes.at(0);
  const opening = first ? { versionId: first.fromVersionId!, planId: first.fromPlanId! } : last;
  const spans: VersionSpan[] = [{ ...opening, from: null, to: null }];
  for (const { effectiveDate, toVersionId, toPlanId } of changes) {
    const current = spans.at(-1)!;
    if (current.from !== null && current.from.equals(effectiveDate)) spans.pop();
    else current.to = effectiveDate;
    spans.push({ versionId: toVersionId!, planId: toPlanId!, from: effectiveDate, to: null });
  }
  return spans;
}

/** The version in force on a day. */
export function versionOn(spans: readonly VersionSpan[], date: Temporal.PlainDate): VersionSpan {
  const { compare } = Temporal.PlainDate;
  return spans.findLast(({ from }) => from === null || compare(from, date) <= 0)!;
}

/** When a contract stands still, `[from, to)`; null while no one has said when it runs on. */
export interface Pause {
  from: Temporal.PlainDate;
  to: Temporal.PlainDate | null;
}

/** Whether a pause holds on a day. */
export function isPausedOn({ from, to }: Pause, date: Temporal.PlainDate): boolean {
  const { compare } = Temporal.PlainDate;
  return compare(from, date) <= 0 && (to === null || compare(date, to) < 0);
}

/** The pauses by day. One that is ended on its first day is none. */
export function pausesOf(amendments: readonly Amendment[]): Pause[] {
  const { compare } = Temporal.PlainDate;
  let pauses: Pause[] = [];
  for (const { kind, effectiveDate, untilDate } of amendments) {
    if (kind === "pause") pauses.push({ from: effectiveDate, to: untilDate });
    if (kind !== "resume") continue;
    pauses = pauses.map((pause) => isPausedOn(pause, effectiveDate) ? { ...pause, to: effectiveDate } : pause)
      .filter(({ from, to }) => to === null || compare(from, to) < 0);
  }
  return pauses.sort((left, right) => compare(left.from, right.from));
}

/** `[from, to)`. */
export interface Span {
  from: Temporal.PlainDate;
  to: Temporal.PlainDate;
}

/** The days that two spans share, if there are any. */
export function sharedDays(span: Span, other: OpenSpan): Span[] {
  const from = other.from === null ? span.from : later(span.from, other.from);
  const to = other.to === null || Temporal.PlainDate.compare(span.to, other.to) < 0 ? span.to : other.to;
  return Temporal.PlainDate.compare(from, to) < 0 ? [{ from, to }] : [];
}

/** Spans without the days of the pauses. */
export function withoutPauses(spans: readonly Span[], pauses: readonly Pause[]): Span[] {
  return pauses.reduce<readonly Span[]>(
    (left, pause) =>
      left.flatMap((span) => [
        ...sharedDays(span, { from: null, to: pause.from }),
        ...(pause.to === null ? [] : sharedDays(span, { from: pause.to, to: null })),
      ]),
    spans,
  ).slice();
}

function later(left: Temporal.PlainDate, right: Temporal.PlainDate): Temporal.PlainDate {
  return Temporal.PlainDate.compare(left, right) >= 0 ? left : right;
}
