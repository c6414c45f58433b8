/** What happened lately, as the audit trail has it. */
import { type AuditEvent, listLatestAuditEvents } from "../../db/queries/audit_event.ts";
import { listActorNames } from "../../db/queries/user.ts";
import type { TenantDb } from "../../db/tenant.ts";

/** An event with the name of who did it, where that is a person who is still there. */
export interface Activity extends AuditEvent {
  actorName: string | null;
}

/** Steps of one piece of work, of which another event tells the end, and what concerns nobody but who did it. */
const steps = [
  "usage_import.batch",
  "usage_import.start",
  "usage_import.upload",
  "usage_import.map",
  "usage_import.choose_mapping",
  "message.begin_delivery",
  "message.record_delivery",
  "member.allow_link",
  "invoice_run.preview_chunk",
  "invoice_run.draft_chunk",
  "invoice_run.number_block",
  "invoice_run.end_issue",
  "invoice_run.prepare_scheduled",
  "invoice_run.deliver_chunk",
  "saved_view.save",
  "saved_view.rename",
  "saved_view.remove",
];

/** The latest events, the newest first. */
export async function recentActivity(db: TenantDb, limit: number): Promise<Activity[]> {
  const events = await listLatestAuditEvents(db, limit, steps);
  const names = await listActorNames(db, events.map(({ actor }) => actor));
  return events.map((event) => ({ ...event, actorName: names.get(event.actor) ?? null }));
}
