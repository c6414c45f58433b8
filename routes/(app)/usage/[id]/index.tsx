/** One import of usage: how far it is, what became of each row, and the rows that wait for a correction. */
import { page } from "fresh";
import { Moment } from "../../../../components/ui/date.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import type { Capability } from "../../../../lib/core/actor.ts";
import { isId } from "../../../../lib/core/ids.ts";
import { byHand } from "../../../../lib/imports/saved_mappings.ts";
import { homeZone } from "../../../../lib/tenants/views.ts";
import { usageImport, type UsageImportDetail } from "../../../../lib/usage/views.ts";
import { waitingDays } from "../../../../lib/usage/waiting_file.ts";
import { actorName, countOf } from "../../invoices/(_components)/invoice_words.tsx";
import { UsageImport, type UsageImportProps } from "../(_components)/usage_import.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const { tenantId, session } = signedIn(ctx.state);
    const { id } = ctx.params;
    const [found, zone] = await withTenant(
      ctx.state.environment.database,
      tenantId,
      (db) => Promise.all([usageImport(db, id, readPlace(ctx.url.searchParams)), homeZone(db)]),
      { readOnly: true },
    );
    ctx.state.title = { page: found.usageImport.fileName, section: "Usage" };
    const isFirstPage = !ctx.url.searchParams.has("after_line");
    return page(describe(found, zone, isFirstPage, session.actor.capabilities));
  },
});

export default define.page<typeof handler>(({ data }) => <UsageImport {...data} />);

/** Behind which row the page begins; anything else begins at the first. */
function readPlace(query: URLSearchParams): { line: bigint; id: string } | undefined {
  const line = query.get("after_line"), id = query.get("after");
  return line && /^\d{1,15}$/.test(line) && id && isId(id) ? { line: BigInt(line), id } : undefined;
}

function describe(
  { usageImport, startedBy, isStandingStill, quarantined, next }: UsageImportDetail,
  zone: string,
  isFirstPage: boolean,
  capabilities: ReadonlySet<Capability>,
): UsageImportProps {
  const { id, state, fileName, mapping, actor, startedAt, rows, events, duplicates, failure } = usageImport;
  const isApi = mapping === "api";
  const set = Number(usageImport.quarantined);
  const count = (value: bigint) => value.toLocaleString("en-GB");
  const isRunning = state === "running", isWaiting = state === "waiting";
  return {
    fileName,
    failure: failure ?? undefined,
    standsStill: isStandingStill
      ? { retryHref: capabilities.has("jobs.manage") ? `/usage/${id}/retry` : undefined }
      : undefined,
    state: (
      <p>
        {`${isApi ? "Sent" : "Started"} by ${actorName(actor, startedBy)} on `}
        <Moment instant={startedAt.toString()} zone={zone} />
        {isApi || isWaiting ? "." : mapping === byHand ? ", mapped by hand." : `, with the form ${mapping}.`}
      </p>
    ),
    stages: ["Uploaded", "Rows read", state === "failed" ? "Stopped" : "Done"],
    currentStage: isRunning || isWaiting ? 1 : state === "failed" ? 2 : 3,
    waits: isWaiting
      ? {
        columnsHref: capabilities.has("usage.import") ? `/usage/${id}/columns` : undefined,
        days: waitingDays,
      }
      : undefined,
    progress: isRunning ? progressOf(usageImport) : undefined,
    facts: [
      { label: "Rows", value: count(rows) },
      { label: "Events", value: count(events) },
      { label: "Duplicates", value: count(duplicates) },
      { label: "Set aside", value: count(usageImport.quarantined) },
    ],
    allDuplicates: state === "done" && rows > 0n && duplicates === rows,
    quarantined: quarantined.map(({ line, column, value, reason }) => ({
      line: line.toString(),
      column,
      value: value === "" ? "empty" : value,
      reason,
    })),
    quarantinedCount: countOf(set, "row"),
    pagination: {
      summary: `${quarantined.length} of ${countOf(set, "row")}`,
      previous: isFirstPage ? undefined : { label: "First rows", href: `/usage/${id}#quarantine` },
      next: next &&
        { label: "Next rows", href: `/usage/${id}?after_line=${next.line}&after=${next.id}#quarantine` },
    },
    downloadHref: isRunning || isWaiting ? undefined : `/usage/${id}/quarantine`,
    againHref: capabilities.has("usage.import") ? "/usage" : undefined,
  };
}

function progressOf({ id, bytesRead, bytesTotal, rows }: UsageImportDetail["usageImport"]) {
  return {
    bytesRead: Number(bytesRead),
    bytesTotal: Number(bytesTotal ?? bytesRead + 1n),
    sentence: `${countOf(rows, "row")} read. You can leave this page.`,
    updateHref: `/usage/${id}`,
  };
}
