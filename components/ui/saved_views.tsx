/** Views of a list: links with their counts, the current one marked. */

export interface SavedView {
  label: string;
  href: string;
  /** "1,976". */
  count: string;
}

const view = "inline-flex items-center gap-2 min-h-tap min-w-tap border-b-4 no-underline";
const other = `${view} border-transparent text-ink hover:underline`;
const here = `${view} border-blue font-bold text-blue`;

export interface SavedViewsProps {
  /** "Saved views" if left out. */
  label?: string;
  views: SavedView[];
  current: string;
}

export function SavedViews({ label: name = "Saved views", views, current }: SavedViewsProps) {
  return (
    <nav aria-label={name} class="flex flex-wrap gap-x-6 mb-4 border-b border-edge">
      {views.map(({ label, href, count }) => (
        <a
          key={href}
          href={href}
          aria-current={href === current ? "page" : undefined}
          class={href === current ? here : other}
        >
          {label}
          <span class="text-label font-normal text-ink-2 tabular-nums">{count}</span>
        </a>
      ))}
    </nav>
  );
}
