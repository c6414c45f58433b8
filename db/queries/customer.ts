/** Customers: who is billed. */
import { newId } from "../../lib/core/clock.ts";
import { type Expression, type ExpressionBuilder, sql, type SqlBool } from "kysely";
import { isUniqueViolation } from "../errors.ts";
import type { InvoiceDelivery, Schema } from "../schema.ts";
import type { TenantDb } from "../tenant.ts";
import { among } from "./among.ts";
import { type ContactColumns, encryptContact, openContact } from "./customer_contact.ts";

export interface NewCustomer {
  reference: string;
  name: string;
  email: string | null;
  addressLines: readonly string[];
  country: string | null;
  /** Of their documents; null for that of the billing entity. */
  language: string | null;
  paymentTermsDays: number;
  invoiceDelivery: InvoiceDelivery;
}

async function columnsOf(db: TenantDb, id: string, customer: NewCustomer) {
  return {
    ...await encryptContact(db, id, customer),
    reference: customer.reference,
    name: customer.name,
    country: customer.country,
    language: customer.language,
    payment_terms_days: customer.paymentTermsDays,
    invoice_delivery: customer.invoiceDelivery,
  };
}

/** The id comes first: what is encrypted is bound to it. */
async function newRow(db: TenantDb, customer: NewCustomer) {
  const id = newId<"customer">();
  return { tenant_id: db.tenantId, id, ...await columnsOf(db, id, customer) };
}

/** The id of the new customer, or `undefined` when the reference is taken. */
export async function insertCustomer(db: TenantDb, customer: NewCustomer): Promise<string | undefined> {
  const inserted = await db.query.insertInto("customer")
    .values(await newRow(db, customer))
    .onConflict((conflict) => conflict.columns(["tenant_id", "reference"]).doNothing())
    .returning("id").executeTakeFirst();
  return inserted?.id;
}

/** The ids of the new customers by reference; one whose reference is taken has none. */
export async function insertCustomers(
  db: TenantDb,
  customers: readonly NewCustomer[],
): Promise<Map<string, string>> {
  const inserted = await db.query.insertInto("customer")
    .values(await Promise.all(customers.map((customer) => newRow(db, customer))))
    .onConflict((conflict) => conflict.columns(["tenant_id", "reference"]).doNothing())
    .returning(["reference", "id"]).execute();
  return new Map(inserted.map(({ reference, id }) => [reference, id]));
}

/** False when another customer has the reference; the transaction can then only be rolled back. */
export async function setCustomer(db: TenantDb, id: string, customer: NewCustomer): Promise<boolean> {
  try {
    await db.query.updateTable("customer").set(await columnsOf(db, id, customer))
      .where("tenant_id", "=", db.tenantId).where("id", "=", id).execute();
    return true;
  } catch (error) {
    if (isUniqueViolation(error)) return false;
    throw error;
  }
}

export interface Customer {
  id: string;
  reference: string;
  name: string;
  email: string | null;
  addressLines: string[];
  country: string | null;
  language: string | null;
  paymentTermsDays: number;
  invoiceDelivery: InvoiceDelivery;
  /** Null for one that is not. */
  erasedAt: Temporal.Instant | null;
  /** Another one after every change. */
  rowVersion: string;
}

function customers(db: TenantDb) {
  return db.query.selectFrom("customer").select([
    "id",
    "reference",
    "name",
    "email",
    "address_lines",
    "contact_encrypted",
    "country",
    "language",
    "payment_terms_days as paymentTermsDays",
    "invoice_delivery as invoiceDelivery",
    "erased_at as erasedAt",
    sql<string>`xmin::text`.as("rowVersion"),
  ]).where("tenant_id", "=", db.tenantId);
}

async function opened(
  db: TenantDb,
  rows: Promise<(ContactColumns & Omit<Customer, "addressLines">)[]>,
): Promise<Customer[]> {
  return await Promise.all((await rows).map(async (row) => {
    const { address_lines: _lines, contact_encrypted: _encrypted, ...rest } = row;
    return { ...rest, ...await openContact(db, row.id, row) };
  }));
}

export async function findCustomer(db: TenantDb, id: string): Promise<Customer | undefined> {
  return (await opened(db, customers(db).where("id", "=", id).execute()))[0];
}

/** The customer, which nobody else changes until the transaction ends. */
export async function lockCustomer(db: TenantDb, id: string): Promise<Customer | undefined> {
  return (await opened(db, customers(db).where("id", "=", id).forUpdate().execute()))[0];
}

