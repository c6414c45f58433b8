/** Customers: who is billed. */
import type { TenantDb } from "../tenant.ts";

export interface NewCustomer {
  reference: string;
  name: string;
  email: string | null;
  addressLines: readonly string[];
  country: string | null;
  paymentTermsDays: number;
}

/** The id of the new customer, or `undefined` when the reference is taken. */
export async function insertCustomer(db: TenantDb, customer: NewCustomer): Promise<string | undefined> {
  const inserted = await db.query.insertInto("customer").values({
    tenant_id: db.tenantId,
    reference: customer.reference,
    name: customer.name,
    email: customer.email,
    address_lines: [...customer.addressLines],
    country: customer.country,
    payment_terms_days: customer.paymentTermsDays,
  }).onConflict((conflict) => conflict.columns(["tenant_id", "reference"]).doNothing())
    .returning("id").executeTakeFirst();
  return inserted?.id;
}

export interface Customer {
  id: string;
  reference: string;
  name: string;
  email: string | null;
  addressLines: string[];
  country: string | null;
  paymentTermsDays: number;
}

function customers(db: TenantDb) {
  return db.query.selectFrom("customer").select([
    "id",
    "reference",
    "name",
    "email",
    "address_lines as addressLines",
    "country",
    "payment_terms_days as paymentTermsDays",
  ]).where("tenant_id", "=", db.tenantId);
}

export async function findCustomer(db: TenantDb, id: string): Promise<Customer | undefined> {
  return await customers(db).where("id", "=", id).executeTakeFirst();
}

/** Customers by reference, after one of them. */
export async function listCustomers(db: TenantDb, limit: number, after?: string): Promise<Customer[]> {
  const query = customers(db).orderBy("reference").limit(limit);
  return await (after === undefined ? query : query.where("reference", ">", after)).execute();
}

export async function countCustomers(db: TenantDb): Promise<bigint> {
  const { count } = await db.query.selectFrom("customer")
    .select(({ fn }) => fn.countAll<bigint>().as("count"))
    .where("tenant_id", "=", db.tenantId).executeTakeFirstOrThrow();
  return count;
}
