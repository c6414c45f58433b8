/** Search in a list that is in the order of time: a case may hold many days, and each of its events asks for one. */

/** The last item whose first day is on or before `epochDay`, or null if none has begun; `items` rise by that day. */
export function lastBegun<Item>(
  items: readonly Item[],
  epochDay: number,
  firstDayOf: (item: Item) => number,
): Item | null {
  let begun = 0, end = items.length;
  while (begun < end) {
    const middle = begun + end >> 1;
    if (firstDayOf(items[middle]) <= epochDay) begun = middle + 1;
    else end = middle;
  }
  return begun === 0 ? null : items[begun - 1];
}