/** Customers by reference, after one of them. */
export async function listCustomers(db: TenantDb, limit: number, after?: string): Promise<Customer[]> {
  const query = customers(db).orderBy("reference").limit(limit);
  return await opened(db, (after === undefined ? query : query.where("reference", ">", after)).execute());
}

/** The customers that have these references. */
export async function listCustomersByReference(
  db: TenantDb,
  references: readonly string[],
): Promise<Customer[]> {
  return await opened(db, customers(db).where("reference", "in", among(references)).execute());
}

export interface CustomerFilter {
  /** A part of the name or of the reference. */
  search?: string;
}

/** Where a page begins: next to this customer. */
export interface CustomerPlace {
  name: string;
  id: string;
  isBackwards: boolean;
}

/** Minor units that are still to pay. */
export interface OpenAmount {
  currency: string;
  amount: bigint;
}

export interface ListedCustomer {
  id: string;
  reference: string;
  name: string;
  contractCount: bigint;
  /** On a contract today, where its billing entity is. */
  vehicleCount: bigint;
  /** By currency; empty where nothing is. */
  open: OpenAmount[];
}

/** Customers by name, one row more than `limit` if there are more; backwards the nearest first. */
export async function listCustomersByName(
  db: TenantDb,
  filter: CustomerFilter,
  now: Temporal.Instant,
  limit: number,
  place?: CustomerPlace,
): Promise<ListedCustomer[]> {
  const direction = place?.isBackwards ? "desc" : "asc";
  let query = db.query.selectFrom("customer")
    .select([
      "id",
      "reference",
      "name",
      contractCount.as("contractCount"),
      vehicleCount(now).as("vehicleCount"),
      openAmounts.as("open"),
    ])
    .where("tenant_id", "=", db.tenantId).where(matches(filter))
    .orderBy("name", direction).orderBy("id", direction).limit(limit + 1);
  if (place) {
    const sign = sql.raw(place.isBackwards ? "<" : ">");
    query = query.where(
      sql<boolean>`(customer.name, customer.id) ${sign} (${place.name}, ${place.id}::uuid)`,
    );
  }
  const rows = await query.execute();
  return rows.map(({ open, ...row }) => ({
    ...row,
    open: open.map(({ currency, amount }) => ({ currency, amount: BigInt(amount) })),
  }));
}

const contractCount = sql<bigint>`(
  select count(*) from contract
  where contract.tenant_id = customer.tenant_id and contract.customer_id = customer.id)`;

function vehicleCount(now: Temporal.Instant) {
  const today = sql`(${now}::timestamptz at time zone entity.zone)::date`;
  return sql<bigint>`(
    select count(distinct stay.vehicle_id) from contract
    join billing_entity entity
      on entity.tenant_id = contract.tenant_id and entity.id = contract.billing_entity_id
    join contract_vehicle stay on stay.tenant_id = contract.tenant_id and stay.contract_id = contract.id
    where contract.tenant_id = customer.tenant_id and contract.customer_id = customer.id
      and greatest(contract.start_date, stay.from_date) <= ${today}
      and (contract.end_date is null or contract.end_date > ${today})
      and (stay.to_date is null or stay.to_date > ${today}))`;
}

/** Amounts as text: JSON would make floats of them. */
const openAmounts = sql<{ currency: string; amount: string }[]>`(
  select coalesce(jsonb_agg(jsonb_build_object('currency', currency, 'amount', amount) order by currency), '[]')
  from (
    select invoice.currency, sum(invoice.open_amount)::text as amount from invoice
    where invoice.tenant_id = customer.tenant_id and invoice.customer_id = customer.id
      and invoice.state in ('issued', 'partially_paid')
    group by invoice.currency) as open)`;

/** How many there are, counted no further than `limit`. */
export async function countCustomers(db: TenantDb, filter: CustomerFilter, limit: number): Promise<number> {
  const found = db.query.selectFrom("customer").select("id")
    .where("tenant_id", "=", db.tenantId).where(matches(filter)).limit(limit);
  const { count } = await db.query.selectFrom(found.as("counted"))
    .select(({ fn }) => fn.countAll<bigint>().as("count")).executeTakeFirstOrThrow();
  return Number(count);
}

function matches({ search }: CustomerFilter) {
  return ({ eb, or, lit }: ExpressionBuilder<Schema, "customer">): Expression<SqlBool> => {
    if (search === undefined) return lit(true);
    const part = `%${search.replace(/[\\%_]/g, "\\$&")}%`;
    return or([eb("customer.name", "ilike", part), eb("customer.reference", "ilike", part)]);
  };
}
