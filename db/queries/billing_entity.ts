/** Billing entities: the legal entities of a tenant that issue invoices. */
import type { TenantDb } from "../tenant.ts";

export interface NewBillingEntity {
  name: string;
  addressLines: readonly string[];
  country: string;
  currency: string;
  zone: string;
  language: string;
  rounding: "half_up" | "half_even";
  numberPrefix: string;
  taxRegistration: string | null;
}

/** The id of the new entity, or `undefined` when the number prefix is taken. */
export async function insertBillingEntity(
  db: TenantDb,
  entity: NewBillingEntity,
): Promise<string | undefined> {
  const inserted = await db.query.insertInto("billing_entity").values({
    tenant_id: db.tenantId,
    name: entity.name,
    address_lines: [...entity.addressLines],
    country: entity.country,
    currency: entity.currency,
    zone: entity.zone,
    language: entity.language,
    rounding: entity.rounding,
    number_prefix: entity.numberPrefix,
    tax_registration: entity.taxRegistration,
  }).onConflict((conflict) => conflict.columns(["tenant_id", "number_prefix"]).doNothing())
    .returning("id").executeTakeFirst();
  return inserted?.id;
}

export interface BillingEntity {
  id: string;
  name: string;
  currency: string;
  zone: string;
  numberPrefix: string;
}

/** All entities of the tenant, by name; a tenant has a handful. */
export async function listBillingEntities(db: TenantDb): Promise<BillingEntity[]> {
  return await db.query.selectFrom("billing_entity")
    .select(["id", "name", "currency", "zone", "number_prefix as numberPrefix"])
    .where("tenant_id", "=", db.tenantId).orderBy("name").orderBy("id").execute();
}
