/** The kinds of wallet money in words. */
import type { WalletKind } from "../../../../lib/payments/wallet/views.ts";

export const walletKindNames: Record<WalletKind, string> = {
  paid: "paid",
  advance: "advance",
  granted: "granted",
};
