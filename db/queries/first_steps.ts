/** How far a tenant has come with setting itself up. */
import type { TenantDb } from "../tenant.ts";

/** Whether there is at least one of each. */
export interface FirstSteps {
  billingEntity: boolean;
  customer: boolean;
  vehicle: boolean;
  ratePlan: boolean;
  contract: boolean;
  usage: boolean;
  invoice: boolean;
}

export async function findFirstSteps(db: TenantDb): Promise<FirstSteps> {
  const { tenantId } = db;
  const [steps] = await db.sql<FirstSteps[]>`
    select exists (select from billing_entity where tenant_id = ${tenantId}) as "billingEntity",
      exists (select from customer where tenant_id = ${tenantId}) as customer,
      exists (select from vehicle where tenant_id = ${tenantId}) as vehicle,
      exists (select from rate_plan where tenant_id = ${tenantId}) as "ratePlan",
      exists (select from contract where tenant_id = ${tenantId}) as contract,
      exists (select from usage_event where tenant_id = ${tenantId}) as usage,
      exists (select from invoice where tenant_id = ${tenantId} and number is not null) as invoice`;
  return steps;
}
