/** No row is readable by another tenant: tried at every table, with strangers and with neighbours. */
import type { Database } from "../../../db/database.ts";
import type { Finding } from "../../../db/queries/audit_checks.ts";
import { canReadForeignRow, listTenantsIn, listTenantTables } from "../../../db/queries/audit_walls.ts";
import { withSystem } from "../../../db/system.ts";
import { withTenant } from "../../../db/tenant.ts";

/** A tenant that does not exist: it must see nothing at all. */
const stranger = "00000000-0000-7000-8000-000000000000";

/** Reads as strangers and neighbours would; `count` is the number of attempts. */
export async function tryWalls(database: Database): Promise<Finding> {
  const owners = await withSystem(database, async (db) => {
    const tables = await listTenantTables(db);
    const found: [string, string[]][] = [];
    for (const table of tables) found.push([table, await listTenantsIn(db, table)]);
    return found;
  }, { readOnly: true });
  const attempts = owners.flatMap(([table, tenants]) => [
    { reader: stranger, table, owner: undefined },
    ...tenants.flatMap((reader) =>
      tenants.filter((owner) => owner !== reader).map((owner) => ({ reader, table, owner }))
    ),
  ]);
  const breaches: Finding["breaches"] = [];
  for (const [reader, group] of Map.groupBy(attempts, (attempt) => attempt.reader)) {
    await withTenant(database, reader, async (db) => {
      for (const { table, owner } of group) {
        const allowed = await canReadForeignRow(db, table, owner);
        if (allowed) breaches.push({ table, reader, owner: owner ?? "any other tenant" });
      }
    }, { readOnly: true });
  }
  return { count: attempts.length, breaches };
}
