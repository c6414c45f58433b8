/** Audit rows: who did what to what. They are only ever added. */
import type { Json } from "../../lib/core/json.ts";
import type { SystemDb } from "../system.ts";
import type { TenantDb } from "../tenant.ts";
import { jsonb } from "./json.ts";

export interface NewAuditEvent {
  /** As `actorKey` writes it. */
  actor: string;
  command: string;
  subjectType: string;
  subjectId: string;
  detail: Json;
}

export async function insertAuditEvent(db: TenantDb, event: NewAuditEvent): Promise<void> {
  await db.query.insertInto("audit_event")
    .values({
      tenant_id: db.tenantId,
      actor: event.actor,
      command: event.command,
      subject_type: event.subjectType,
      subject_id: event.subjectId,
      detail: jsonb(event.detail),
    })
    .execute();
}

/** The first row of a tenant, written while the tenant is being made and has no door of its own yet. */
export async function insertFirstAuditEvent(
  db: SystemDb,
  tenantId: string,
  event: NewAuditEvent,
): Promise<void> {
  await db.query.insertInto("audit_event")
    .values({
      tenant_id: tenantId,
      actor: event.actor,
      command: event.command,
      subject_type: event.subjectType,
      subject_id: event.subjectId,
      detail: jsonb(event.detail),
    })
    .execute();
}

/** What concerns a person's account, in the trail of each business that they belong to; of nobody, none. */
export async function insertAccountEvents(
  db: SystemDb,
  userId: string | null,
  event: Pick<NewAuditEvent, "actor" | "command" | "detail">,
): Promise<void> {
  await db.sql`
    insert into audit_event (tenant_id, actor, command, subject_type, subject_id, detail)
    select tenant_id, ${event.actor}, ${event.command}, 'user', user_id::text, ${
    JSON.stringify(event.detail)
  }::text::jsonb
    from membership where user_id = ${userId}`;
}

export interface AuditEvent {
  id: string;
  at: Temporal.Instant;
  actor: string;
  command: string;
  subjectType: string;
  subjectId: string;
  detail: Record<string, unknown>;
}

/** The latest events, without those of the commands that are named. */
export async function listLatestAuditEvents(
  db: TenantDb,
  limit: number,
  without: readonly string[],
): Promise<AuditEvent[]> {
  return await db.sql<AuditEvent[]>`
    select id, at, actor, command, subject_type as "subjectType", subject_id as "subjectId", detail
    from audit_event
    where tenant_id = ${db.tenantId} and command <> all(${[...without]}::text[])
    order by xid desc, id desc limit ${limit}`;
}
