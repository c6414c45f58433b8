/** The oracle's stairstep: the whole quantity falls on one step, and the step costs what it costs. */
import { decimalText, OracleCannotTell } from "../facts.ts";
import { compare, type Fraction, read, zero } from "../fraction.ts";

interface Step {
  upTo?: string | null;
  amount?: unknown;
}

export function stairstep(price: Readonly<Record<string, unknown>>, quantity: Fraction): Fraction {
  if (!Array.isArray(price.tiers)) throw new OracleCannotTell("The stairstep price has no tiers.");
  const steps = price.tiers as Step[];
  const amountOf = (step: Step) => read(decimalText({ ...step }, "amount"));
  if (quantity.top <= 0n) return price.flatFeeOnZero === true ? amountOf(steps[0]) : zero;
  for (const step of steps) {
    const { upTo = null } = step;
    if (upTo === null || compare(quantity, read(upTo)) <= 0n) return amountOf(step);
  }
  throw new OracleCannotTell("The quantity is above the last step.");
}
