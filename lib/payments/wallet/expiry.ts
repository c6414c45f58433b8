/** What becomes of wallet money that expires, and of what expired of a payment that is taken back. */
import { setPaymentCredit } from "../../../db/queries/payment.ts";
import { findExpiredOfPayment, insertWalletExpiry, type WalletPayment } from "../../../db/queries/wallet.ts";
import { findRemaining, listHolds, lowerRemaining } from "../../../db/queries/wallet_grant.ts";
import type { CommandContext } from "../../core/command.ts";
import { postWalletExpiry } from "../../ledger/steps.ts";

type StepContext = Pick<CommandContext, "db" | "now">;

/** Ends what is left of a locked payment; it is revenue from then on (breakage). */
export async function expirePayment(
  { db, now }: StepContext,
  payment: WalletPayment,
  expiredOn: Temporal.PlainDate,
): Promise<void> {
  const { walletCreditId, credit: amount } = payment;
  const walletExpiryId = await insertWalletExpiry(db, { walletCreditId, amount, expiredOn, recordedAt: now });
  await setPaymentCredit(db, payment.id, 0n);
  await postWalletExpiry(db, { ...payment, walletExpiryId, amount }, expiredOn);
}

/** Ends what is left of granted money, but for what previews of open runs count on; nothing is posted, since nothing came in. */
export async function expireGrant(
  { db, now }: StepContext,
  walletCreditId: string,
  expiredOn: Temporal.PlainDate,
): Promise<bigint> {
  const [holds, remaining] = await Promise.all([
    listHolds(db, [walletCreditId]),
    findRemaining(db, walletCreditId),
  ]);
  const amount = remaining - holds.reduce((sum, hold) => sum + hold.amount, 0n);
  if (amount <= 0n) return 0n;
  await insertWalletExpiry(db, { walletCreditId, amount, expiredOn, recordedAt: now });
  await lowerRemaining(db, walletCreditId, amount);
  return amount;
}

/** Takes back that a part of a payment expired, since the payment itself is taken back. */
export async function unexpirePayment(
  { db, now }: StepContext,
  payment: { id: string; billingEntityId: string; customerId: string; currency: string },
  day: Temporal.PlainDate,
): Promise<void> {
  const expired = await findExpiredOfPayment(db, payment.id);
  if (expired === undefined) return;
  const { walletCreditId } = expired;
  const amount = -expired.amount;
  const walletExpiryId = await insertWalletExpiry(db, {
    walletCreditId,
    amount,
    expiredOn: day,
    recordedAt: now,
  });
  await postWalletExpiry(db, { ...payment, walletExpiryId, amount }, day);
}
