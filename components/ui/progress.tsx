/** Work that runs: a native bar, the percentage, the count in words, and a link that brings newer figures. */
import type { ComponentChildren } from "preact";
import { asset } from "fresh/runtime";
import { TapLink } from "./link.tsx";

export interface ProgressProps {
  id: string;
  /** "Reading chicago-taxi.csv". */
  title: string;
  value: number;
  max: number;
  /** "310 of 500 checked, 0 differ. About 20 seconds left. You can leave this page." */
  children: ComponentChildren;
  /** Reloads the page; left out once the work is done. */
  updateHref?: string;
  /** Moves the bar by what happens to this thing, from an event on; the page works the same without. */
  live?: { subjectId: string; lastEvent: string };
}

const row = "flex flex-wrap items-baseline justify-between gap-x-4";

export function Progress({ id, title, value, max, children, updateHref, live }: ProgressProps) {
  const percent = max > 0 ? `${Math.floor(value * 100 / max)}%` : "0%";
  return (
    <section
      aria-labelledby={id}
      class="p-4 bg-tint border-l-4 border-blue"
      data-live={live?.subjectId}
      data-last-event={live?.lastEvent}
    >
      {live && <p role="status" class="sr-only"></p>}
      {live && <script type="module" src={asset("/live_progress.js")}></script>}
      <div class={row}>
        <h2 id={id} class="text-section">{title}</h2>
        <span class="text-section font-bold tabular-nums">{percent}</span>
      </div>
      <progress class="meter my-2" value={value} max={max} aria-labelledby={id}>{percent}</progress>
      <div class={row}>
        <p class="max-w-prose tabular-nums">{children}</p>
        {updateHref && <TapLink href={updateHref}>Update the figures</TapLink>}
      </div>
    </section>
  );
}
