/** Recent activity: when, what is new about it, and what happened in one sentence. */
import type { ComponentChildren } from "preact";

export interface FeedEntry {
  key: string;
  /** As a `time` element: "14:02" today, "2 Apr" before. */
  when: ComponentChildren;
  /** A badge, where the entry needs a person. */
  state?: ComponentChildren;
  /** One sentence, with links in it. */
  what: ComponentChildren;
}

export function Feed({ entries }: { entries: FeedEntry[] }) {
  return (
    <ul role="list">
      {entries.map(({ key, when, state, what }) => (
        <li key={key} class="grid grid-cols-[4rem_minmax(0,1fr)] py-3 border-b border-line">
          <span class="text-label text-ink-2">{when}</span>
          <div class="max-w-prose">
            {state && <p class="mb-1">{state}</p>}
            <p>{what}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}
