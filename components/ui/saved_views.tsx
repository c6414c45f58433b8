/** Views of a list: links, those that the product has with their counts, the current one marked. */

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

export interface OwnViewsProps {
  /** By name. */
  views: { label: string; href: string }[];
  current: string;
  /** Where the filter in force gets a name; left out where it has one, or where there is none. */
  saveHref?: string;
  /** Where the current view gets another name or goes. */
  changeHref?: string;
}

/** The views that the reader saved, and the way to save one more; nothing where there is neither. */
export function OwnViews({ views, current, saveHref, changeHref }: OwnViewsProps) {
  if (views.length === 0 && !saveHref) return null;
  return (
    <div class="flex flex-wrap gap-x-6 mb-4 border-b border-edge screen-only">
      {views.length > 0 && (
        <nav aria-label="Views of your own" class="flex flex-wrap gap-x-6 min-w-0">
          {views.map(({ label, href }) => (
            <a
              key={href}
              href={href}
              aria-current={href === current ? "page" : undefined}
              class={`${href === current ? here : other} break-words min-w-0`}
            >
              {label}
            </a>
          ))}
        </nav>
      )}
      {saveHref && <a href={saveHref} class="tap">Save this filter as a view</a>}
      {changeHref && <a href={changeHref} class="tap">Rename or remove this view</a>}
    </div>
  );
}
