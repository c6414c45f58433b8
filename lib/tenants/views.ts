/** What pages ask of the tenant itself: its billing entities, and the zone in which its days are told. */
import { type BillingEntity, listBillingEntities } from "../../db/queries/billing_entity.ts";
import { findFirstSteps, type FirstSteps } from "../../db/queries/first_steps.ts";
import type { TenantDb } from "../../db/tenant.ts";

export { type BillingEntity, findFirstSteps, type FirstSteps, listBillingEntities };

/** The zone in which people of this tenant read times: that of its first billing entity by name, or UTC before there is one. */
export async function homeZone(db: TenantDb): Promise<string> {
  return (await listBillingEntities(db))[0]?.zone ?? "UTC";
}
