/** Coupons of a tenant, and how often each was redeemed. */
import type { TenantDb } from "../tenant.ts";

/** Percent and amount are decimal texts, one of them null. */
export interface CouponValues {
  /** In capitals. */
  code: string;
  name: string;
  percent: string | null;
  amount: string | null;
  /** Of the amount. */
  currency: string | null;
  /** For how many billing periods it counts, or null for all. */
  periods: number | null;
  /** The first day on which it can no longer be redeemed, or null while it is open. */
  endDate: Temporal.PlainDate | null;
  /** How often it can be redeemed, or null for any number. */
  redemptionsMost: number | null;
}

export interface Coupon extends CouponValues {
  id: string;
}

export interface ListedCoupon extends Coupon {
  redemptions: bigint;
}

const columns = [
  "coupon.id",
  "coupon.code",
  "coupon.name",
  "coupon.percent",
  "coupon.amount",
  "coupon.currency",
  "coupon.periods",
  "coupon.end_date as endDate",
  "coupon.redemptions_most as redemptionsMost",
] as const;

/** The id of the new coupon; nothing if another one has the code. */
export async function insertCoupon(db: TenantDb, coupon: CouponValues): Promise<string | undefined> {
  const row = await db.query.insertInto("coupon").values({
    tenant_id: db.tenantId,
    code: coupon.code,
    name: coupon.name,
    percent: coupon.percent,
    amount: coupon.amount,
    currency: coupon.currency,
    periods: coupon.periods,
    end_date: coupon.endDate,
    redemptions_most: coupon.redemptionsMost,
  }).onConflict((conflict) => conflict.columns(["tenant_id", "code"]).doNothing()).returning("id")
    .executeTakeFirst();
  return row?.id;
}

/** Locks a coupon until the transaction ends, so that its redemptions are counted one after the other. */
export async function lockCoupon(
  db: TenantDb,
  by: { code: string } | { id: string },
): Promise<Coupon | undefined> {
  const coupons = db.query.selectFrom("coupon").select(columns).where("coupon.tenant_id", "=", db.tenantId);
  return await ("code" in by ? coupons.where("code", "=", by.code) : coupons.where("id", "=", by.id))
    .forNoKeyUpdate().executeTakeFirst();
}

export async function setCouponEnd(db: TenantDb, id: string, endDate: Temporal.PlainDate): Promise<void> {
  await db.query.updateTable("coupon").set({ end_date: endDate })
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).execute();
}

/** Who redeemed a coupon so far. Terms that were taken back count: the code was used. */
export async function listRedemptions(
  db: TenantDb,
  couponId: string,
): Promise<{ contractId: string | null; customerId: string | null }[]> {
  return await db.query.selectFrom("contract_term")
    .select(["contract_id as contractId", "customer_id as customerId"])
    .where("tenant_id", "=", db.tenantId).where("coupon_id", "=", couponId).execute();
}

/** Coupons by code, after one of them. */
export async function listCoupons(db: TenantDb, limit: number, after?: string): Promise<ListedCoupon[]> {
  const coupons = db.query.selectFrom("coupon").select([
    ...columns,
    (from) =>
      from.selectFrom("contract_term as term").select(({ fn }) => fn.countAll<bigint>().as("count"))
        .whereRef("term.tenant_id", "=", "coupon.tenant_id").whereRef("term.coupon_id", "=", "coupon.id")
        .$asScalar().$notNull().as("redemptions"),
  ]).where("coupon.tenant_id", "=", db.tenantId).orderBy("coupon.code").limit(limit);
  return await (after === undefined ? coupons : coupons.where("coupon.code", ">", after)).execute();
}

export async function findCoupon(db: TenantDb, id: string): Promise<Coupon | undefined> {
  return await db.query.selectFrom("coupon").select(columns)
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).executeTakeFirst();
}
