/** Short facts about one thing, label above value, in a ruled row. */
import type { ComponentChildren } from "preact";

export interface Fact {
  label: string;
  /** Never empty: "none", "not issued". */
  value: ComponentChildren;
  /** Where the value leads. */
  href?: string;
}

export interface FactsProps {
  facts: Fact[];
  /** For labels and values that are longer than an English word. */
  roomy?: boolean;
}

export function Facts({ facts, roomy }: FactsProps) {
  const columns = roomy
    ? "grid-cols-[repeat(auto-fill,minmax(11rem,1fr))]"
    : "grid-cols-[repeat(auto-fill,minmax(8rem,1fr))]";
  return (
    <dl class={`grid ${columns} gap-4 py-4 border-t border-b border-line`}>
      {facts.map(({ label, value, href }) => (
        <div key={label}>
          <dt class="text-label text-ink-2">{label}</dt>
          <dd class="font-semibold">{href ? <a href={href} class="tap -my-2">{value}</a> : value}</dd>
        </div>
      ))}
    </dl>
  );
}
