/** The oracle's own exact numbers: a numerator over a denominator, never shortened, never shared with the pricing it checks. */

export interface Fraction {
  readonly top: bigint;
  /** Always positive. */
  readonly bottom: bigint;
}

export const zero: Fraction = { top: 0n, bottom: 1n };
export const one: Fraction = { top: 1n, bottom: 1n };

export function whole(value: bigint | number): Fraction {
  return { top: BigInt(value), bottom: 1n };
}

/** Reads `-12.40`. Throws a `RangeError` for anything else. */
export function read(text: string): Fraction {
  if (!/^-?\d+(\.\d+)?$/.test(text)) throw new RangeError(`"${text}" is not a decimal number.`);
  const [integer, decimals = ""] = text.split(".");
  return { top: BigInt(integer + decimals), bottom: 10n ** BigInt(decimals.length) };
}

export function plus(left: Fraction, right: Fraction): Fraction {
  if (left.bottom % right.bottom === 0n) {
    return { top: left.top + right.top * (left.bottom / right.bottom), bottom: left.bottom };
  }
  if (right.bottom % left.bottom === 0n) return plus(right, left);
  return { top: left.top * right.bottom + right.top * left.bottom, bottom: left.bottom * right.bottom };
}

export function minus(left: Fraction, right: Fraction): Fraction {
  return plus(left, { top: -right.top, bottom: right.bottom });
}

export function times(left: Fraction, right: Fraction): Fraction {
  return { top: left.top * right.top, bottom: left.bottom * right.bottom };
}

/** `over` is positive. */
export function divided(value: Fraction, over: Fraction): Fraction {
  return { top: value.top * over.bottom, bottom: value.bottom * over.top };
}

/** Negative, zero or positive, as `left` is below, equal to or above `right`. */
export function compare(left: Fraction, right: Fraction): bigint {
  return left.top * right.bottom - right.top * left.bottom;
}

export function smaller(left: Fraction, right: Fraction): Fraction {
  return compare(left, right) <= 0n ? left : right;
}

export function larger(left: Fraction, right: Fraction): Fraction {
  return compare(left, right) >= 0n ? left : right;
}

/** The sum, on one common denominator so that it stays short: decimals share powers of ten. */
export function sum(values: Iterable<Fraction>): Fraction {
  const byBottom = new Map<bigint, bigint>();
  for (const { top, bottom } of values) byBottom.set(bottom, (byBottom.get(bottom) ?? 0n) + top);
  let total = zero;
  for (const [bottom, top] of byBottom) total = plus(total, { top, bottom });
  return total;
}

/** The least whole number that is not below the value. */
export function up(value: Fraction): bigint {
  const quotient = value.top / value.bottom;
  return value.top % value.bottom > 0n ? quotient + 1n : quotient;
}

/** The greatest whole number that is not above the value. */
export function down(value: Fraction): bigint {
  const quotient = value.top / value.bottom;
  return value.top % value.bottom < 0n ? quotient - 1n : quotient;
}

/** The nearest whole number; a tie goes away from zero, or to the even neighbour. */
export function nearest(value: Fraction, tie: "half_up" | "half_even"): bigint {
  const size = value.top < 0n ? -value.top : value.top;
  const below = size / value.bottom;
  const twiceTheRest = (size - below * value.bottom) * 2n;
  let chosen = below;
  if (twiceTheRest > value.bottom) chosen = below + 1n;
  if (twiceTheRest === value.bottom) chosen = tie === "half_up" || below % 2n === 1n ? below + 1n : below;
  return value.top < 0n ? -chosen : chosen;
}
