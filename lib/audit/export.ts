/** The audit trail for other systems: JSON lines, and syslog as RFC 5424 has it, counted in octets after RFC 6587. */
import {
  type AuditFilter,
  listFinalAuditEvents,
  placeOf,
  type SealedEvent,
} from "../../db/queries/audit_list.ts";
import type { Database } from "../../db/database.ts";
import { withTenant } from "../../db/tenant.ts";

export const exportFormats = ["jsonl", "syslog"] as const;
export type ExportFormat = typeof exportFormats[number];

export function isExportFormat(text: string): text is ExportFormat {
  return (exportFormats as readonly string[]).includes(text);
}

/** The media type and the end of a file's name. */
export const exportFiles: Record<ExportFormat, { mediaType: string; ending: string }> = {
  jsonl: { mediaType: "application/x-ndjson; charset=utf-8", ending: "jsonl" },
  syslog: { mediaType: "application/octet-stream", ending: "syslog" },
};

const eventsAtATime = 500;

/** All events of a filter in their final order, some at a time; each look is a short transaction of its own. */
export async function* exportEvents(
  database: Database,
  tenantId: string,
  filter: AuditFilter,
  format: ExportFormat,
): AsyncGenerator<string, void, void> {
  const write = format === "jsonl" ? jsonLine : syslogFrame;
  let after: string | undefined;
  for (;;) {
    const events = await withTenant(
      database,
      tenantId,
      (db) => listFinalAuditEvents(db, filter, after, eventsAtATime),
      { readOnly: true },
    );
    if (events.length > 0) yield events.map((event) => write(tenantId, event)).join("");
    if (events.length < eventsAtATime) return;
    after = placeOf(events.at(-1)!);
  }
}

/** One JSON object and a line feed. */
export function jsonLine(tenantId: string, event: SealedEvent): string {
  const { id, xid, actor, command, subjectType, subjectId, detail, sequence, hash } = event;
  const said = {
    tenant: tenantId,
    id,
    at: timestamp(event.at),
    actor,
    command,
    subject: { type: subjectType, id: subjectId },
    detail,
    xid,
    seal: sequence === null || hash === null ? null : { sequence: String(sequence), hash: hash.toHex() },
  };
  return `${JSON.stringify(said)}\n`;
}

/** Log audit (13) × 8 + severity: 5 is a notice, 4 a warning. */
const notice = 109;
const warning = 108;
/** The number that RFC 5612 keeps for examples: Milepost has none of its own. */
const structureId = "milepost@32473";
const longestMessageId = 32;

/** One message after its length in bytes and a space, without anything behind it (RFC 6587, 3.4.1). */
export function syslogFrame(tenantId: string, event: SealedEvent): string {
  const message = syslogMessage(tenantId, event);
  return `${new TextEncoder().encode(message).length} ${message}`;
}

/** RFC 5424, 6: header, structured data, and the sentence as UTF-8 after its byte order mark. */
export function syslogMessage(tenantId: string, event: SealedEvent): string {
  const { id, actor, command, subjectType, subjectId, detail, sequence, hash } = event;
  const priority = command === "sign_in.fail" ? warning : notice;
  const parameters = {
    tenant: tenantId,
    id,
    actor,
    command,
    subjectType,
    subjectId,
    detail: JSON.stringify(detail),
    ...(sequence === null || hash === null ? {} : { sequence: String(sequence), hash: hash.toHex() }),
  };
  const data = Object.entries(parameters).map(([name, value]) => ` ${name}="${escaped(value)}"`).join("");
  const messageId = command.replace(/[^\x21-\x7e]/g, "_").slice(0, longestMessageId) || "-";
  const sentence = `${actor} ${command} ${subjectType} ${subjectId}`.replace(/\p{Cc}/gu, " ");
  return `<${priority}>1 ${
    timestamp(event.at)
  } - milepost - ${messageId} [${structureId}${data}] \uFEFF${sentence}`;
}

/** A quote, a backslash and a closing bracket stand after a backslash (RFC 5424, 6.3.3). */
function escaped(value: string): string {
  return value.replace(/["\\\]]/g, "\\$&");
}

/** In UTC with the six decimals that RFC 5424 allows at most. */
function timestamp(at: Temporal.Instant): string {
  return at.toString({ fractionalSecondDigits: 6 });
}
