/** What jobs tell about themselves, for logs and metrics. */

export type Report =
  | { what: "job_done"; tenantId: string; jobId: string; kind: string; attempt: number }
  | {
    what: "job_failed" | "job_dead" | "job_lease_lost";
    tenantId: string;
    jobId: string;
    kind: string;
    attempt: number;
    error: string;
  }
  | { what: "leases_expired"; ready: number; dead: number }
  | { what: "trouble"; where: string; error: string };

export type Reporter = (report: Report) => void;

const encoder = new TextEncoder();

/** Writes what needs attention to standard error, one JSON object a line. */
export const reportToStandardError: Reporter = (report) => {
  if (report.what === "job_done") return;
  Deno.stderr.writeSync(encoder.encode(`${JSON.stringify(report)}\n`));
};

const longestText = 2_000;

/** A thrown value as text for people, cut to a length that a table row bears. */
export function errorText(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}
