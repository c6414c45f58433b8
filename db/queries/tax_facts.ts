/** What the tax rules decide by, of contracts as they stand now. */
import type { TaxFacts, TaxRate } from "../../lib/core/tax_facts.ts";
import type { TenantDb } from "../tenant.ts";

/** Of one contract; dates are ISO texts, as they are kept with a document. */
export interface StoredTaxFacts {
  registrations: TaxFacts["seller"]["registrations"];
  isBusiness: boolean;
  vatIdCountry: string | null;
  vatIdStatus: TaxFacts["buyer"]["vatIdStatus"];
  certificates: TaxFacts["buyer"]["certificates"];
  places: TaxFacts["places"];
}

/** By contract. */
export async function listStoredTaxFacts(
  db: TenantDb,
  contractIds: readonly string[],
): Promise<Map<string, StoredTaxFacts>> {
  const rows = await db.sql<(StoredTaxFacts & { contractId: string })[]>`
    select contract.id as "contractId", coalesce(known.is_business, false) as "isBusiness",
      known.vat_id_country as "vatIdCountry", coalesce(asked.status, 'unknown') as "vatIdStatus",
      coalesce(registrations.all, '[]') as registrations, coalesce(certificates.all, '[]') as certificates,
      coalesce(places.all, '[]') as places
    from contract
    left join customer_tax known
      on known.tenant_id = contract.tenant_id and known.customer_id = contract.customer_id
    left join lateral (
      -- what it last answered; that it did not answer takes nothing back
      select vat_check.status from vat_check
      where vat_check.tenant_id = contract.tenant_id and vat_check.customer_id = contract.customer_id
        and vat_check.vat_id = known.vat_id and vat_check.status <> 'unknown'
      order by vat_check.id desc limit 1
    ) as asked on true
    cross join lateral (
      select jsonb_agg(jsonb_build_object('country', country, 'kind', kind, 'from', from_date, 'to', to_date)
        order by from_date, id) as all
      from tax_registration held
      where held.tenant_id = contract.tenant_id and held.billing_entity_id = contract.billing_entity_id
    ) as registrations
    cross join lateral (
      select jsonb_agg(jsonb_build_object('country', country, 'reasonCode', reason_code, 'reason', reason,
        'from', from_date, 'to', to_date) order by from_date, id) as all
      from exemption_certificate held
      where held.tenant_id = contract.tenant_id and held.customer_id = contract.customer_id
    ) as certificates
    cross join lateral (
      select jsonb_agg(jsonb_build_object('from', from_date, 'country', country, 'region', region)
        order by from_date, id) as all
      from tax_place held where held.tenant_id = contract.tenant_id and held.contract_id = contract.id
    ) as places
    where contract.tenant_id = ${db.tenantId} and contract.id = any(${[...contractIds]}::uuid[])`;
  return new Map(rows.map(({ contractId, ...facts }) => [contractId, facts]));
}

/** The business' own rates, by place and day. */
export async function listOwnTaxRates(db: TenantDb): Promise<TaxRate[]> {
  return await db.sql<TaxRate[]>`
    select country, region, from_date::text as from, trim_scale(percent)::text as percent from tax_rate
    where tenant_id = ${db.tenantId} order by country, region nulls first, from_date`;
}
