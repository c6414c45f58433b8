/** Sorts out what becomes of the rows of one batch: new events, duplicates, and rows to set aside. */
import { wholeRow } from "../imports/mapping.ts";
import { contentHash, type EventContent, type IdentifiedRow } from "./identity.ts";
import { findSubject, type SubjectFacts } from "./subjects.ts";

/** An event that is ready to be saved. */
export interface ReadyEvent extends EventContent {
  id: string;
  contentHash: string;
}

/** A row of the file that is set aside. */
export interface SetAside {
  line: number;
  column: string;
  value: string;
  reason: string;
  raw: string;
}

/** An event with its place in the file. */
export interface PlacedEvent {
  line: number;
  raw: string;
  event: ReadyEvent;
}

export interface SortedBatch {
  /** No two with one id; the earlier row of the file comes first. */
  events: PlacedEvent[];
  /** Rows that repeat an earlier row of this batch. */
  duplicates: number;
  setAside: SetAside[];
}

/** The columns that a mapping's reasons name: where the reference stands, and where the id. */
export interface BatchColumns {
  subject: string;
  /** Without it the row itself is the id. */
  id?: string;
}

/** A value in a table cell; the row itself is kept whole. */
const longestValue = 500;

/** Looks up each event's subject and finds repeats within the batch. */
export function sortBatch(
  rows: readonly IdentifiedRow[],
  facts: SubjectFacts,
  columns: BatchColumns,
): SortedBatch {
  const events = new Map<string, PlacedEvent>();
  const setAside: SetAside[] = [];
  let duplicates = 0;
  for (const row of rows) {
    const { line, raw } = row;
    if ("quarantine" in row) {
      setAside.push(setRowAside({ line, raw, ...row.quarantine }));
      continue;
    }
    const { id, event, at, subject, properties } = row.event;
    const found = findSubject(facts, row.event);
    if (typeof found === "string") {
      setAside.push(
        setRowAside({ line, raw, column: columns.subject, value: subject.reference, reason: found }),
      );
      continue;
    }
    const content: EventContent = { event, ...found, at, properties };
    const placed = { line, raw, event: { id, ...content, contentHash: contentHash(content) } };
    const earlier = events.get(id);
    if (!earlier) events.set(id, placed);
    else if (earlier.event.contentHash === placed.event.contentHash) duplicates++;
    else setAside.push(conflictOf(placed, columns));
  }
  return { events: [...events.values()], duplicates, setAside };
}

/** Tells duplicates of earlier events from events that only share their id; `earlier` has content hashes by id. */
export function compareWithEarlier(
  events: readonly PlacedEvent[],
  earlier: ReadonlyMap<string, string>,
  columns: BatchColumns,
): { added: number; duplicates: number; setAside: SetAside[] } {
  const repeats = events.filter(({ event }) => earlier.has(event.id));
  const conflicts = repeats.filter(({ event }) => earlier.get(event.id) !== event.contentHash);
  return {
    added: events.length - repeats.length,
    duplicates: repeats.length - conflicts.length,
    setAside: conflicts.map((placed) => conflictOf(placed, columns)),
  };
}

function conflictOf({ line, raw, event }: PlacedEvent, columns: BatchColumns): SetAside {
  return setRowAside({
    line,
    raw,
    column: columns.id ?? wholeRow,
    value: event.id,
    reason: columns.id === undefined
      ? "This row was imported before and became another event. The first one stays."
      : "There is an event with this id and other content, which stays. Give this row an id of its own.",
  });
}

function setRowAside(row: SetAside): SetAside {
  return row.value.length > longestValue ? { ...row, value: `${row.value.slice(0, longestValue)}…` } : row;
}
