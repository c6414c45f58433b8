/** `milepost import usage`: a file of usage, read as a stream and saved in whole batches. */
import { withTenant } from "../../db/tenant.ts";
import { importUsageFile } from "../../lib/usage/import_file.ts";
import { savedMappings } from "../../lib/imports/saved_mappings.ts";
import { chooseMapping } from "../../lib/usage/mappings.ts";
import { findTenant } from "../../lib/tenants/create_tenant.ts";
import type { CliCommand, CliSession } from "../command_line.ts";
import { openInput } from "../input_file.ts";

export const importUsageCommand: CliCommand = {
  name: "import usage",
  summary:
    "Imports usage from a CSV file; rows that lead to no one to bill are set aside, known ones are left out.",
  example: "milepost import usage trips.csv --tenant Calder --map nyc-taxi",
  arguments: [{ name: "FILE", required: true }],
  options: {
    tenant: { value: "TENANT", required: true, description: "name or id of the tenant" },
    map: {
      value: "NAME",
      description: `how the columns are read: ${savedMappings.map(({ name }) => name).join(", ")}; ${
        savedMappings[0].name
      } if left out; or the name of a mapping that people of the tenant made`,
    },
    "dry-run": { description: "reads and counts everything and saves nothing" },
  },
  async run(input, session) {
    const startedMs = performance.now();
    const file = await openInput(input.arguments.FILE ?? "", session);
    const environment = await session.environment();
    const { id: tenantId } = await findTenant(environment, input.options.tenant ?? "");
    const { map = savedMappings[0].name } = input.options;
    const chosen = await withTenant(environment.database, tenantId, (db) => chooseMapping(db, map), {
      readOnly: true,
    });
    const progress = new Progress(session, file.bytesTotal);
    const report = await importUsageFile(environment, {
      tenantId,
      actor: session.actor,
      ...chosen,
      fileName: file.name,
      content: file.content.pipeThrough(progress.countBytes()),
      bytesTotal: file.bytesTotal,
      dryRun: input.options["dry-run"] !== undefined,
      onProgress: (counts) => progress.show(counts.rows),
    });
    progress.end(report.rows);
    if (report.failure) session.say(report.failure);
    const { rows, events, duplicates, quarantined } = report;
    const seconds = Math.round(performance.now() - startedMs) / 1000;
    return { result: { rows, events, duplicates, quarantined, seconds }, ok: report.failure === null };
  },
};

/** One line that is drawn again on a terminal; elsewhere a line now and then. */
class Progress {
  readonly #session: CliSession;
  readonly #bytesTotal: number | null;
  readonly #isTerminal = Deno.stderr.isTerminal();
  #bytes = 0;
  #shownMs = performance.now();

  constructor(session: CliSession, bytesTotal: number | null) {
    this.#session = session;
    this.#bytesTotal = bytesTotal;
  }

  countBytes(): TransformStream<Uint8Array, Uint8Array> {
    return new TransformStream({
      transform: (chunk, controller) => {
        this.#bytes += chunk.length;
        controller.enqueue(chunk);
      },
    });
  }

  show(rows: number): void {
    const everyMs = this.#isTerminal ? 200 : 5_000;
    if (performance.now() - this.#shownMs < everyMs) return;
    this.#shownMs = performance.now();
    this.#session.say(this.#line(rows) + (this.#isTerminal ? "\r" : ""));
  }

  end(rows: number): void {
    this.#session.say(this.#line(rows));
  }

  #line(rows: number): string {
    const count = `${rows.toLocaleString("en-GB")} rows`;
    if (!this.#bytesTotal) return count;
    const share = Math.min(1, this.#bytes / this.#bytesTotal);
    const filled = Math.round(share * 20);
    return `[${"#".repeat(filled)}${".".repeat(20 - filled)}] ${Math.round(share * 100)}% ${count}`;
  }
}
