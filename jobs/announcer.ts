/**
 * Tells all processes that the outbox has new rows: NOTIFY after the commit, gathered per process. Inside the commands' own
 * transactions it would make their commits wait for one another.
 */
import type { Database } from "../db/database.ts";
import { notifyOutbox } from "../db/queries/outbox.ts";
import { withSystem } from "../db/system.ts";
import { errorText, type Reporter, reportToStandardError } from "./report.ts";

export interface Announcer {
  /** For `Environment.announce`. Never throws and never waits; a lost announcement only means a later look. */
  announce(tenantId: string): void;
  /** Sends what has gathered. */
  close(): Promise<void>;
}

/** Shortest time between two notifications of one process. */
const gatherMs = 20;

export function startAnnouncer(database: Database, report: Reporter = reportToStandardError): Announcer {
  const gathered = new Set<string>();
  let sending: Promise<void> | undefined;
  let closing = false;

  async function send(): Promise<void> {
    while (gathered.size > 0) {
      const tenantIds = [...gathered];
      gathered.clear();
      try {
        await withSystem(database, (db) => notifyOutbox(db, tenantIds));
      } catch (error) {
        report({ what: "trouble", where: "announcement of events", error: errorText(error) });
      }
      if (!closing) await new Promise((resolve) => setTimeout(resolve, gatherMs));
    }
    sending = undefined;
  }

  return {
    announce(tenantId) {
      gathered.add(tenantId);
      sending ??= send();
    },
    async close() {
      closing = true;
      await sending;
    },
  };
}
