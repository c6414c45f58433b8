/** Making a coupon, closing it, and redeeming it for a contract or a customer, never more often than it allows. */
import {
  type Coupon,
  type CouponValues,
  insertCoupon,
  listRedemptions,
  lockCoupon,
  setCouponEnd,
} from "../../../db/queries/coupon.ts";
import { insertTerms, type TermValues } from "../../../db/queries/contract_term.ts";
import { findVersionCurrency } from "../../../db/queries/rate_plan.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import { type CommandContext, defineCommand } from "../../core/command.ts";
import { isCurrencyCode } from "../../core/currency.ts";
import { milepostError, refuseField } from "../../core/errors.ts";
import { isId } from "../../core/ids.ts";
import { readAll, readDate, readInteger, readText } from "../../core/input.ts";
import { localDate } from "../../core/period.ts";
import { showDate } from "../../pricing/words.ts";
import { requireUnbilled, requireWithin } from "../change_rules.ts";
import { lockToChange } from "../locked_contract.ts";
import { lockCustomerToChange, requireUnbilledStart } from "../terms/customer_discount.ts";
import { endAfterPeriods, readAmount, readPercent, readPeriods, requireOneOf } from "../terms/term_input.ts";
import { noCoupon } from "./views.ts";

/** As typed; what is empty has no limit. */
export interface CouponInput {
  code: string;
  /** As the invoice names the discount. */
  name: string;
  percent?: string;
  amount?: string;
  currency?: string;
  periods?: string;
  /** The first day on which it can no longer be redeemed. */
  endDate?: string;
  redemptionsMost?: string;
}

/** Throws `AlreadyExists` for a code in use, `InvalidInput`. */
export const createCoupon = defineCommand<CouponInput, { couponId: string }>({
  name: "coupon.create",
  capability: "plans.write",
  subject: (_input, { couponId }) => ({ type: "coupon", id: couponId }),
  async run({ db, emit }, input) {
    const coupon = readCoupon(input);
    const couponId = await insertCoupon(db, coupon);
    if (couponId === undefined) {
      const rule = `Another coupon has the code ${coupon.code}. Choose another one.`;
      throw milepostError("AlreadyExists", {
        message: rule,
        fields: [{ field: "code", value: coupon.code, rule }],
      });
    }
    emit("coupon.created", couponId, { code: coupon.code });
    return { couponId };
  },
});

/** `endDate` is the first day on which it can no longer be redeemed; what was redeemed before goes on. */
export const endCoupon = defineCommand<{ couponId: string; endDate: string }, { couponId: string }>({
  name: "coupon.end",
  capability: "plans.write",
  subject: ({ couponId }) => ({ type: "coupon", id: couponId }),
  async run({ db, emit }, { couponId, endDate }) {
    const coupon = isId(couponId) ? await lockCoupon(db, { id: couponId }) : undefined;
    if (!coupon) throw noCoupon(couponId);
    const end = readDate("endDate", endDate);
    await setCouponEnd(db, coupon.id, end);
    emit("coupon.ended", coupon.id, { code: coupon.code, end: `${end}` });
    return { couponId };
  },
});

/** For a contract or a customer, and from which day on the discount counts. */
export type RedeemInput =
  & { code: string; fromDate: string }
  & ({ contractId: string } | { customerId: string });

/** Throws `InvalidInput` for a code that cannot be redeemed here, `Conflict` for one that was redeemed as often as it may be. */
export const redeemCoupon = defineCommand<RedeemInput, { termId: string }>({
  name: "coupon.redeem",
  capability: "contracts.write",
  subject: (input) =>
    "contractId" in input
      ? { type: "contract", id: input.contractId }
      : { type: "customer", id: input.customerId },
  async run(context, input) {
    const { db, emit } = context;
    const { coupon, from } = await requireRedeemable(context, input);
    const discount = {
      kind: "discount",
      name: coupon.name,
      from,
      charges: null,
      minimum: null,
      cap: null,
      span: null,
      percent: coupon.percent,
      amount: coupon.amount,
      units: null,
      taxCategory: null,
      taxPercent: null,
    } as const;
    const { to, ...holder } = "contractId" in input
      ? await forContract(db, input.contractId, coupon, from)
      : await forCustomer(db, input.customerId, coupon, from);
    const term: TermValues = { ...discount, to };
    const [termId] = await insertTerms(db, [{ ...term, ...holder, couponId: coupon.id }]);
    emit("coupon.redeemed", coupon.id, { code: coupon.code, ...holder });
    return { termId };
  },
});

