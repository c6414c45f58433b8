/** What happened, newest first, drawn as a road: a stone = change of state, a ring = event, dashed = what comes next. */
import type { ComponentChildren } from "preact";

export interface TimelineEntry {
  kind: "milestone" | "event" | "next";
  /** "Issued", "Opened by the customer". */
  what: string;
  /** Time, actor, reason in one sentence; the time as a `Day` or `Moment`. */
  detail: ComponentChildren;
}

const stone = "M4.5 22V10a7.5 7.5 0 0 1 15 0v12z";
const cap = "M4.5 11v-1a7.5 7.5 0 0 1 15 0v1z";

function Stone({ kind }: { kind: TimelineEntry["kind"] }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      {kind === "event"
        ? <circle class="dot" cx="12" cy="12" r="5" />
        : <path class={kind === "next" ? "next" : undefined} d={stone} />}
      {kind === "milestone" && <path d={cap} fill="var(--blue)" />}
    </svg>
  );
}

export function Timeline({ entries }: { entries: TimelineEntry[] }) {
  return (
    <ol role="list" class="road mt-3">
      {entries.map((entry, index) => (
        <li key={index}>
          <Stone kind={entry.kind} />
          <b class="block leading-snug">{entry.what}</b>
          <span class="block max-w-prose text-label text-ink-2">{entry.detail}</span>
        </li>
      ))}
    </ol>
  );
}
