/** Who may approve an invoice run: rows are only ever added, so it stays known what held when. */
import type { TenantDb } from "../tenant.ts";

export interface InvoiceRunPolicy {
  /** Whether whoever prepared a run may approve it too. */
  allowsOwnApproval: boolean;
  setBy: string;
  setAt: Temporal.Instant;
}

export async function insertInvoiceRunPolicy(db: TenantDb, policy: InvoiceRunPolicy): Promise<void> {
  await db.query.insertInto("invoice_run_policy").values({
    tenant_id: db.tenantId,
    allows_own_approval: policy.allowsOwnApproval,
    set_by: policy.setBy,
    set_at: policy.setAt,
  }).execute();
}

/** What holds now; nothing while nobody decided. */
export async function findInvoiceRunPolicy(db: TenantDb): Promise<InvoiceRunPolicy | undefined> {
  return await db.query.selectFrom("invoice_run_policy")
    .select(["allows_own_approval as allowsOwnApproval", "set_by as setBy", "set_at as setAt"])
    .where("tenant_id", "=", db.tenantId).orderBy("id", "desc").limit(1).executeTakeFirst();
}
