/** The guards that a transaction otherwise meets at its commit. */
import { sql } from "kysely";
import type { TenantDb } from "../tenant.ts";

/** Runs the deferred constraints now, so that a transaction that will be rolled back is refused by them too. */
export async function checkDeferredConstraints(db: TenantDb): Promise<void> {
  await sql`set constraints all immediate`.execute(db.query);
}
