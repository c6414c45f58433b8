/** What becomes of events that correct others: a `void` takes its event out, any other event takes the place of the one it corrects. */
import type { KnownEvent } from "../../db/queries/usage_correction.ts";
import { voidEvent } from "../imports/mapping.ts";
import type { ReadyEvent, SetAside } from "./batch.ts";
import { contentHash, type EventContent } from "./identity.ts";
import type { Subject } from "./subjects.ts";

/** Where an event names the one it corrects, by its id in the same source. */
const correctsColumn = "corrects";

/** A row that corrects an event, with its place in the file. */
export interface PlacedCorrection {
  line: number;
  raw: string;
  id: string;
  corrects: string;
  event: string;
  at: Temporal.Instant;
  properties: Record<string, string>;
  /** Null for a void, which is about whom its event is about. */
  subject: Subject | null;
}

export interface SettledCorrections {
  added: { line: number; event: ReadyEvent; corrects: string }[];
  duplicates: number;
  setAside: SetAside[];
}

/** Settles corrections in their order against the events that are there; `known` holds those by id and learns of the new ones. */
export function settleCorrections(
  corrections: readonly PlacedCorrection[],
  known: Map<string, KnownEvent>,
): SettledCorrections {
  const settled: SettledCorrections = { added: [], duplicates: 0, setAside: [] };
  for (const correction of corrections) {
    const target = known.get(correction.corrects);
    const reason = target ? settleOne(settled, correction, target, known) : missing(correction);
    if (reason === null) continue;
    const { line, raw, corrects: value } = correction;
    settled.setAside.push({ line, raw, column: correctsColumn, value, reason });
  }
  return settled;
}

function missing({ corrects }: PlacedCorrection): string {
  return `There is no event "${corrects}" of this source yet. Send it first, or correct the id.`;
}

/** Counts the correction, or gives the reason why it is set aside. */
function settleOne(
  settled: SettledCorrections,
  { line, id, corrects, event, at, properties, subject }: PlacedCorrection,
  target: KnownEvent,
  known: Map<string, KnownEvent>,
): string | null {
  const { contractId, vehicleId } = subject ?? target;
  const content: EventContent = { event, contractId, vehicleId, at, properties };
  const hash = contentHash(content);
  const there = known.get(id);
  if (there?.contentHash === hash) {
    settled.duplicates++;
    return null;
  }
  if (there) {
    return `There is an event "${id}" with other content, which stays. Give this one an id of its own.`;
  }
  if (target.event === voidEvent) {
    return `"${corrects}" is a void. Send the event itself again, with a new id.`;
  }
  if (target.correctedBy !== null) {
    return `"${corrects}" was corrected by "${target.correctedBy}" before. Correct that one.`;
  }
  settled.added.push({ line, event: { id, ...content, contentHash: hash }, corrects });
  known.set(id, { event, contractId, vehicleId, contentHash: hash, correctedBy: null });
  target.correctedBy = id;
  return null;
}
