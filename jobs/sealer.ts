/** Seals the audit trail every few seconds. Every process that works has one; together they make one chain for each tenant. */
import type { Database } from "../db/database.ts";
import { sealAuditTrails } from "../lib/audit/sealing.ts";
import { errorText, type Reporter, reportToStandardError } from "./report.ts";

/** An event is sealed within ten seconds. */
const sealEveryMs = 2_000;

/** Seals at once and then again and again, the last time when it is stopped. A failure is reported; the next time catches up. */
export function startSealer(
  database: Database,
  report: Reporter = reportToStandardError,
): { stop(): Promise<void> } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopping = false;
  const seal = async (): Promise<void> => {
    try {
      await sealAuditTrails(database);
    } catch (error) {
      report({ what: "trouble", where: "sealing of the audit trail", error: errorText(error) });
    }
    if (!stopping) timer = setTimeout(() => sealing = seal(), sealEveryMs);
  };
  let sealing = seal();
  return {
    async stop() {
      stopping = true;
      clearTimeout(timer);
      await sealing;
      await seal();
    },
  };
}
