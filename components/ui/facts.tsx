/** Short facts about one thing, label above value, in a ruled row. */
import type { ComponentChildren } from "preact";

export interface Fact {
  label: string;
  /** Never empty: "none", "not issued". */
  value: ComponentChildren;
  /** Where the value leads. */
  href?: string;
}

export function Facts({ facts }: { facts: Fact[] }) {
  return (
    <dl class="grid grid-cols-[repeat(auto-fill,minmax(8rem,1fr))] gap-4 py-4 border-t border-b border-line">
      {facts.map(({ label, value, href }) => (
        <div key={label}>
          <dt class="text-label text-ink-2">{label}</dt>
          <dd class="font-semibold">{href ? <a href={href} class="tap -my-2">{value}</a> : value}</dd>
        </div>
      ))}
    </dl>
  );
}
