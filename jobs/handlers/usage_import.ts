/** Reads an uploaded file of usage: from where an earlier attempt stopped, to its end. */
import { findUsageFilePart } from "../../db/queries/usage_file_part.ts";
import { findUsageImport } from "../../db/queries/usage_import.ts";
import { withTenant } from "../../db/tenant.ts";
import { jobActor } from "../../lib/core/actor.ts";
import type { Environment } from "../../lib/core/command.ts";
import { importUsageFile } from "../../lib/usage/import_file.ts";
import { mappingOf } from "../../lib/usage/mappings.ts";
import { readingKind, readingLimits } from "../../lib/usage/reading.ts";
import type { JobHandler } from "../handler.ts";

const kind = readingKind;

export const usageImport: JobHandler = {
  kind,
  maxAttempts: readingLimits.attempts,
  leaseMs: readingLimits.leaseMs,
  async run(environment, { tenantId, id, attempt, payload }) {
    const { usageImportId } = payload as { usageImportId: string };
    const [found, chosen] = await withTenant(
      environment.database,
      tenantId,
      async (db) => {
        const found = await findUsageImport(db, usageImportId);
        return [found, found?.state === "running" ? await mappingOf(db, found) : undefined] as const;
      },
      { readOnly: true },
    );
    if (!found || !chosen) return; // an attempt before this one finished it
    const { rows, events, duplicates, quarantined } = found;
    await importUsageFile(environment, {
      tenantId,
      actor: jobActor(kind),
      mapping: chosen.mapping,
      fileName: found.fileName,
      content: readParts(environment, tenantId, usageImportId),
      bytesTotal: found.bytesTotal === null ? null : Number(found.bytesTotal),
      resume: {
        usageImportId,
        saved: {
          rows: Number(rows),
          events: Number(events),
          duplicates: Number(duplicates),
          quarantined: Number(quarantined),
        },
      },
      job: { id, attempt },
    });
  },
};

/** The file as it was uploaded, part by part, so that no more than one is in memory. */
function readParts(
  { database }: Environment,
  tenantId: string,
  usageImportId: string,
): ReadableStream<Uint8Array> {
  let position = 0;
  return new ReadableStream({
    async pull(controller) {
      const part = await withTenant(
        database,
        tenantId,
        (db) => findUsageFilePart(db, usageImportId, position++),
        { readOnly: true },
      );
      if (part) controller.enqueue(part);
      else controller.close();
    },
  });
}
