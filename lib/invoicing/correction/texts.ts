/** The words of a correction: what changed of a period since it was billed, and what that comes to. */
import { type CurrencyCode } from "../../core/currency.ts";
import { money, moneyToDecimal } from "../../core/money.ts";
import { trueMinus } from "../../pricing/words.ts";
import type { BillingFacts, Period } from "../price_case.ts";
import { periodLabel } from "../texts.ts";
import { type Changes, changeWords } from "./changes.ts";
import type { LineDifference } from "./difference.ts";

export interface CorrectionWords {
  /** What changed, in a few sentences. */
  summary: string;
  /** What a line says that bills what was missing. */
  addedDetail(of: LineDifference): string;
  /** What a line of a credit note says. */
  takenDetail(of: LineDifference): string;
  /** How the amount of a line came about. */
  steps(of: LineDifference, amount: bigint): string[];
}

interface Corrected {
  /** Of the invoice that bills the period. */
  number: string;
  period: Period;
  currency: CurrencyCode;
  changes: Changes;
  facts: Pick<BillingFacts, "charges">;
}

const creditedByHand = "Part of it was credited to be billed again.";

export function correctionWords({ number, period, currency, changes, facts }: Corrected): CorrectionWords {
  const label = periodLabel(period);
  const show = (amount: bigint) => trueMinus(moneyToDecimal(money(amount, currency)));
  const sentences = (event?: string) => {
    const found = changeWords(changes, event);
    const all = found.length > 0 ? found : changeWords(changes);
    return all.length > 0 ? all : [creditedByHand];
  };
  /** What changed for a charge: of the usage only that which its meter reads. */
  const changed = ({ due, lines }: LineDifference) => {
    const chargeId = (due ?? lines[0]).chargeId;
    const meter = facts.charges.find(({ id }) => id === chargeId)?.meter as
      | { event: string }
      | null
      | undefined;
    return sentences(meter?.event);
  };
  return {
    summary: sentences().join(" "),
    addedDetail: (of) =>
      `Corrects ${number}, ${label}: ${show(of.dueAmount)} instead of ${show(of.billed)}. ${
        changed(of).join(" ")
      }`,
    takenDetail: (of) =>
      `${label}: ${show(of.dueAmount)} instead of ${show(of.billed)}. ${changed(of).join(" ")}`,
    steps: (of, amount) => [
      `Corrects invoice ${number} for ${label}. ${changed(of).join(" ")}`,
      ...quantitySteps(of),
      ...(of.due?.steps ?? []),
      `Due now ${show(of.dueAmount)}, billed before ${show(of.billed)}`,
      ...(amount === of.dueAmount - of.billed ? [] : [
        `The rest is on the credit note of the same correction: ${show(of.dueAmount - of.billed - amount)}`,
      ]),
      `${show(of.dueAmount)} ${of.billed < 0n ? "+" : "−"} ${
        show(of.billed < 0n ? -of.billed : of.billed)
      } = ${show(of.dueAmount - of.billed)}`,
    ],
  };
}

/** "Quantity 150, before 100", where one line billed it. */
function quantitySteps({ due, lines }: LineDifference): string[] {
  const before = lines.filter(({ quantity }) => quantity !== null);
  if (lines.length !== 1 || before.length !== 1 || due === null || due.quantity === null) return [];
  return due.quantity === before[0].quantity
    ? []
    : [`Quantity ${due.quantity}, before ${before[0].quantity}`];
}
