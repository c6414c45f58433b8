/** One page of a list by cursor: which of the rows that were read belong to it, and how to get to its neighbours. */

/** After this key or before it, in the order of the list. */
export type Cursor = { readonly after: string } | { readonly before: string };

export interface CursorPage<Row> {
  rows: Row[];
  /** For the rows before and after, where there are any. */
  previous?: { before: string };
  next?: { after: string };
}

/**
 * `read` are the rows from the cursor on, one more than `size` if there are more; before a cursor they come in reverse, the
 * nearest first.
 */
export function cutPage<Row>(
  read: readonly Row[],
  size: number,
  cursor: Cursor | undefined,
  keyOf: (row: Row) => string,
): CursorPage<Row> {
  const isBackwards = cursor !== undefined && "before" in cursor;
  const hasMore = read.length > size;
  const rows = read.slice(0, size);
  if (isBackwards) rows.reverse();
  const first = rows.at(0), last = rows.at(-1);
  const hasPrevious = isBackwards ? hasMore : cursor !== undefined;
  return {
    rows,
    ...(hasPrevious && first !== undefined ? { previous: { before: keyOf(first) } } : {}),
    ...((isBackwards || hasMore) && last !== undefined ? { next: { after: keyOf(last) } } : {}),
  };
}
