/** The list of invoices: a page of it by cursor, newest first, and how many there are in each view. */
import { type Expression, type ExpressionBuilder, type Nullable, sql, type SqlBool } from "kysely";
import type { InvoiceState, Schema } from "../schema.ts";
import type { TenantDb } from "../tenant.ts";

/** Which invoices; *due* and *overdue* are derived from the due date and the day it is at the entity. */
export type InvoiceStatus = "any" | "draft" | "due" | "overdue" | "partially_paid" | "paid" | "credited";

export interface InvoiceFilter {
  status: InvoiceStatus;
  /** A whole number, its last part, a part of the customer's name or reference, or the contract's whole reference. */
  search?: string;
  issuedFrom?: Temporal.PlainDate;
  /** The last day that counts. */
  issuedTo?: Temporal.PlainDate;
  customerId?: string;
  contractId?: string;
}

/** After this id (older) or before it (newer); ids are in the order of creation. */
export type InvoiceCursor = { after: string } | { before: string };

export interface ListedInvoice {
  id: string;
  number: string | null;
  customerId: string;
  customerName: string;
  /** With a period, or neither. */
  contractReference: string | null;
  periodStart: Temporal.PlainDate | null;
  periodEnd: Temporal.PlainDate | null;
  state: InvoiceState;
  issueDate: Temporal.PlainDate | null;
  dueDate: Temporal.PlainDate | null;
  /** Today, where the billing entity is. */
  today: Temporal.PlainDate;
  currency: string;
  /** Minor units. */
  total: bigint;
  openAmount: bigint;
}

type Joined = Pick<Schema, "invoice" | "customer" | "billing_entity"> & {
  contract: Nullable<Schema["contract"]>;
};
type Condition = (where: ExpressionBuilder<Joined, keyof Joined>) => Expression<SqlBool>;

/** One row more than `limit`, if there are more. */
export async function listInvoices(
  db: TenantDb,
  filter: InvoiceFilter,
  now: Temporal.Instant,
  limit: number,
  cursor?: InvoiceCursor,
): Promise<ListedInvoice[]> {
  const newer = cursor !== undefined && "before" in cursor;
  let query = filtered(db, filter, now)
    .select([
      "invoice.id",
      "invoice.number",
      "invoice.customer_id as customerId",
      "customer.name as customerName",
      "contract.reference as contractReference",
      "invoice.period_start as periodStart",
      "invoice.period_end as periodEnd",
      "invoice.state",
      "invoice.issue_date as issueDate",
      "invoice.due_date as dueDate",
      today(now).as("today"),
      "invoice.currency",
      "invoice.total",
      "invoice.open_amount as openAmount",
    ])
    .orderBy("invoice.id", newer ? "asc" : "desc")
    .limit(limit + 1);
  if (cursor) query = query.where("invoice.id", newer ? ">" : "<", newer ? cursor.before : cursor.after);
  return await query.execute();
}

/** How many there are, counted no further than `limit`. */
export async function countInvoices(
  db: TenantDb,
  filter: InvoiceFilter,
  now: Temporal.Instant,
  limit: number,
): Promise<number> {
  const { count } = await db.query
    .selectFrom(filtered(db, filter, now).select("invoice.id").limit(limit).as("counted"))
    .select(({ fn }) => fn.countAll<bigint>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}

function today(now: Temporal.Instant) {
  return sql<Temporal.PlainDate>`(${now}::timestamptz at time zone billing_entity.zone)::date`;
}

function filtered(db: TenantDb, filter: InvoiceFilter, now: Temporal.Instant) {
  const { search, issuedFrom, issuedTo, customerId, contractId } = filter;
  let query = db.query.selectFrom("invoice")
    .innerJoin("customer", (join) =>
      join.onRef("customer.tenant_id", "=", "invoice.tenant_id")
        .onRef("customer.id", "=", "invoice.customer_id"))
    .leftJoin("contract", (join) =>
      join.onRef("contract.tenant_id", "=", "invoice.tenant_id")
        .onRef("contract.id", "=", "invoice.contract_id")
        .on("contract.tenant_id", "=", db.tenantId))
    .innerJoin("billing_entity", (join) =>
      join.onRef("billing_entity.tenant_id", "=", "invoice.tenant_id")
        .onRef("billing_entity.id", "=", "invoice.billing_entity_id"))
    .where("invoice.tenant_id", "=", db.tenantId)
    .where("customer.tenant_id", "=", db.tenantId)
    .where("billing_entity.tenant_id", "=", db.tenantId)
    .where(statusCondition(filter.status, now));
  if (search) query = query.where(searchCondition(search));
  if (issuedFrom) query = query.where("invoice.issue_date", ">=", issuedFrom);
  if (issuedTo) query = query.where("invoice.issue_date", "<=", issuedTo);
  if (customerId) query = query.where("invoice.customer_id", "=", customerId);
  if (contractId) query = query.where("invoice.contract_id", "=", contractId);
  return query;
}

function statusCondition(status: InvoiceStatus, now: Temporal.Instant): Condition {
  return ({ eb, and, lit }) => {
    const open = eb("invoice.state", "in", ["issued", "partially_paid"]);
    switch (status) {
      case "any":
        return lit(true);
      case "draft":
        return eb("invoice.state", "in", ["draft", "approved"]);
      case "due":
        return and([open, eb("invoice.due_date", ">=", today(now))]);
      case "overdue":
        return and([open, eb("invoice.due_date", "<", today(now))]);
      default:
        return eb("invoice.state", "=", status);
    }
  };
}

function searchCondition(search: string): Condition {
  const part = `%${search.replace(/[\\%_]/g, "\\$&")}%`;
  return ({ eb, or }) =>
    or([
      eb("invoice.number", "=", search.toUpperCase()),
      ...(/^\d{1,15}$/.test(search) ? [eb("invoice.series_number", "=", BigInt(search))] : []),
      eb("customer.name", "ilike", part),
      eb("customer.reference", "ilike", part),
      eb(sql<string>`lower(contract.reference)`, "=", search.toLowerCase()),
    ]);
}
