/** What every price model answers: an exact amount and how it came about. */
import type { Rational } from "../../core/decimal.ts";

export interface Priced {
  /** In major units of the currency, exact; it is rounded once, when it becomes a line. */
  readonly amount: Rational;
  /** The one price per unit if the amount is quantity × that price, else null. */
  readonly unitPrice: Rational | null;
  /** The steps before the last, in plain words. */
  readonly steps: readonly string[];
  /** The last step without its result: an expression whose value is the amount, such as `450.00 × 22/31`. */
  readonly sum: string;
}
