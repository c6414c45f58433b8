/** Sealing the audit trail: what commands have written is chained, tenant by tenant, in the order in which it became final. */
import type { Database } from "../../db/database.ts";
import {
  findSealHead,
  insertSealedNews,
  insertSeals,
  listEventsToSeal,
  listTenantsToSeal,
  lockAuditTrail,
  type NewSeal,
} from "../../db/queries/audit_seal.ts";
import { withSystem } from "../../db/system.ts";
import { noSeal, sealHash } from "./seal.ts";

const eventsAtATime = 1_000;
const start = { xid: "0", id: "00000000-0000-0000-0000-000000000000" };

/** Seals all that is final, of every tenant; gives the number of events. What another process is sealing is left to it. */
export async function sealAuditTrails(database: Database): Promise<number> {
  let sealed = 0;
  for (const tenantId of await withSystem(database, listTenantsToSeal, { readOnly: true })) {
    let count: number;
    do sealed += count = await sealSome(database, tenantId); while (count === eventsAtATime);
  }
  return sealed;
}

async function sealSome(database: Database, tenantId: string): Promise<number> {
  return await withSystem(database, async (db) => {
    if (!await lockAuditTrail(db, tenantId)) return 0;
    const head = await findSealHead(db, tenantId);
    const events = await listEventsToSeal(db, tenantId, head ?? start, eventsAtATime);
    if (events.length === 0) return 0;
    let { sequence, hash } = head ?? { sequence: 0n, hash: noSeal };
    const seals: NewSeal[] = [];
    for (const event of events) {
      hash = sealHash(hash, ++sequence, event);
      seals.push({ sequence, id: event.id, xid: event.xid, hash });
    }
    await insertSeals(db, tenantId, seals);
    await insertSealedNews(db, tenantId, seals.length);
    return events.length;
  });
}
