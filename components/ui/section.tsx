/** A section is a 2 px ink rule, a heading and its content: no box. */
import type { ComponentChildren } from "preact";

export interface SectionProps {
  id: string;
  title: string;
  /** Beside the heading: a short note, or a link such as "Download totals (CSV)". */
  aside?: ComponentChildren;
  /** First on the page, right under the page header. */
  first?: boolean;
  children: ComponentChildren;
}

export function Section({ id, title, aside, first, children }: SectionProps) {
  return (
    <section aria-labelledby={id} class={first ? "min-w-0" : "min-w-0 mt-12"}>
      <div class="flex flex-wrap items-center justify-between gap-x-4 py-2 border-t-2 border-ink">
        <h2 id={id} class="py-2 text-section">{title}</h2>
        {aside && <div class="text-label text-ink-2">{aside}</div>}
      </div>
      {children}
    </section>
  );
}

/** Two sections side by side from 1152 px: the work, and what happened to it. */
export function WithAside({ children, aside }: { children: ComponentChildren; aside: ComponentChildren }) {
  return (
    <div class="xl:grid xl:grid-cols-[minmax(0,1fr)_17rem] xl:gap-x-12">
      <div class="min-w-0">{children}</div>
      <div class="screen-only">{aside}</div>
    </div>
  );
}

/** Two halves from 1024 px. */
export function Halves({ children }: { children: ComponentChildren }) {
  return <div class="grid gap-x-12 lg:grid-cols-2">{children}</div>;
}

/** Running text: about 62 characters a line. */
export function Prose({ children }: { children: ComponentChildren }) {
  return <div class="max-w-prose [&>p+p]:mt-8">{children}</div>;
}
