/** Sorts out what becomes of the rows of one batch: new events, duplicates, and rows to set aside. */
import { wholeRow } from "../imports/mapping.ts";
import { contentHash, type EventContent, type IdentifiedRow } from "./identity.ts";
import type { PlacedCorrection } from "./corrections.ts";
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
  /** The first row of each id. */
  events: PlacedEvent[];
  /** Later rows of the batch with the id of one of them. */
  repeats: PlacedEvent[];
  /** Events that correct others: settled after the ones above are there. */
  corrections: PlacedCorrection[];
  setAside: SetAside[];
}

/** What became of rows: `rows` is always the sum of the three others. */
export type BatchCounts = { rows: number; events: number; duplicates: number; quarantined: number };

/** What became of the events and of the corrections of a batch together. */
export function joinCounts(left: BatchCounts, right: BatchCounts): BatchCounts {
  return {
    rows: left.rows + right.rows,
    events: left.events + right.events,
    duplicates: left.duplicates + right.duplicates,
    quarantined: left.quarantined + right.quarantined,
  };
}

export function countsOf(
  { added, duplicates, setAside }: {
    added: readonly unknown[];
    duplicates: number;
    setAside: readonly SetAside[];
  },
): BatchCounts {
  const events = added.length, quarantined = setAside.length;
  return { rows: events + duplicates + quarantined, events, duplicates, quarantined };
}

/** The columns that a mapping's reasons name: where the reference stands, and where the id. */
export interface BatchColumns {
  subject: string;
  /** Without it the row itself is the id. */
  id?: string;
}

/** A value in a table cell; the row itself is kept whole. */
const longestValue = 500;

/** Looks up each event's subject and finds repeated ids within the batch. */
export function sortBatch(
  rows: readonly IdentifiedRow[],
  facts: SubjectFacts,
  columns: BatchColumns,
): SortedBatch {
  const events = new Map<string, PlacedEvent>();
  const repeats: PlacedEvent[] = [];
  const corrections: PlacedCorrection[] = [];
  const setAside: SetAside[] = [];
  for (const row of rows) {
    const { line, raw } = row;
    if ("quarantine" in row) {
      setAside.push(setRowAside({ line, raw, ...row.quarantine }));
      continue;
    }
    const { id, event, at, subject, properties, corrects } = row.event;
    if (subject.kind === "corrected") {
      corrections.push({ line, raw, id, corrects: subject.reference, event, at, properties, subject: null });
      continue;
    }
    const found = findSubject(facts, row.event);
    if (typeof found === "string") {
      setAside.push(
        setRowAside({ line, raw, column: columns.subject, value: subject.reference, reason: found }),
      );
      continue;
    }
    if (corrects !== undefined) {
      corrections.push({ line, raw, id, corrects, event, at, properties, subject: found });
      continue;
    }
    const content: EventContent = { event, ...found, at, properties };
    const placed = { line, raw, event: { id, ...content, contentHash: contentHash(content) } };
    if (events.has(id)) repeats.push(placed);
    else events.set(id, placed);
  }
  return { events: [...events.values()], repeats, corrections, setAside };
}

/** What is there under an event's id: nothing yet (`undefined`), the same content (true), or other content (false). */
export type IsThere = (event: ReadyEvent) => boolean | undefined;

export interface SettledBatch {
  added: PlacedEvent[];
  duplicates: number;
  setAside: SetAside[];
}

/** Tells new events, duplicates, and events that only share the id of the one that is there or came first. */
export function settleBatch(sorted: SortedBatch, isThere: IsThere, columns: BatchColumns): SettledBatch {
  const added = new Map<string, PlacedEvent>();
  const conflicts: PlacedEvent[] = [];
  for (const placed of sorted.events) {
    const same = isThere(placed.event);
    if (same === undefined) added.set(placed.event.id, placed);
    else if (!same) conflicts.push(placed);
  }
  for (const placed of sorted.repeats) {
    const first = added.get(placed.event.id);
    const same = first ? first.event.contentHash === placed.event.contentHash : isThere(placed.event);
    if (!same) conflicts.push(placed);
  }
  const duplicates = sorted.events.length + sorted.repeats.length - added.size - conflicts.length;
  const setAside = [...sorted.setAside, ...conflicts.map((placed) => conflictOf(placed, columns))];
  return { added: [...added.values()], duplicates, setAside };
}

/** Asks content hashes by id, as the tables have them. */
export function isThereBy(hashes: ReadonlyMap<string, string>): IsThere {
  return ({ id, contentHash }) => hashes.has(id) ? hashes.get(id) === contentHash : undefined;
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
