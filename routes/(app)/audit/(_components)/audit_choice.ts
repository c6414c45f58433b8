/** What the reader of the audit trail asked for, as the address has it, and the filter that it means. */
import type { AuditFilter } from "../../../../db/queries/audit_list.ts";
import { nounsOf } from "../../../../lib/audit/topics.ts";
import { startOfDay } from "../../../../lib/core/period.ts";

export interface AuditChoice {
  who?: string;
  /** A topic. */
  what?: string;
  about?: string;
  /** The first and the last day. */
  from?: Temporal.PlainDate;
  to?: Temporal.PlainDate;
}

/** Who acts beside the people of the team. */
export const whoElse: readonly { value: string; label: string }[] = [
  { value: "api_key:", label: "Other systems, by a key" },
  { value: "cli:", label: "The command line" },
  { value: "job:", label: "Milepost's own jobs" },
  { value: "system:", label: "Nobody who is signed in" },
];

/** What does not look like an actor, a topic or a day filters nothing. */
export function readChoice(query: URLSearchParams): AuditChoice {
  const who = query.get("who") ?? "";
  const what = query.get("what") ?? "";
  const about = query.get("about")?.replace(/\p{Cc}/gu, "").trim().slice(0, 100);
  return {
    who: /^(?:user|api_key|cli|job|system):[\w.-]{0,100}$/.test(who) ? who : undefined,
    what: nounsOf(what) ? what : undefined,
    about: about || undefined,
    from: readDay(query.get("from")),
    to: readDay(query.get("to")),
  };
}

/** A day as the browser's date field sends it, or undefined. */
export function readDay(text: string | null): Temporal.PlainDate | undefined {
  if (!text || !/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  try {
    return Temporal.PlainDate.from(text, { overflow: "reject" });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Days are those of the zone, the last one included. */
export function filterOf({ who, what, about, from, to }: AuditChoice, zone: string): AuditFilter {
  return {
    actor: who,
    topics: what === undefined ? undefined : nounsOf(what),
    subject: about,
    from: from && startOfDay(from, zone),
    to: to && startOfDay(to.add({ days: 1 }), zone),
  };
}
