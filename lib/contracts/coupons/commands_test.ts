/** Coupons and discounts of customers: redeemed never more often than allowed, billed on every contract, audited. */
import assert from "node:assert/strict";
import { besides, refused, termScene } from "../../../tests/support/agreed_terms.ts";
import { lease, perMile } from "../../../tests/support/billing.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import { execute } from "../../core/command.ts";
import { isMilepostError } from "../../core/errors.ts";
import { audit } from "../../../tests/support/audit.ts";
import { auditBreaches } from "../../ops/audit/audit.ts";
import {
  agreeCustomerDiscount,
  type CustomerDiscountInput,
  endCustomerDiscount,
} from "../terms/customer_discount.ts";
import { type CouponInput, createCoupon, endCoupon, redeemCoupon } from "./commands.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);

async function scene() {
  const business = await termScene(database, [lease, perMile]);
  const { environment, as, contractId, customerId } = business;
  const coupon = (input: Partial<CouponInput>) =>
    execute(environment, createCoupon, as, { code: "spring", name: "Spring offer", percent: "10", ...input });
  const redeem = (holder: "contract" | "customer", code = "SPRING", fromDate = "2024-01-01") =>
    execute(environment, redeemCoupon, as, {
      code,
      fromDate,
      ...(holder === "contract" ? { contractId } : { customerId }),
    });
  const agreeForAll = (input: Partial<CustomerDiscountInput>) =>
    execute(environment, agreeCustomerDiscount, as, {
      customerId,
      name: "Fleet discount",
      fromDate: "2024-01-01",
      ...input,
    });
  return { ...business, coupon, redeem, agreeForAll };
}

Deno.test("a redeemed coupon counts for its periods, and the line names it", async () => {
  const { coupon, redeem, bill } = await scene();
  await coupon({ periods: "1" });
  await redeem("contract", " Spring ");
  const { lines } = await bill("2024-01-01", "2024-02-01");
  assert.deepEqual(besides(lines).map(({ what, amount, steps }) => ({ what, amount, steps })), [
    { what: "Spring offer", amount: -4120n, steps: ["Coupon SPRING", "−10% of 412.00 = −41.20"] },
  ]);
  assert.deepEqual(besides((await bill("2024-02-01", "2024-03-01")).lines), []);
});

Deno.test("a discount of the customer counts for its contracts, one in another currency for none of these", async () => {
  const { agreeForAll, bill, environment, as, customerId } = await scene();
  const { termId } = await agreeForAll({ percent: "50" });
  await agreeForAll({ amount: "10.00", currency: "gbp", months: "1" });
  await agreeForAll({ amount: "10.00", currency: "EUR" });
  assert.equal((await bill("2024-01-01", "2024-02-01")).total, "235.20"); // (206.00 − 10.00) + 20%
  assert.equal((await bill("2024-02-01", "2024-03-01")).total, "247.20");
  const end = (toDate: string) =>
    execute(environment, endCustomerDiscount, as, { customerId, termId, toDate });
  assert.match((await refused(end("2024-02-01"))).message, /begins on 1 February 2024 is billed/);
  await end("2024-02-02");
  assert.equal((await bill("2024-04-01", "2024-05-01")).total, "494.40");
  assert.match((await refused(agreeForAll({ percent: "1", fromDate: "2024-04-01" }))).message, /is billed/);
  assert.match((await refused(agreeForAll({ amount: "1" }))).message, /the currency of the amount/);
  assert.match((await refused(agreeForAll({}))).message, /one of the two/);
});

Deno.test("a coupon is not redeemed twice in one place, after its end, or in another currency", async () => {
  const { coupon, redeem, environment, as } = await scene();
  const { couponId } = await coupon({});
  await redeem("contract");
  assert.match((await refused(redeem("contract"))).message, /redeemed here before/);
  await redeem("customer");
  assert.match((await refused(coupon({}))).message, /Another coupon has the code SPRING/);
  await coupon({ code: "EURO", percent: "", amount: "5.00", currency: "EUR" });
  assert.match((await refused(redeem("contract", "EURO"))).message, /in EUR, and the contract in GBP/);
  assert.match((await refused(redeem("contract", "NONE"))).message, /No coupon has the code NONE/);
  await execute(environment, endCoupon, as, { couponId, endDate: "2024-07-02" });
  assert.match((await refused(redeem("customer"))).message, /until 1 July 2024/);
  const wrong = await refused(coupon({ code: "a b", percent: "0", periods: "0", redemptionsMost: "x" }));
  assert.deepEqual(wrong.fields.map(({ field }) => field), ["code", "percent", "periods", "redemptionsMost"]);
});

Deno.test("many who redeem the last one at the same moment get it once", async () => {
  const { coupon, environment, as, customerId, contractId } = await scene();
  await coupon({ redemptionsMost: "1" });
  const holders = [{ contractId }, { customerId }, { contractId }, { customerId }];
  const tried = await Promise.allSettled(
    holders.map((holder) =>
      execute(environment, redeemCoupon, as, { code: "SPRING", fromDate: "2024-01-01", ...holder })
    ),
  );
  assert.equal(tried.filter(({ status }) => status === "fulfilled").length, 1);
  for (const result of tried) {
    if (result.status === "rejected") assert.ok(isMilepostError(result.reason, "Conflict"));
  }
});

Deno.test("the auditor derives all of them again", async () => {
  assert.deepEqual(auditBreaches(await audit(database)), []);
});
