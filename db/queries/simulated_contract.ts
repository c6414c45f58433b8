/** Which customers and contracts a simulation prices by another plan: those that a plan was agreed with. */
import type { TenantDb } from "../tenant.ts";

/** Contracts that were agreed on some version of a plan, at first or by an amendment, and began before `end`. */
export interface SimulatedScope {
  planId: string;
  end: Temporal.PlainDate;
  /** Only this customer. */
  customerId?: string;
}

export interface SimulatedContract {
  customerId: string;
  /** Of the customer. */
  reference: string;
  name: string;
  contractId: string;
}

/** The contracts of the next `limit` customers after a reference, by the references of both. */
export async function listSimulatedContracts(
  db: TenantDb,
  { planId, end, customerId }: SimulatedScope,
  limit: number,
  after?: string,
): Promise<SimulatedContract[]> {
  const matches = db.sql`contract.tenant_id = ${db.tenantId} and contract.customer_id = customer.id
    and contract.start_date < ${end.toString()}::text::date
    and (exists (select from rate_plan_version version where version.tenant_id = ${db.tenantId}
        and version.rate_plan_id = ${planId} and version.id = contract.rate_plan_version_id)
      or exists (select from contract_amendment amendment join rate_plan_version version
          on version.tenant_id = ${db.tenantId} and version.rate_plan_id = ${planId}
          and version.id in (amendment.from_version_id, amendment.to_version_id)
        where amendment.tenant_id = ${db.tenantId} and amendment.contract_id = contract.id))`;
  return await db.sql<SimulatedContract[]>`
    select customer.id as "customerId", customer.reference, customer.name, contract.id as "contractId"
    from (
      select id, reference, name from customer
      where tenant_id = ${db.tenantId} and reference > ${after ?? ""}
        and (${customerId ?? null}::uuid is null or id = ${customerId ?? null}::uuid)
        and exists (select from contract where ${matches})
      order by reference limit ${limit}
    ) as customer
    join contract on ${matches}
    order by customer.reference, contract.reference`;
}
