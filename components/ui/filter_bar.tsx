/** Filters of a list: labels above, one button; nothing submits by itself. What is applied stands below, each with its way out. */
import type { ComponentChildren } from "preact";
import { Button } from "./button.tsx";
import { Icon } from "./icon.tsx";

export interface FilterBarProps {
  /** "Filter invoices". */
  label: string;
  action: string;
  /** Compact fields, at most four; the first is the widest. */
  children: ComponentChildren;
}

export function FilterBar({ label, action, children }: FilterBarProps) {
  return (
    <form
      role="search"
      aria-label={label}
      action={action}
      class="grid items-end gap-x-4 gap-y-3 mb-4 sm:grid-cols-2 xl:grid-cols-[minmax(0,1fr)_repeat(3,10rem)_auto] sm:[&>button]:justify-self-start screen-only"
    >
      {children}
      <Button>Apply filters</Button>
    </form>
  );
}

export interface AppliedFilter {
  /** "Status: overdue". */
  label: string;
  /** The list without this filter. */
  href: string;
}

const chip =
  "tap mx-0 px-3 text-label text-ink bg-tint rounded no-underline hover:underline hover:bg-tint-2 hover:text-ink";

/** The filters in force; the last link clears them all. */
export function Chips({ filters, clearHref }: { filters: AppliedFilter[]; clearHref: string }) {
  if (filters.length === 0) return null;
  return (
    <ul role="list" aria-label="Filters in force" class="flex flex-wrap items-center gap-2 mb-3 screen-only">
      {filters.map((filter) => (
        <li key={filter.href}>
          <a href={filter.href} class={chip}>
            <span class="sr-only">Remove the filter</span>
            {filter.label}
            <Icon name="close" />
          </a>
        </li>
      ))}
      {filters.length > 1 && (
        <li>
          <a href={clearHref} class="tap text-label">{`Clear ${filters.length} filters`}</a>
        </li>
      )}
    </ul>
  );
}
