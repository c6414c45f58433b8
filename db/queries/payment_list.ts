/** The list of payments: a page of it by cursor, newest first, and how many there are in each view. */
import type { Expression, ExpressionBuilder, SqlBool } from "kysely";
import type { Cursor } from "../../lib/core/cursor_page.ts";
import type { PaymentMethod, PaymentState, Schema } from "../schema.ts";
import type { TenantDb } from "../tenant.ts";

/** `credit` has something left that no invoice took. */
export type PaymentStatus = "any" | "credit" | "reversed";

export interface PaymentFilter {
  status: PaymentStatus;
  /** A part of the payment's reference, or of the customer's name or reference. */
  search?: string;
  receivedFrom?: Temporal.PlainDate;
  /** The last day that counts. */
  receivedTo?: Temporal.PlainDate;
  customerId?: string;
}

export interface ListedPayment {
  id: string;
  customerId: string;
  customerName: string;
  receivedOn: Temporal.PlainDate;
  method: PaymentMethod;
  reference: string | null;
  state: PaymentState;
  currency: string;
  /** Minor units. */
  amount: bigint;
  /** What no invoice took; zero once it is reversed. */
  credit: bigint;
}

type Joined = Pick<Schema, "payment" | "customer">;
type Condition = (where: ExpressionBuilder<Joined, keyof Joined>) => Expression<SqlBool>;

/** One row more than `limit`, if there are more; ids are in the order of recording. */
export async function listPayments(
  db: TenantDb,
  filter: PaymentFilter,
  limit: number,
  cursor?: Cursor,
): Promise<ListedPayment[]> {
  const newer = cursor !== undefined && "before" in cursor;
  let query = filtered(db, filter)
    .select([
      "payment.id",
      "payment.customer_id as customerId",
      "customer.name as customerName",
      "payment.received_on as receivedOn",
      "payment.method",
      "payment.reference",
      "payment.state",
      "payment.currency",
      "payment.amount",
      "payment.credit",
    ])
    .orderBy("payment.id", newer ? "asc" : "desc")
    .limit(limit + 1);
  if (cursor) query = query.where("payment.id", newer ? ">" : "<", newer ? cursor.before : cursor.after);
  return await query.execute();
}

/** How many there are, counted no further than `limit`. */
export async function countPayments(db: TenantDb, filter: PaymentFilter, limit: number): Promise<number> {
  const { count } = await db.query
    .selectFrom(filtered(db, filter).select("payment.id").limit(limit).as("counted"))
    .select(({ fn }) => fn.countAll<bigint>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}

function filtered(db: TenantDb, { status, search, receivedFrom, receivedTo, customerId }: PaymentFilter) {
  let query = db.query.selectFrom("payment")
    .innerJoin("customer", (join) =>
      join.onRef("customer.tenant_id", "=", "payment.tenant_id")
        .onRef("customer.id", "=", "payment.customer_id"))
    .where("payment.tenant_id", "=", db.tenantId).where("customer.tenant_id", "=", db.tenantId);
  if (status === "reversed") query = query.where("payment.state", "=", "reversed");
  if (status === "credit") query = query.where("payment.credit", ">", 0n);
  if (search) query = query.where(searchCondition(search));
  if (receivedFrom) query = query.where("payment.received_on", ">=", receivedFrom);
  if (receivedTo) query = query.where("payment.received_on", "<=", receivedTo);
  if (customerId) query = query.where("payment.customer_id", "=", customerId);
  return query;
}

function searchCondition(search: string): Condition {
  const part = `%${search.replace(/[\\%_]/g, "\\$&")}%`;
  return ({ eb, or }) =>
    or([
      eb("payment.reference", "ilike", part),
      eb("customer.name", "ilike", part),
      eb("customer.reference", "ilike", part),
    ]);
}
