/** Records a batch of events that a program sends: every one of them becomes an event, a duplicate, or is set aside. */
import { actorKey } from "../core/actor.ts";
import { defineCommand } from "../core/command.ts";
import { refuseField } from "../core/errors.ts";
import { listMeteredFields } from "../../db/queries/rate_plan.ts";
import { insertQuarantinedRows } from "../../db/queries/quarantined_row.ts";
import { insertUsageEvents, listEarlierUsageEvents, makeSendable } from "../../db/queries/usage_event.ts";
import {
  insertUsageImport,
  setUsageImportFinished,
  setUsageImportProgress,
} from "../../db/queries/usage_import.ts";
import { type BatchColumns, countsOf, isThereBy, joinCounts, settleBatch, sortBatch } from "./batch.ts";
import { readJsonEvent } from "./json_event.ts";
import { findSubjectFacts, saveCorrections } from "./steps.ts";

export const mostEventsPerBatch = 1_000;

export interface EventBatch {
  /** With the id it says which event it is: 1 to 60 characters, such as the name of the sending system. */
  source: string;
  events: readonly unknown[];
}

/** What became of the events; `events + duplicates + quarantined` is their number. */
export type RecordedEvents = {
  /** Where people find the batch: `/usage/<usageImport>`. */
  usageImport: string;
  events: number;
  duplicates: number;
  quarantined: number;
  /** The events that were set aside, by their place in the batch from 1. */
  problems: { position: number; field: string; value: string; reason: string }[];
};

const columns: BatchColumns = { subject: "vehicle", id: "id" };

/** Throws `InvalidInput` for the source; the events themselves are never refused as a whole. */
export const recordUsageEvents = defineCommand<EventBatch, RecordedEvents>({
  name: "usage_event.record",
  capability: "usage.import",
  subject: (_input, { usageImport }) => ({ type: "usage_import", id: usageImport }),
  detail: ({ source }, { events, duplicates, quarantined }) => ({ source, events, duplicates, quarantined }),
  async run({ db, actor, emit }, { source, events }) {
    if (!/^[A-Za-z0-9][\w.:-]{0,59}$/.test(source)) {
      refuseField("source", source, "Use 1 to 60 letters, digits and . : _ -", "telematics");
    }
    const usageImportId = await insertUsageImport(db, {
      source,
      fileName: `${events.length} events from ${actor.name}`,
      mapping: "api",
      bytesTotal: null,
      actor: actorKey(actor),
    });
    const decimals = new Set(await listMeteredFields(db));
    const rows = events.map((event, index) => readJsonEvent(event, index + 1, decimals));
    const sorted = sortBatch(rows, await findSubjectFacts(db, rows), columns);
    const ready = sorted.events.map(({ event }) => event);
    const added = ready.length === 0
      ? 0
      : await insertUsageEvents(db, source, usageImportId, makeSendable(ready));
    const earlier = added === ready.length
      ? new Map<string, string>()
      : await listEarlierUsageEvents(db, source, ready.map(({ id }) => id));
    const settled = settleBatch(sorted, isThereBy(earlier), columns);
    const corrected = await saveCorrections(db, source, usageImportId, sorted.corrections);
    const setAside = [...settled.setAside, ...corrected.setAside];
    await insertQuarantinedRows(db, usageImportId, setAside);
    const { rows: _, ...counts } = joinCounts(countsOf(settled), countsOf(corrected));
    await setUsageImportProgress(db, usageImportId, { bytesRead: 0, ...counts });
    await setUsageImportFinished(db, usageImportId, null, 0);
    emit("usage_import.finished", usageImportId, { ...counts });
    const problems = setAside.toSorted((left, right) => left.line - right.line)
      .map(({ line, column, value, reason }) => ({ position: line, field: column, value, reason }));
    return { usageImport: usageImportId, ...counts, problems };
  },
});
