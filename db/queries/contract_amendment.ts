/** What was agreed about contracts after they were made. Rows are only added: a later one takes an earlier one back. */
import { sql } from "kysely";
import type { AmendmentKind } from "../schema.ts";
import type { TenantDb } from "../tenant.ts";

export interface NewAmendment {
  contractId: string;
  kind: AmendmentKind;
  /** First day on which it holds: of the other plan, of a pause, after it, or after the contract. */
  effectiveDate: Temporal.PlainDate;
  /** The day on which a paused contract runs on, or the new end of a renewed one; null while that is open. */
  untilDate: Temporal.PlainDate | null;
  /** Of a plan change: the version in force on the day before, and the one from the day on. */
  fromVersionId: string | null;
  toVersionId: string | null;
  /** Of a renewal and an end: the contract's end until then. */
  endDateBefore: Temporal.PlainDate | null;
  reason: string;
  /** As in the audit trail. */
  actor: string;
}

/** Adds amendments after those that their contracts have; whoever does holds the contracts' locks. */
export async function insertAmendments(
  db: TenantDb,
  now: Temporal.Instant,
  amendments: readonly NewAmendment[],
): Promise<void> {
  for (const amendment of amendments) {
    await db.query.insertInto("contract_amendment").values({
      tenant_id: db.tenantId,
      contract_id: amendment.contractId,
      position: ({ selectFrom }) =>
        selectFrom("contract_amendment").select(sql<number>`coalesce(max(position), 0) + 1`.as("next"))
          .where("tenant_id", "=", db.tenantId).where("contract_id", "=", amendment.contractId),
      kind: amendment.kind,
      effective_date: amendment.effectiveDate,
      until_date: amendment.untilDate,
      from_version_id: amendment.fromVersionId,
      to_version_id: amendment.toVersionId,
      end_date_before: amendment.endDateBefore,
      reason: amendment.reason,
      actor: amendment.actor,
      created_at: now,
    }).execute();
  }
}

/** An amendment as rules read it. */
export interface Amendment {
  kind: AmendmentKind;
  effectiveDate: Temporal.PlainDate;
  untilDate: Temporal.PlainDate | null;
  fromVersionId: string | null;
  fromPlanId: string | null;
  toVersionId: string | null;
  toPlanId: string | null;
}

/** The amendments of contracts, by contract, in the order in which they were agreed; a contract without any is left out. */
export async function listAmendments(
  db: TenantDb,
  contractIds: readonly string[],
): Promise<Map<string, Amendment[]>> {
  const rows = await db.query.selectFrom("contract_amendment as amendment")
    .leftJoin(
      "rate_plan_version as before",
      (join) =>
        join.onRef("before.tenant_id", "=", "amendment.tenant_id")
          .onRef("before.id", "=", "amendment.from_version_id"),
    )
    .leftJoin(
      "rate_plan_version as after",
      (join) =>
        join.onRef("after.tenant_id", "=", "amendment.tenant_id")
          .onRef("after.id", "=", "amendment.to_version_id"),
    )
    .select([
      "amendment.contract_id as contractId",
      "amendment.kind",
      "amendment.effective_date as effectiveDate",
      "amendment.until_date as untilDate",
      "amendment.from_version_id as fromVersionId",
      "before.rate_plan_id as fromPlanId",
      "amendment.to_version_id as toVersionId",
      "after.rate_plan_id as toPlanId",
    ])
    .where("amendment.tenant_id", "=", db.tenantId)
    .where("amendment.contract_id", "=", sql<string>`any(${[...new Set(contractIds)]}::uuid[])`)
    .orderBy("amendment.contract_id").orderBy("amendment.position").execute();
  const found = new Map<string, Amendment[]>();
  for (const { contractId, ...amendment } of rows) {
    const known = found.get(contractId);
    if (known) known.push(amendment);
    else found.set(contractId, [amendment]);
  }
  return found;
}
