/** The beginning of an uploaded file that waits until someone has said what its columns are. */
import { findUsageFilePart } from "../../db/queries/usage_file_part.ts";
import { findUsageImport, type UsageImport } from "../../db/queries/usage_import.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import { tenantRules } from "../core/retention_schedule.ts";
import { delimiters, type FileLook, lookAtFile } from "../imports/file_look.ts";

/** How long a file waits before it is deleted. */
export const waitingDays = tenantRules.waiting_files.days;

export interface WaitingFile {
  usageImport: UsageImport;
  /** Its first part. */
  first: Uint8Array;
  /** There is no other part. */
  isWhole: boolean;
}

/** The beginning of the file of an import that waits; nothing for an import that does not. Throws `NotFound`. */
export async function findWaitingFile(db: TenantDb, usageImportId: string): Promise<WaitingFile | undefined> {
  const usageImport = isId(usageImportId) ? await findUsageImport(db, usageImportId) : undefined;
  if (!usageImport) {
    throw milepostError("NotFound", {
      message: "There is no such import, or it belongs to another company. Find it in the list of imports.",
    });
  }
  if (usageImport.state !== "waiting") return undefined;
  const first = await findUsageFilePart(db, usageImportId, 0) ?? new Uint8Array(0);
  return { usageImport, first, isWhole: BigInt(first.length) >= (usageImport.bytesTotal ?? 0n) };
}

/** A look at that file, its values separated by `delimiter`, or by what is likeliest if that is "". Throws `InvalidFile`, `InvalidInput`. */
export async function lookAtUpload(
  db: TenantDb,
  usageImportId: string,
  delimiter: string,
): Promise<{ look: FileLook; file: WaitingFile }> {
  const file = await findWaitingFile(db, usageImportId);
  if (!file) throw milepostError("IllegalTransition");
  return { file, look: lookAtWaiting(file, delimiter) };
}

/** The same of a file that was found. */
export function lookAtWaiting({ first, isWhole }: WaitingFile, delimiter: string): FileLook {
  if (delimiter !== "" && !(delimiters as readonly string[]).includes(delimiter)) {
    refuseField("delimiter", delimiter, "Choose a comma, a semicolon, a tab or a bar.", ";");
  }
  return lookAtFile(first, isWhole, delimiter === "" ? undefined : delimiter);
}
