/**
 * What is due for a period less what is billed for it (rule 7), line by line: what is missing becomes lines of the next invoice,
 * what is too much is taken back from the lines that billed it, never more than is left of them (rule 8).
 */
import type { BilledLine } from "../../../db/queries/rederivation.ts";
import { Rational } from "../../core/decimal.ts";
import type { DerivedLine } from "../derive.ts";

/** One charge, vehicle and tax rate of a period. Amounts in minor units, in the terms of the lines. */
export interface LineDifference {
  /** What it comes to now; null where nothing is due any more. */
  due: DerivedLine | null;
  dueAmount: bigint;
  /** The latest first. */
  lines: readonly BilledLine[];
  /** Net of credit notes, other than those of what was given away. */
  billed: bigint;
}

/** What a credit note takes of one line, with the sign of the line. */
export interface TakenBack {
  line: BilledLine;
  amount: bigint;
  of: LineDifference;
}

export interface Settlement {
  /** To be billed: each with how much; below zero for what is to come off beside others of its rate. */
  increases: { of: LineDifference; amount: bigint }[];
  takenBack: TakenBack[];
  /** What is too much and cannot be taken back, because nothing is left of the lines that billed it. */
  beyond: bigint;
}

/** Every charge, vehicle and rate that is due or billed, in the order of what is due. */
export function differences(due: readonly DerivedLine[], billed: readonly BilledLine[]): LineDifference[] {
  const dueByKey = Map.groupBy(due, keyOf);
  const billedByKey = Map.groupBy(billed, keyOf);
  return [...new Set([...dueByKey.keys(), ...billedByKey.keys()])].map((key) => {
    const [now, lines] = [dueByKey.get(key) ?? [], billedByKey.get(key) ?? []];
    return {
      due: now.at(0) ?? null,
      dueAmount: sum(now.map(({ amount }) => amount)),
      lines,
      billed: sum(lines.map(({ amount, corrected }) => amount - corrected)),
    };
  });
}

/** How the differences are settled. Nothing is, where they cancel out at every tax rate: then nobody owes anything else. */
export function settle(found: readonly LineDifference[]): Settlement {
  const settlement: Settlement = { increases: [], takenBack: [], beyond: 0n };
  const byRate = Map.groupBy(found, ({ due, lines }) => rateOf(due ?? lines[0]));
  const isSettled = [...byRate.values()].every((same) =>
    sum(same.map(({ dueAmount, billed }) => dueAmount - billed)) === 0n
  );
  if (isSettled) return settlement;
  const missing = new Map<LineDifference, bigint>();
  const givenBack: TakenBack[] = [];
  const below = new Map<LineDifference, bigint>();
  for (const of of found) {
    const difference = of.dueAmount - of.billed;
    if (difference < 0n) {
      const { parts, rest } = takeFrom(of, -difference);
      settlement.takenBack.push(...parts);
      settlement.beyond += rest;
      below.set(of, smaller(rest, neverTakenOff(of, parts)));
    } else if (difference > 0n) {
      const { parts, rest } = giveBackOf(of, difference);
      givenBack.push(...parts);
      missing.set(of, rest);
    }
  }
  const isAbove = (invoiceId: string) =>
    sum(
      [...settlement.takenBack, ...givenBack].filter(({ line }) => line.invoiceId === invoiceId)
        .map(({ amount }) => amount),
    ) > 0n;
  // What a discount or a cap took less of goes off the same credit note, as long as one is left; else it is billed.
  const onNote = givenBack.filter(({ line }) => isAbove(line.invoiceId));
  for (const part of givenBack) {
    if (!onNote.includes(part)) missing.set(part.of, missing.get(part.of)! - part.amount);
  }
  settlement.takenBack.push(...onNote);
  settlement.increases = [...missing].map(([of, amount]) => ({ of, amount })).filter(({ amount }) =>
    amount > 0n
  );
  setOff(settlement, below);
  return settlement;
}

/** What a line below zero takes off by now that no document did; what was given away is not billed again by it. */
function neverTakenOff({ lines, dueAmount }: LineDifference, parts: readonly TakenBack[]): bigint {
  const left = sum(lines.map(({ amount, credited }) => amount - credited)) -
    sum(parts.map(({ amount }) => amount));
  return left > dueAmount ? left - dueAmount : 0n;
}

/** Such a line stands on the next invoice with what is missing at the same rate, where that is more. */
function setOff(settlement: Settlement, below: ReadonlyMap<LineDifference, bigint>): void {
  const { increases } = settlement;
  const rateOfDifference = ({ due, lines }: LineDifference) => rateOf(due ?? lines[0]);
  for (const [of, amount] of below) {
    const same = increases.filter((each) => rateOfDifference(each.of) === rateOfDifference(of));
    if (amount === 0n || sum(same.map((each) => each.amount)) < amount) continue;
    increases.push({ of, amount: -amount });
    settlement.beyond -= amount;
  }
}

function smaller(left: bigint, right: bigint): bigint {
  return left < right ? left : right;
}

/** What is left of the lines above zero, the latest first, up to an amount. */
function takeFrom(of: LineDifference, amount: bigint): { parts: TakenBack[]; rest: bigint } {
  let rest = amount;
  const parts = of.lines.flatMap((line): TakenBack[] => {
    const left = line.amount - line.credited;
    const taken = left < rest ? left : rest;
    if (taken <= 0n) return [];
    rest -= taken;
    return [{ line, amount: taken, of }];
  });
  return { parts, rest };
}

/** The same of the lines below zero: what they took off is less now. */
function giveBackOf(of: LineDifference, amount: bigint): { parts: TakenBack[]; rest: bigint } {
  let rest = amount;
  const parts = of.lines.flatMap((line): TakenBack[] => {
    const left = line.credited - line.amount;
    const given = left < rest ? left : rest;
    if (given <= 0n) return [];
    rest -= given;
    return [{ line, amount: -given, of }];
  });
  return { parts, rest };
}

type Keyed = Pick<
  DerivedLine,
  "kind" | "chargeId" | "vehicleId" | "description" | "taxCategory" | "taxPercent"
>;

function keyOf(line: Keyed): string {
  const { kind, chargeId, vehicleId, description } = line;
  // Discounts are told apart by their names.
  return [kind, chargeId, vehicleId, rateOf(line), kind === "discount" ? description : ""].join("|");
}

/** The same for "20" and "20.00". */
function rateOf({ taxCategory, taxPercent }: Pick<Keyed, "taxCategory" | "taxPercent">): string {
  if (taxCategory === null) return "";
  const { numerator, denominator } = Rational.parse(taxPercent ?? "0");
  return `${taxCategory} ${numerator}/${denominator}`;
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((all, amount) => all + amount, 0n);
}
