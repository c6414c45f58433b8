/** The ways in which money comes in, in words. */
import type { PaymentMethod } from "../../db/schema.ts";

/** In the order in which a form offers them. */
export const methodNames: Record<PaymentMethod, string> = {
  bank_transfer: "bank transfer",
  direct_debit: "direct debit",
  card: "card",
  cheque: "cheque",
  cash: "cash",
};

export const methods = Object.keys(methodNames) as PaymentMethod[];

/** Whether a text is the name of a method. */
export function isMethod(text: string): text is PaymentMethod {
  return Object.hasOwn(methodNames, text);
}
