/** What becomes of wallet money that expires, and of what expired of a payment that is taken back. */
import { setPaymentCredit } from "../../../db/queries/payment.ts";
import { findExpiredOfPayment, insertWalletExpiry, type WalletPayment } from "../../../db/queries/wallet.ts";
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
