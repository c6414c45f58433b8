/** What an auditor of the business asks for beside the audit trail itself: sign-ins, approvals, verifications, anchors, migrations. */
import type { Json } from "../../lib/core/json.ts";
import type { TenantDb } from "../tenant.ts";

/** A span of time, `[from, to)`. */
export interface Span {
  from: Temporal.Instant;
  to: Temporal.Instant;
}

export interface LastSignIn {
  userId: string;
  at: Temporal.Instant;
  methods: string[];
}

/** The latest sign-in of each person before the end of the span, as the trail has it. */
export async function listLastSignIns(db: TenantDb, { to }: Span): Promise<LastSignIn[]> {
  return await db.sql<LastSignIn[]>`
    select distinct on (subject_id) subject_id as "userId", at, detail -> 'methods' as methods from audit_event
    where tenant_id = ${db.tenantId} and subject_type = 'user' and command = 'sign_in.succeed' and at < ${to}
    order by subject_id, at desc`;
}

export interface Approval {
  kind: "invoice_run" | "bank_details";
  id: string;
  askedBy: string;
  approvedBy: string;
  approvedAt: Temporal.Instant;
}

/** Runs and bank details that were approved in the span, with who asked for it. */
export async function listApprovals(db: TenantDb, { from, to }: Span): Promise<Approval[]> {
  return await db.sql<Approval[]>`
    select 'invoice_run' as kind, id, prepared_by as "askedBy", approved_by as "approvedBy", approved_at as "approvedAt"
    from invoice_run where tenant_id = ${db.tenantId} and approved_at >= ${from} and approved_at < ${to}
    union all
    select 'bank_details', id, proposed_by, decided_by, decided_at
    from bank_details where tenant_id = ${db.tenantId} and decided_at >= ${from} and decided_at < ${to}
      and state in ('in_force', 'replaced')
    order by "approvedAt", id`;
}

export interface KeptVerification {
  at: Temporal.Instant;
  by: string;
  scope: string;
  ok: boolean;
  lookedAt: string;
  breaches: Json;
}

export async function listVerifications(db: TenantDb, { from, to }: Span): Promise<KeptVerification[]> {
  return await db.sql<KeptVerification[]>`
    select verified_at as at, verified_by as by, scope, ok, looked_at::text as "lookedAt", breaches
    from audit_verification
    where tenant_id = ${db.tenantId} and verified_at >= ${from} and verified_at < ${to} order by verified_at, id`;
}

export interface KeptAnchor {
  at: Temporal.Instant;
  sequence: string;
  /** As it stands in its file. */
  document: string;
}

export async function listAnchors(db: TenantDb, { from, to }: Span): Promise<KeptAnchor[]> {
  return await db.sql<KeptAnchor[]>`
    select anchored_at as at, sequence::text as sequence, document from audit_anchor
    where tenant_id = ${db.tenantId} and anchored_at >= ${from} and anchored_at < ${to} order by sequence`;
}

/** The migrations that the database got in the span. */
export async function listMigrations(
  db: TenantDb,
  { from, to }: Span,
): Promise<{ name: string; at: Temporal.Instant }[]> {
  return await db.sql<{ name: string; at: Temporal.Instant }[]>`
    select name, ran_at as at from migration where ran_at >= ${from} and ran_at < ${to} order by ran_at, name`;
}
