/** What the button of the payment form does: records once, or says beside which field it cannot. */
import type { FreshContext } from "fresh";
import type { FormError } from "../../../../components/ui/error_summary.tsx";
import { signedIn, type State } from "../../../../define.ts";
import { execute } from "../../../../lib/core/command.ts";
import { isMilepostError, type MilepostError } from "../../../../lib/core/errors.ts";
import { type PaymentInput, type PaymentResult, recordPayment } from "../../../../lib/payments/commands.ts";
import { formErrors } from "../../../(_components)/form_fields.ts";
import type { PaymentValues } from "./payment_form.tsx";

/** The values of a sent form. */
export function readPaymentValues(field: (name: string) => string): PaymentValues {
  return {
    account: field("account"),
    amount: field("amount"),
    receivedOn: field("received_on"),
    method: field("method"),
    reference: field("reference"),
    keepRest: field("keep_rest") !== "",
  };
}

/** `<entity> <currency>`, the value of an account in the form. */
export function accountValue(account: { billingEntityId: string; currency: string }): string {
  return `${account.billingEntityId} ${account.currency}`;
}

export type Sent =
  | { recorded: PaymentResult }
  | {
    errors: FormError[];
    status: number;
    /** For the next try: the same, so that it counts once, unless this one is used up. */
    key: string;
    /** More came in than is open, and nobody said what becomes of the rest. */
    asksForRest: boolean;
  };

/** Records the payment; what the reader can mend comes back, everything else is thrown. */
export async function sendPayment(
  ctx: FreshContext<State>,
  settles: PaymentInput["settles"],
  currency: string,
  values: PaymentValues,
  key: string,
): Promise<Sent> {
  const { session, tenantId } = signedIn(ctx.state);
  const { amount, receivedOn, method, reference, keepRest } = values;
  const input = { settles, currency, amount, receivedOn, method, reference, keepRest };
  try {
    const execution = { tenantId, actor: session.actor, key };
    return { recorded: await execute(ctx.state.environment, recordPayment, execution, input) };
  } catch (error) {
    if (isMilepostError(error, "KeyReused")) {
      const message = "A payment was recorded from this form already. Look at the payments, and send this " +
        "only if it is another one.";
      return { errors: [{ message }], status: error.status, key: crypto.randomUUID(), asksForRest: keepRest };
    }
    if (!isRefusal(error)) throw error;
    const errors: FormError[] = error.status === 422 ? formErrors(error) : [{ message: error.message }];
    const asksForRest = keepRest || errors.some(({ field }) => field === "keep_rest");
    return { errors, status: error.status, key, asksForRest };
  }
}

/** What the reader can mend on the page. */
export function isRefusal(error: unknown): error is MilepostError {
  return isMilepostError(error) && (error.status === 409 || error.status === 422);
}
