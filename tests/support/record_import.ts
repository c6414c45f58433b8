/** Imports a text as a file of customers, vehicles or contracts, and shows what came of it in few words. */
import type { Environment } from "../../lib/core/command.ts";
import {
  importRecords,
  type RecordImport,
  type RecordKind,
  type RecordReport,
} from "../../lib/imports/import_records.ts";
import { testActor } from "./command.ts";

export function importText(
  environment: Environment,
  tenantId: string,
  kind: RecordKind,
  content: string | Uint8Array,
  options: Partial<RecordImport> = {},
): Promise<RecordReport> {
  return importRecords(environment, kind, {
    tenantId,
    actor: testActor(),
    fileName: "records.csv",
    content: new Blob([content as BlobPart]).stream(),
    ...options,
  });
}

/** "3 = 1 new + 1 there + 1 refused" */
export function countsOf({ rows, events, duplicates, quarantined }: RecordReport): string {
  return `${rows} = ${events} new + ${duplicates} there + ${quarantined} refused`;
}

/** "7 country: Use the two letters of a country. For example GB." for each cell at fault. */
export function faultsOf({ refused }: RecordReport): string[] {
  return refused.flatMap(({ line, problems }) =>
    problems.map(({ column, reason }) => `${line} ${column}: ${reason}`)
  );
}
