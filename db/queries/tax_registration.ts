/** Tax registrations of billing entities by their days, and those that an invoice printed. */
import type postgres from "postgres";
import type { TaxNumber } from "../../lib/core/tax_number.ts";
import type { TenantDb } from "../tenant.ts";

export interface NewTaxRegistration extends TaxNumber {
  billingEntityId: string;
  /** `[from, to)`; `to` null means that it has no end, and one that ends on its first day never held. */
  from: Temporal.PlainDate;
  to: Temporal.PlainDate | null;
}

export interface TaxRegistration extends NewTaxRegistration {
  id: string;
}

function registrations(db: TenantDb) {
  return db.query.selectFrom("tax_registration").select([
    "id",
    "billing_entity_id as billingEntityId",
    "country",
    "kind",
    "number",
    "from_date as from",
    "to_date as to",
  ]).where("tenant_id", "=", db.tenantId);
}

export async function insertTaxRegistrations(
  db: TenantDb,
  rows: readonly NewTaxRegistration[],
): Promise<string[]> {
  if (rows.length === 0) return [];
  const inserted = await db.query.insertInto("tax_registration").values(
    rows.map(({ billingEntityId, country, kind, number, from, to }) => ({
      tenant_id: db.tenantId,
      billing_entity_id: billingEntityId,
      country,
      kind,
      number,
      from_date: from,
      to_date: to,
    })),
  ).returning("id").execute();
  return inserted.map(({ id }) => id);
}

export async function setTaxRegistrationEnd(
  db: TenantDb,
  id: string,
  to: Temporal.PlainDate | null,
): Promise<void> {
  await db.query.updateTable("tax_registration").set({ to_date: to })
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).execute();
}

export async function findTaxRegistration(db: TenantDb, id: string): Promise<TaxRegistration | undefined> {
  return await registrations(db).where("id", "=", id).executeTakeFirst();
}

/** Those of these entities that hold on some day, by country and kind, the later first. */
export async function listTaxRegistrations(
  db: TenantDb,
  entityIds: readonly string[],
): Promise<TaxRegistration[]> {
  if (entityIds.length === 0) return [];
  return await registrations(db).where("billing_entity_id", "in", [...entityIds])
    .where(({ eb, or, ref }) => or([eb("to_date", "is", null), eb("to_date", ">", ref("from_date"))]))
    .orderBy("country").orderBy("kind").orderBy("from_date", "desc").execute();
}

/**
 * Those that papers print, numbered from 1 on each: of the registrations in force on its day those of the buyer's country,
 * and where the entity has none there, those of its home. `papers` gives key, billing_entity_id, day, buyer_country (null
 * where it is not known) and home_country.
 */
function printed(db: TenantDb, papers: postgres.PendingQuery<postgres.Row[]>) {
  return db.sql`
    select key, country, kind, number, row_number() over (partition by key order by kind = 'other', kind) as position
    from (
      select paper.key, registration.country, registration.kind, registration.number,
        rank() over (partition by paper.key
          order by registration.country is distinct from paper.buyer_country) as choice
      from (${papers}) as paper join tax_registration registration
        on registration.tenant_id = ${db.tenantId} and registration.billing_entity_id = paper.billing_entity_id
        and registration.country in (paper.buyer_country, paper.home_country)
        and registration.kind <> 'oss' -- it says where tax is declared, and stands on no paper
        and registration.from_date <= paper.day
        and (registration.to_date is null or registration.to_date > paper.day)
    ) as held where choice = 1`;
}

export interface StatementTaxNumber extends TaxNumber {
  billingEntityId: string;
}

/** What a statement of these entities' accounts with a customer prints, on its last day. */
export async function listStatementTaxNumbers(
  db: TenantDb,
  entityIds: readonly string[],
  customerId: string,
  day: Temporal.PlainDate,
): Promise<StatementTaxNumber[]> {
  const papers = db.sql`
    select entity.id as key, entity.id as billing_entity_id, ${day}::date as day,
      customer.country as buyer_country, entity.country as home_country
    from billing_entity entity join customer
      on customer.tenant_id = entity.tenant_id and customer.id = ${customerId}
    where entity.tenant_id = ${db.tenantId} and entity.id = any(${[...entityIds]}::uuid[])`;
  return await db.sql<StatementTaxNumber[]>`
    select key as "billingEntityId", country, kind, number from (${printed(db, papers)}) as printed
    order by key, position`;
}

/** Keeps with invoices what they print of their entity's registrations on the day of their issue. */
export async function insertInvoiceTaxRegistrations(
  db: TenantDb,
  invoiceIds: readonly string[],
  issueDate: Temporal.PlainDate,
): Promise<void> {
  const papers = db.sql`
    select document.invoice_id as key, invoice.billing_entity_id, ${issueDate}::date as day,
      document.buyer ->> 'country' as buyer_country, document.seller ->> 'country' as home_country
    from invoice_document document join invoice
      on invoice.tenant_id = document.tenant_id and invoice.id = document.invoice_id
    where document.tenant_id = ${db.tenantId} and document.invoice_id = any(${[...invoiceIds]}::uuid[])`;
  await db.sql`
    insert into invoice_tax_registration (tenant_id, invoice_id, position, country, kind, number)
    select ${db.tenantId}, key, position, country, kind, number from (${printed(db, papers)}) as printed
    -- what the rules put outside the tax names no numbers (EN 16931 BR-O-02)
    where not exists (select from invoice_line line join invoice_line_tax decided
        on decided.tenant_id = line.tenant_id and decided.invoice_line_id = line.id
      where line.tenant_id = ${db.tenantId} and line.invoice_id = printed.key and line.tax_category = 'O')`;
}

/** What an invoice prints, in its order; none for a draft. */
export async function listInvoiceTaxRegistrations(db: TenantDb, invoiceId: string): Promise<TaxNumber[]> {
  return await db.query.selectFrom("invoice_tax_registration").select(["country", "kind", "number"])
    .where("tenant_id", "=", db.tenantId).where("invoice_id", "=", invoiceId)
    .orderBy("position").execute();
}
