/** What the oracle adds to the charges and takes off them: minimum, cap and discounts, each by tax rate. */
import { OracleCannotTell, type OracleDiscount, type OracleFacts } from "./facts.ts";
import { type Fraction, nearest, read, times, whole } from "./fraction.ts";
import { split } from "./split.ts";

/** What is charged at one tax rate, in minor units; `charge` is null for the amount up to a minimum. */
export interface Chargeable {
  charge: string | null;
  category: string | null;
  percent: string | null;
  amount: bigint;
}

/** A true-up or a discount, as far as it falls on one tax rate; `of` is the discount's id. */
export interface Adjustment {
  kind: "true_up" | "discount";
  of: string;
  category: string | null;
  percent: string | null;
  amount: bigint;
}

/** The adjustments, and what of each chargeable is left with its part of a cap's cut already off. */
export function adjust(
  facts: OracleFacts,
  charged: readonly Chargeable[],
): { adjustments: Adjustment[]; left: Chargeable[] } {
  const { raise, cuts } = trueUp(facts, charged);
  const lines = [...charged, ...raise].map((line) => ({ ...line }));
  const cutOf = lines.map((_, index) => cuts[index] ?? 0n);
  const adjustments = raise.length > 0
    ? raise.map((line): Adjustment => ({ ...line, kind: "true_up", of: "commitment" }))
    : byRate("true_up", "commitment", lines, cutOf);
  const percents = facts.discounts.filter(({ percent }) => percent !== null);
  const amounts = facts.discounts.filter(({ percent }) => percent === null);
  for (const discount of [...percents, ...amounts]) {
    const parts = discountParts(facts, discount, lines, cutOf);
    parts.forEach((part, index) => lines[index].amount -= part);
    adjustments.push(...byRate("discount", discount.id, lines, parts));
  }
  lines.forEach((line, index) => line.amount -= cutOf[index]);
  return { adjustments, left: lines };
}

/** An amount in major units as minor units, rounded once. */
export function minor(facts: OracleFacts, amount: Fraction): bigint {
  return nearest(times(amount, whole(10n ** BigInt(facts.decimals))), facts.rounding);
}

function trueUp(
  facts: OracleFacts,
  charged: readonly Chargeable[],
): { raise: Chargeable[]; cuts: bigint[] } {
  const { commitment } = facts;
  if (commitment === null) return { raise: [], cuts: [] };
  const counts = charged.map(({ charge }) =>
    commitment.charges === null || commitment.charges.includes(charge!)
  );
  const billed = charged.filter((_, index) => counts[index]).reduce((sum, { amount }) => sum + amount, 0n);
  const minimum = commitment.minimum === null ? billed : minor(facts, read(commitment.minimum));
  if (billed < minimum) {
    const seen = charged.filter((_, index) => counts[index]);
    const rate = raisedAt(facts, seen.length > 0 ? seen : charged);
    return { raise: [{ charge: null, ...rate, amount: minimum - billed }], cuts: [] };
  }
  const cap = commitment.cap === null ? billed : minor(facts, read(commitment.cap));
  if (billed <= cap) return { raise: [], cuts: [] };
  return { raise: [], cuts: cutsOf(billed - cap, charged, counts) };
}

/** Tax of an amount up to the minimum: as agreed, else that of what was charged, else the only one there is. */
function raisedAt(
  { commitment, charges }: OracleFacts,
  seen: readonly Chargeable[],
): { category: string | null; percent: string | null } {
  if (commitment!.category !== null) return { category: commitment!.category, percent: commitment!.percent };
  const all = charges.map(({ taxCategory, taxPercent }) => {
    return { category: taxCategory, percent: taxCategory === null ? null : taxPercent ?? "0" };
  });
  for (const rates of [seen, all]) {
    const found = new Map(
      rates.map(({ category, percent }) => [`${category} ${percent}`, { category, percent }]),
    );
    if (found.size === 1) return [...found.values()][0];
    if (found.size > 1) break;
  }
  throw new OracleCannotTell("The amount up to the minimum has no tax category.");
}

/** Shared over the rates by what each comes to, and then over the lines of a rate. */
function cutsOf(cut: bigint, charged: readonly Chargeable[], counts: readonly boolean[]): bigint[] {
  const rates = [...new Set(charged.map(rateOf))];
  const positive = (amount: bigint) => amount > 0n ? amount : 0n;
  const sums = rates.map((rate) =>
    positive(
      charged.filter((line, index) => counts[index] && rateOf(line) === rate)
        .reduce((sum, { amount }) => sum + amount, 0n),
    )
  );
  const cuts = charged.map(() => 0n);
  split(cut, sums).forEach((share, place) => {
    const sizes = charged.map((line, index) =>
      counts[index] && rateOf(line) === rates[place] ? positive(line.amount) : 0n
    );
    split(share, sizes).forEach((part, index) => cuts[index] += part);
  });
  return cuts;
}

function discountParts(
  facts: OracleFacts,
  { charges, percent, amount }: OracleDiscount,
  lines: readonly Chargeable[],
  cuts: readonly bigint[],
): bigint[] {
  const seen = lines.map((line, index) => {
    if (charges === null) return line.amount - cuts[index];
    return line.charge !== null && charges.includes(line.charge) ? line.amount : 0n;
  });
  const sum = seen.reduce((total, each) => total + each, 0n);
  if (sum <= 0n) return lines.map(() => 0n);
  const wanted = percent === null
    ? minor(facts, read(amount!))
    : nearest(times(whole(sum), times(read(percent), { top: 1n, bottom: 100n })), facts.rounding);
  return split(wanted < sum ? wanted : sum, seen.map((each) => each > 0n ? each : 0n));
}

/** What is taken from the lines, as negative amounts at each rate. */
function byRate(
  kind: Adjustment["kind"],
  of: string,
  lines: readonly Chargeable[],
  parts: readonly bigint[],
): Adjustment[] {
  const found = new Map<string, Adjustment>();
  lines.forEach((line, index) => {
    if (parts[index] === 0n) return;
    const { category, percent } = line;
    const adjustment = found.get(rateOf(line)) ?? { kind, of, category, percent, amount: 0n };
    adjustment.amount -= parts[index];
    found.set(rateOf(line), adjustment);
  });
  return [...found.values()];
}

function rateOf({ category, percent }: Pick<Chargeable, "category" | "percent">): string {
  return `${category} ${percent}`;
}
