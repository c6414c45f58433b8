/** What happened: lately for the home page, and all of it for those who may read the audit trail. */
import { findLatestVerification, type Verification } from "../../db/queries/audit_anchor.ts";
import {
  type AuditFilter,
  findAuditEvent,
  findSealHash,
  isPlace,
  listAuditEvents,
  placeOf,
  type SealedEvent,
} from "../../db/queries/audit_list.ts";
import { findNewestTenantPosition } from "../../db/queries/outbox.ts";
import { type AuditEvent, listLatestAuditEvents } from "../../db/queries/audit_event.ts";
import { listActorNames } from "../../db/queries/user.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { type Cursor, type CursorPage, cutPage } from "../core/cursor_page.ts";
import { isId } from "../core/ids.ts";
import { milepostError } from "../core/errors.ts";
import { noSeal } from "./seal.ts";

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
  "account.set_password",
  "account.new_recovery_codes",
  "account.passkey_added",
  "account.passkey_removed",
  "account.two_step_on",
  "account.two_step_off",
  "sign_in.succeed",
  "sign_in.fail",
  "audit.add_anchor_key",
  "audit.anchor",
  "audit.verify",
  "audit.export",
  "evidence.export",
  "session.end",
];

/** The latest events, the newest first. */
export async function recentActivity(db: TenantDb, limit: number): Promise<Activity[]> {
  const events = await listLatestAuditEvents(db, limit, steps);
  const names = await listActorNames(db, events.map(({ actor }) => actor));
  return events.map((event) => ({ ...event, actorName: names.get(event.actor) ?? null }));
}

export { isPlace };
export const pageSize = 25;

/** An event of the trail with who did it. */
export interface AuditEntry extends SealedEvent {
  actorName: string | null;
}

export interface AuditPage extends CursorPage<AuditEntry> {
  /** The place in the live feed from which on new entries are missing here. */
  lastEvent: string;
  latestVerification: Verification | undefined;
}

/** A page of the trail, newest first. */
export async function pageAuditEvents(
  db: TenantDb,
  filter: AuditFilter,
  cursor?: Cursor,
): Promise<AuditPage> {
  const [position, rows, latestVerification] = await Promise.all([
    findNewestTenantPosition(db),
    listAuditEvents(db, filter, cursor, pageSize + 1),
    findLatestVerification(db),
  ]);
  const page = cutPage(rows, pageSize, cursor, placeOf);
  const names = await listActorNames(db, page.rows.map(({ actor }) => actor));
  return {
    ...page,
    rows: page.rows.map((event) => ({ ...event, actorName: names.get(event.actor) ?? null })),
    lastEvent: placeOf(position),
    latestVerification,
  };
}

export interface AuditDetail extends AuditEntry {
  /** The seal before its own; of the first event, the zeros that stand for it; null until it is sealed. */
  previousHash: Uint8Array | null;
}

/** One event with its seal and the one before. Throws `NotFound`. */
export async function findAuditDetail(db: TenantDb, id: string): Promise<AuditDetail> {
  const event = isId(id) ? await findAuditEvent(db, id) : undefined;
  if (!event) throw milepostError("NotFound");
  const names = await listActorNames(db, [event.actor]);
  const { sequence } = event;
  const previousHash = sequence === null
    ? null
    : sequence === 1n
    ? noSeal
    : await findSealHash(db, sequence - 1n) ?? null;
  return { ...event, actorName: names.get(event.actor) ?? null, previousHash };
}
