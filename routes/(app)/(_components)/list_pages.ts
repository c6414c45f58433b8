/** The address of a list with its filter and cursor, and the words for how much of it is shown. */
import { type Cursor, type CursorPage } from "../../../lib/core/cursor_page.ts";
import type { PaginationProps } from "../../../components/ui/pagination.tsx";

/** `path` with those values that are not empty. */
export function listHref(path: string, values: Record<string, string | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value) query.set(name, value);
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** The place in the list that the address asks for; what `isKey` does not know is no place. */
export function readListCursor(
  query: URLSearchParams,
  isKey: (text: string) => boolean = (text) => text.length <= 100 && !/\p{Cc}/u.test(text),
): Cursor | undefined {
  const after = query.get("after"), before = query.get("before");
  if (after && isKey(after)) return { after };
  return before && isKey(before) ? { before } : undefined;
}

/** A search as typed, cut to what anyone means, without signs that Postgres cannot compare with. */
export function readSearch(query: URLSearchParams): string | undefined {
  return query.get("search")?.replace(/\p{Cc}/gu, "").trim().slice(0, 100) || undefined;
}

/** Whether a span of days ends before it begins, so that nothing can lie in it. */
export function isBackwards(from?: Temporal.PlainDate, to?: Temporal.PlainDate): boolean {
  return from !== undefined && to !== undefined && Temporal.PlainDate.compare(to, from) < 0;
}

/** "128", or "1,000+" where counting stopped. */
export function showFound(found: number, countedMost: number): string {
  const shown = Math.min(found, countedMost).toLocaleString("en-GB");
  return found > countedMost ? `${shown}+` : shown;
}

export interface ListPages {
  page: CursorPage<unknown>;
  found: number;
  countedMost: number;
  /** "plan". */
  noun: string;
  href: (cursor: Record<string, string>) => string;
}

/** "25 of 128 plans", and the ways to the rows before and after. */
export function describeListPages({ page, found, countedMost, noun, href }: ListPages): PaginationProps {
  const nouns = `${noun}s`;
  return {
    summary: `${page.rows.length} of ${showFound(found, countedMost)} ${found === 1 ? noun : nouns}`,
    previous: page.previous && { label: `Previous ${nouns}`, href: href({ ...page.previous }) },
    next: page.next && { label: `Next ${nouns}`, href: href({ ...page.next }) },
  };
}
