/** What tax offices said of VAT numbers: each answer stays, with its day and the number that proves the question. */
import type { SystemDb } from "../system.ts";
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

export async function insertVatCheck(
  db: TenantDb,
  { customerId, vatId, status, checkedAt, consultationNumber }: VatCheck & {
    customerId: string;
    vatId: string;
  },
): Promise<void> {
  await db.query.insertInto("vat_check").values({
    tenant_id: db.tenantId,
    customer_id: customerId,
    vat_id: vatId,
    status,
    checked_at: checkedAt,
    consultation_number: consultationNumber,
  }).execute();
}

/** The countries that VIES answers for; those outside the Union have registers of their own. */
const notInVies = ["GB", "CH", "NO"];

/** How long an answer is good: a month, and a day where there was none. */
const goodFor = "case asked.status when 'unknown' then interval '23 hours' else interval '30 days' end";

/** The tenants with a number that nobody asked about for so long. */
export async function listTenantsWithDueVatChecks(db: SystemDb, now: Temporal.Instant): Promise<string[]> {
  const rows = await db.sql<{ tenantId: string }[]>`
    select distinct known.tenant_id as "tenantId" from customer_tax known
    left join lateral (
      select status, checked_at from vat_check
      where vat_check.tenant_id = known.tenant_id and vat_check.customer_id = known.customer_id
        and vat_check.vat_id = known.vat_id
      order by id desc limit 1
    ) as asked on true
    where known.vat_id is not null and known.vat_id_country <> all(${notInVies}::text[])
      and (asked.status is null or asked.checked_at + ${db.sql.unsafe(goodFor)} <= ${now}::timestamptz)`;
  return rows.map(({ tenantId }) => tenantId);
}

export interface DueVatCheck {
  customerId: string;
  vatId: string;
}

/** Of a tenant, those that wait longest first. */
export async function listDueVatChecks(
  db: TenantDb,
  now: Temporal.Instant,
  limit: number,
): Promise<DueVatCheck[]> {
  return await db.sql<DueVatCheck[]>`
    select known.customer_id as "customerId", known.vat_id as "vatId" from customer_tax known
    left join lateral (
      select status, checked_at from vat_check
      where vat_check.tenant_id = known.tenant_id and vat_check.customer_id = known.customer_id
        and vat_check.vat_id = known.vat_id
      order by id desc limit 1
    ) as asked on true
    where known.tenant_id = ${db.tenantId} and known.vat_id is not null
      and known.vat_id_country <> all(${notInVies}::text[])
      and (asked.status is null or asked.checked_at + ${db.sql.unsafe(goodFor)} <= ${now}::timestamptz)
    order by asked.checked_at nulls first, known.customer_id limit ${limit}`;
}

/** The VAT registrations of all billing entities on a day, the eldest first. */
export async function listVatNumbersOn(
  db: TenantDb,
  day: Temporal.PlainDate,
): Promise<{ country: string; number: string }[]> {
  return await db.query.selectFrom("tax_registration").select(["country", "number"])
    .where("tenant_id", "=", db.tenantId).where("kind", "=", "vat").where("from_date", "<=", day)
    .where((eb) => eb.or([eb("to_date", "is", null), eb("to_date", ">", day)]))
    .orderBy("from_date").orderBy("id").execute();
}
