/** Coupons as their pages show them. */
import {
  type Coupon,
  findCoupon as findRow,
  listCoupons as listRows,
  type ListedCoupon,
} from "../../../db/queries/coupon.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import { milepostError } from "../../core/errors.ts";
import { isId } from "../../core/ids.ts";

export type { Coupon, ListedCoupon };

/** Coupons on a page. */
export const couponsPerPage = 25;

/** By code, after one of them; `next` is the last one where there are more. */
export async function listCoupons(
  db: TenantDb,
  after?: string,
): Promise<{ coupons: ListedCoupon[]; next?: string }> {
  const read = await listRows(db, couponsPerPage + 1, after);
  const coupons = read.slice(0, couponsPerPage);
  return { coupons, next: read.length > couponsPerPage ? coupons.at(-1)?.code : undefined };
}

/** Throws `NotFound`. */
export async function findCoupon(db: TenantDb, id: string): Promise<Coupon> {
  const coupon = isId(id) ? await findRow(db, id) : undefined;
  if (!coupon) throw noCoupon(id);
  return coupon;
}

/** For a coupon that is not there. */
export function noCoupon(id: string): Error {
  return milepostError("NotFound", {
    message: "There is no such coupon, or it belongs to another company. Find it in the list of coupons.",
    fields: [{ field: "couponId", value: id }],
  });
}
