/** A payment's state, amounts and people in the words and shapes that its pages show. */
import { Badge } from "../../../../components/ui/badge.tsx";
import type { PaymentMethod, PaymentState } from "../../../../db/schema.ts";
import { methodNames } from "../../../../lib/payments/methods.ts";
import type { PaymentStatus } from "../../../../db/queries/payment_list.ts";
import { showAmount } from "../../invoices/(_components)/invoice_words.tsx";

interface StatedPayment {
  state: PaymentState;
  /** Minor units that no invoice took. */
  credit: bigint;
  amount: bigint;
  currency: string;
}

/** The state as a shape and a word, with what is left where that matters. */
export function PaymentBadge({ payment }: { payment: StatedPayment }) {
  const { state, credit, currency } = payment;
  if (state === "reversed") return <Badge state="void">Reversed</Badge>;
  if (credit > 0n) return <Badge state="part_paid">{`${showAmount(credit, currency)} as credit`}</Badge>;
  return <Badge state="paid">Used</Badge>;
}

/** "Bank transfer". */
export function methodLabel(method: PaymentMethod): string {
  const name = methodNames[method];
  return name[0].toUpperCase() + name.slice(1);
}

/** "bank transfer, BACS 4471". */
export function methodAndReference(payment: { method: PaymentMethod; reference: string | null }): string {
  const name = methodNames[payment.method];
  return payment.reference === null ? name : `${name}, ${payment.reference}`;
}

/** The values of the status filter, also those of the saved views. */
export const statuses: { value: PaymentStatus; label: string }[] = [
  { value: "any", label: "All" },
  { value: "credit", label: "With credit left" },
  { value: "reversed", label: "Reversed" },
];
