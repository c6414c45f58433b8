/** Tells what an import would do, batch by batch, without writing: what is in the tables, and what came earlier in the file. */
import { hash } from "node:crypto";
import { type KnownEvent, listKnownEvents } from "../../db/queries/usage_correction.ts";
import { listEarlierUsageEvents } from "../../db/queries/usage_event.ts";
import type { Database } from "../../db/database.ts";
import { withTenant } from "../../db/tenant.ts";
import {
  type BatchColumns,
  type BatchCounts,
  countsOf,
  isThereBy,
  joinCounts,
  type ReadyEvent,
  settleBatch,
  type SettledBatch,
  type SortedBatch,
} from "./batch.ts";
import { settleCorrections, type SettledCorrections } from "./corrections.ts";
import { DigestCounter } from "./digest_counter.ts";

export class DryRun {
  readonly #database: Database;
  readonly #tenantId: string;
  readonly #source: string;
  readonly #columns: BatchColumns;
  /** Ids of the events that earlier batches would have added, and those ids with the content that would be there. */
  readonly #ids = new DigestCounter();
  readonly #contents = new DigestCounter();

  constructor(database: Database, tenantId: string, source: string, columns: BatchColumns) {
    this.#database = database;
    this.#tenantId = tenantId;
    this.#source = source;
    this.#columns = columns;
  }

  /** Batches must come one after the other, in the order of the file. */
  async take(sorted: SortedBatch): Promise<BatchCounts> {
    const { settled, corrected } = await this.settle(sorted);
    return joinCounts(countsOf(settled), countsOf(corrected));
  }

  /** As `take`, with what would become of each row. */
  async settle(sorted: SortedBatch): Promise<{ settled: SettledBatch; corrected: SettledCorrections }> {
    const ids = sorted.events.map(({ event }) => event.id);
    const hashes = await withTenant(
      this.#database,
      this.#tenantId,
      (db) => listEarlierUsageEvents(db, this.#source, ids),
      { readOnly: true },
    );
    const isInTables = isThereBy(hashes);
    const isThere = (event: ReadyEvent) =>
      this.#ids.seen(digest(event.id)) > 0
        ? this.#contents.seen(contentDigest(event)) > 0
        : isInTables(event);
    const settled = settleBatch(sorted, isThere, this.#columns);
    const corrected = settleCorrections(sorted.corrections, await this.#knownFor(sorted, settled.added));
    for (const { event } of [...settled.added, ...corrected.added]) {
      this.#ids.count(digest(event.id));
      this.#contents.count(contentDigest(event));
    }
    return { settled, corrected };
  }

  /** What corrections may be about: events in the tables, and those that this file would have added. */
  async #knownFor(
    { corrections }: SortedBatch,
    added: readonly { event: ReadyEvent }[],
  ): Promise<Map<string, KnownEvent>> {
    if (corrections.length === 0) return new Map();
    const ids = corrections.flatMap(({ id, corrects }) => [id, corrects]);
    const known = await withTenant(
      this.#database,
      this.#tenantId,
      (db) => listKnownEvents(db, this.#source, ids),
      { readOnly: true },
    );
    const ofFile = { event: "", contractId: null, vehicleId: null, contentHash: "", correctedBy: null };
    for (const { corrects } of corrections) {
      if (!known.has(corrects) && this.#ids.seen(digest(corrects)) > 0) known.set(corrects, { ...ofFile });
    }
    for (const { event: { id, ...event } } of added) known.set(id, { ...event, correctedBy: null });
    return known;
  }
}

function digest(text: string): string {
  return hash("sha256", text, "hex");
}

function contentDigest({ id, contentHash }: ReadyEvent): string {
  return digest(`${contentHash} ${id}`);
}
