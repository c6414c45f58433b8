/** Wraps every sealed value again under the active key, so that an older one can go; values that change meanwhile stay as they become. */
import type { Database } from "../../db/database.ts";
import {
  listSealedColumns,
  listSealedOtherwise,
  replaceSealed,
  type SealedColumn,
} from "../../db/queries/sealed_column.ts";
import { withSystem } from "../../db/system.ts";
import { type KeyRing, rewrapSealed, sealedPrefix } from "../core/secrets.ts";

export interface RewrapReport {
  /** The active key. */
  key: string;
  columns: (SealedColumn & { rewrapped: number })[];
}

/** Small enough that neither rows nor Vault are held up. */
const valuesAtATime = 200;

/**
 * Goes on wherever an earlier call stopped, because what is done is known by its key. No row is locked while the ring is
 * asked. Throws `SecretUnreadable` at a value whose key is missing; what was done before stays done.
 */
export async function rewrapAll(database: Database, ring: KeyRing): Promise<RewrapReport> {
  const columns = await withSystem(database, listSealedColumns, { readOnly: true });
  const report: RewrapReport["columns"] = [];
  for (const column of columns) {
    let rewrapped = 0;
    for (;;) {
      const prefix = sealedPrefix(await ring.activeKeyId());
      const values = await withSystem(
        database,
        (db) => listSealedOtherwise(db, column, prefix, valuesAtATime),
        { readOnly: true },
      );
      if (values.length === 0) break;
      const replacements = await rewrapSealed(ring, values.map(({ sealed }) => sealed));
      const replaced = await withSystem(
        database,
        (db) =>
          Promise.all(values.map((value, index) => replaceSealed(db, column, value, replacements[index]))),
      );
      rewrapped += replaced.filter(Boolean).length;
    }
    report.push({ ...column, rewrapped });
  }
  return { key: await ring.activeKeyId(), columns: report };
}
