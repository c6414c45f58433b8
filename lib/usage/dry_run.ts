/** Tells what an import would do, batch by batch, without writing: what is in the tables, and what came earlier in the file. */
import { hash } from "node:crypto";
import { listEarlierUsageEvents } from "../../db/queries/usage_event.ts";
import type { Database } from "../../db/database.ts";
import { withTenant } from "../../db/tenant.ts";
import { type BatchColumns, compareWithEarlier, type PlacedEvent, sortBatch } from "./batch.ts";
import type { BatchCounts } from "./commands.ts";
import { DigestCounter } from "./digest_counter.ts";
import type { IdentifiedRow } from "./identity.ts";
import { findSubjectFacts } from "./steps.ts";

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

  async take(rows: readonly IdentifiedRow[]): Promise<BatchCounts> {
    return await withTenant(this.#database, this.#tenantId, async (db) => {
      const sorted = sortBatch(rows, await findSubjectFacts(db, rows), this.#columns);
      const fresh = sorted.events.filter(({ event }) => this.#ids.seen(digest(event.id)) === 0);
      const earlier = await listEarlierUsageEvents(db, this.#source, fresh.map(({ event }) => event.id));
      const compared = compareWithEarlier(fresh, earlier, this.#columns);
      const repeats = sorted.events.length - fresh.length;
      const same = sorted.events.filter((placed) => this.#contents.seen(contentDigest(placed)) > 0).length;
      for (const placed of fresh) {
        if (earlier.has(placed.event.id)) continue;
        this.#ids.count(digest(placed.event.id));
        this.#contents.count(contentDigest(placed));
      }
      return {
        rows: rows.length,
        events: compared.added,
        duplicates: sorted.duplicates + compared.duplicates + same,
        quarantined: sorted.setAside.length + compared.setAside.length + repeats - same,
      };
    }, { readOnly: true });
  }
}

function digest(text: string): string {
  return hash("sha256", text, "hex");
}

function contentDigest({ event }: PlacedEvent): string {
  return digest(`${event.contentHash} ${event.id}`);
}
