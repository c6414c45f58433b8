/** What is known of customers for their tax: business or private, VAT number with what was said of it, certificates, and where vehicles are handed over. */
import type { TenantDb } from "../tenant.ts";

export interface CustomerTax {
  isBusiness: boolean;
  /** In its one spelling. */
  vatId: string | null;
  vatIdCountry: string | null;
}

/** None for a private person of whom nothing was said. */
export async function findCustomerTax(db: TenantDb, customerId: string): Promise<CustomerTax | undefined> {
  return await db.query.selectFrom("customer_tax").select([
    "is_business as isBusiness",
    "vat_id as vatId",
    "vat_id_country as vatIdCountry",
  ]).where("tenant_id", "=", db.tenantId).where("customer_id", "=", customerId).executeTakeFirst();
}

export async function setCustomerTax(
  db: TenantDb,
  customerId: string,
  { isBusiness, vatId, vatIdCountry }: CustomerTax,
  now: Temporal.Instant,
): Promise<void> {
  const values = {
    is_business: isBusiness,
    vat_id: vatId,
    vat_id_country: vatIdCountry,
    changed_at: now,
  };
  await db.query.insertInto("customer_tax").values({
    tenant_id: db.tenantId,
    customer_id: customerId,
    ...values,
  })
    .onConflict((conflict) => conflict.columns(["tenant_id", "customer_id"]).doUpdateSet(values)).execute();
}

export interface Certificate {
  id: string;
  customerId: string;
  country: string;
  number: string;
  /** A code of the list VATEX. */
  reasonCode: string;
  reason: string;
  /** `[from, to)`; null while it has no end. */
  from: Temporal.PlainDate;
  to: Temporal.PlainDate | null;
}

function certificates(db: TenantDb) {
  return db.query.selectFrom("exemption_certificate").select([
    "id",
    "customer_id as customerId",
    "country",
    "number",
    "reason_code as reasonCode",
    "reason",
    "from_date as from",
    "to_date as to",
  ]).where("tenant_id", "=", db.tenantId);
}

/** By country, the newest first. */
export async function listCertificates(db: TenantDb, customerId: string): Promise<Certificate[]> {
  return await certificates(db).where("customer_id", "=", customerId)
    .orderBy("country").orderBy("from_date", "desc").orderBy("id").execute();
}

export async function findCertificate(db: TenantDb, id: string): Promise<Certificate | undefined> {
  return await certificates(db).where("id", "=", id).executeTakeFirst();
}

/** Gives its id. */
export async function insertCertificate(
  db: TenantDb,
  { customerId, country, number, reasonCode, reason, from, to }: Omit<Certificate, "id">,
): Promise<string> {
  const { id } = await db.query.insertInto("exemption_certificate").values({
    tenant_id: db.tenantId,
    customer_id: customerId,
    country,
    number,
    reason_code: reasonCode,
    reason,
    from_date: from,
    to_date: to,
  }).returning("id").executeTakeFirstOrThrow();
  return id;
}

export async function setCertificateEnd(db: TenantDb, id: string, to: Temporal.PlainDate): Promise<void> {
  await db.query.updateTable("exemption_certificate").set({ to_date: to })
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).execute();
}

export interface TaxPlace {
  from: Temporal.PlainDate;
  country: string;
  region: string | null;
}

/** Where the vehicles of a contract are handed over, by day; of one day the last that was said. */
export async function listTaxPlaces(db: TenantDb, contractId: string): Promise<TaxPlace[]> {
  return await db.query.selectFrom("tax_place").distinctOn("from_date")
    .select(["from_date as from", "country", "region"])
    .where("tenant_id", "=", db.tenantId).where("contract_id", "=", contractId)
    .orderBy("from_date").orderBy("id", "desc").execute();
}

export async function insertTaxPlace(
  db: TenantDb,
  contractId: string,
  { from, country, region }: TaxPlace,
): Promise<void> {
  await db.query.insertInto("tax_place")
    .values({ tenant_id: db.tenantId, contract_id: contractId, from_date: from, country, region }).execute();
}