async function requireRedeemable(
  { db, now }: CommandContext,
  input: RedeemInput,
): Promise<{ coupon: Coupon; from: Temporal.PlainDate }> {
  const code = input.code.trim().toUpperCase();
  const from = readDate("fromDate", input.fromDate);
  if (code === "") refuseField("code", "", "Type the code of the coupon.", "SPRING24");
  const coupon = await lockCoupon(db, { code });
  if (!coupon) refuseField("code", code, `No coupon has the code ${code}. The list of coupons has them all.`);
  // A coupon ends with the last place on earth that has the day, so that no zone has to be agreed.
  const today = localDate(now, "Etc/GMT+12");
  if (coupon.endDate !== null && Temporal.PlainDate.compare(today, coupon.endDate) >= 0) {
    refuseField(
      "code",
      code,
      `Coupon ${code} could be redeemed until ${showDate(coupon.endDate.subtract({ days: 1 }))}.`,
    );
  }
  const redemptions = await listRedemptions(db, coupon.id);
  const isSame = (each: typeof redemptions[number]) =>
    "contractId" in input ? each.contractId === input.contractId : each.customerId === input.customerId;
  if (redemptions.some(isSame)) {
    refuse(code, `Coupon ${code} was redeemed here before. Each counts once.`);
  }
  if (coupon.redemptionsMost !== null && redemptions.length >= coupon.redemptionsMost) {
    refuse(code, `Coupon ${code} was redeemed as often as it may be: ${coupon.redemptionsMost}.`);
  }
  return { coupon, from };
}

async function forContract(db: TenantDb, contractId: string, coupon: Coupon, from: Temporal.PlainDate) {
  const { contract, lastBilled } = await lockToChange(db, contractId);
  requireWithin("fromDate", from, contract);
  requireUnbilled("fromDate", from, lastBilled);
  const currency = await findVersionCurrency(db, contract.ratePlanVersionId);
  if (coupon.currency !== null && coupon.currency !== currency) {
    const { code } = coupon;
    refuseField("code", code, `Coupon ${code} is in ${coupon.currency}, and the contract in ${currency}.`);
  }
  return { contractId, to: coupon.periods === null ? null : endAfterPeriods(coupon.periods, from, contract) };
}

async function forCustomer(db: TenantDb, customerId: string, coupon: Coupon, from: Temporal.PlainDate) {
  requireUnbilledStart("fromDate", from, await lockCustomerToChange(db, customerId));
  const to = coupon.periods === null ? null : from.add({ months: coupon.periods });
  return { customerId, currency: coupon.currency, to };
}

function refuse(code: string, rule: string): never {
  throw milepostError("Conflict", { message: rule, fields: [{ field: "code", value: code, rule }] });
}

function readCoupon(input: CouponInput): CouponValues {
  const currency = input.currency?.trim().toUpperCase() ?? "";
  const values = readAll({
    code: () => readCode(input.code),
    name: () => readText("name", input.name, "Spring offer", 100),
    percent: () => readPercent(input.percent),
    amount: () => {
      if (!input.amount?.trim()) return null;
      if (isCurrencyCode(currency)) return readAmount("amount", input.amount, currency);
      return refuseField("currency", currency, "Type the currency of the amount as three letters.", "GBP");
    },
    periods: () => readPeriods("periods", input.periods),
    endDate: () => input.endDate?.trim() ? readDate("endDate", input.endDate) : null,
    redemptionsMost: () => readCount("redemptionsMost", input.redemptionsMost),
  });
  requireOneOf(values);
  return { ...values, currency: values.amount === null ? null : currency };
}

function readCode(typed: string): string {
  const code = readText("code", typed, "SPRING24", 40).toUpperCase();
  if (/^[A-Z0-9][A-Z0-9-]*$/.test(code)) return code;
  return refuseField("code", code, "Use letters, digits and hyphens only.", "SPRING24");
}

function readCount(field: string, text: string | undefined): number | null {
  const typed = text?.trim() ?? "";
  if (typed === "") return null;
  return readInteger(field, /^\d{1,7}$/.test(typed) ? Number(typed) : -1, 1, 1_000_000);
}
