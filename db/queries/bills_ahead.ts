/** Whether a contract bills something before the period that it is for. */
import type { TenantDb } from "../tenant.ts";

/** An expression over `contract`: some version that it is or was agreed on has a charge that is billed in advance. */
export function billsAhead({ sql }: TenantDb) {
  return sql`exists (select from charge
    where charge.tenant_id = contract.tenant_id and charge.timing = 'advance'
      and (charge.rate_plan_version_id = contract.rate_plan_version_id or charge.rate_plan_version_id in (
        select unnest(array[amendment.from_version_id, amendment.to_version_id]) from contract_amendment amendment
        where amendment.tenant_id = contract.tenant_id and amendment.contract_id = contract.id)))`;
}

export async function findBillsAhead(db: TenantDb, contractId: string): Promise<boolean> {
  const [found] = await db.sql<{ ahead: boolean }[]>`
    select ${billsAhead(db)} as ahead from contract where tenant_id = ${db.tenantId} and id = ${contractId}`;
  return found.ahead;
}
