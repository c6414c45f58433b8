/** What tax offices said of VAT numbers: each answer stays, with its day and the number that proves the question. */
import type { TenantDb } from "../tenant.ts";

export interface VatCheck {
  status: "valid" | "invalid" | "unknown";
  checkedAt: Temporal.Instant;
  consultationNumber: string | null;
}

/** The last one of this number. */
export async function findLastVatCheck(
  db: TenantDb,
  customerId: string,
  vatId: string,
): Promise<VatCheck | undefined> {
  return await db.query.selectFrom("vat_check").select([
    "status",
    "checked_at as checkedAt",
    "consultation_number as consultationNumber",
  ]).where("tenant_id", "=", db.tenantId).where("customer_id", "=", customerId).where("vat_id", "=", vatId)
    .orderBy("id", "desc").limit(1).executeTakeFirst();
}
