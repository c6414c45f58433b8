/** Exact numbers for prices, quantities and shares: a fraction of two bigints, decimal only on output. */

/** How a tie is settled: away from zero, to the even neighbour; `down` cuts towards zero. */
export type RoundingMode = "half_up" | "half_even" | "down";

/** The syntax of a decimal number in every contract of Milepost: no exponent, no plus, at most 12 decimals. */
export const DECIMAL_SYNTAX = /^-?(0|[1-9]\d*)(\.\d{1,12})?$/;

/** A longer text is refused before it is turned into a number, so that a hostile one costs nothing. */
export const DECIMAL_LENGTH_MAX = 100;

/** Whether `text` is a decimal number by `DECIMAL_SYNTAX` and of a sane length. */
export function isDecimal(text: string): boolean {
  return text.length <= DECIMAL_LENGTH_MAX && DECIMAL_SYNTAX.test(text);
}

function greatestCommonDivisor(left: bigint, right: bigint): bigint {
  let a = left < 0n ? -left : left;
  let b = right;
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

/** Integer division that rounds towards minus infinity; `divisor` is positive. */
function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}

/**
 * An exact fraction, always in lowest terms with a positive denominator, so that equal values have equal parts.
 * Values never change; every operation returns a new one.
 */
export class Rational {
  static readonly zero: Rational = new Rational(0n, 1n);
  static readonly one: Rational = new Rational(1n, 1n);

  readonly numerator: bigint;
  readonly denominator: bigint;

  private constructor(numerator: bigint, denominator: bigint) {
    this.numerator = numerator;
    this.denominator = denominator;
  }

  /** The fraction `numerator / denominator`. Throws a `RangeError` if the denominator is zero. */
  static of(numerator: bigint, denominator = 1n): Rational {
    if (denominator === 1n) return new Rational(numerator, 1n);
    if (denominator === 0n) throw new RangeError(`Cannot divide ${numerator} by zero.`);
    const divisor = greatestCommonDivisor(numerator, denominator < 0n ? -denominator : denominator);
    const sign = denominator < 0n ? -1n : 1n;
    return new Rational(sign * numerator / divisor, sign * denominator / divisor);
  }

  /** The exact value of a decimal text such as `-12.40`. Throws a `RangeError` for any other text. */
  static parse(text: string): Rational {
    if (!isDecimal(text)) {
      const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
      throw new RangeError(
        `"${shown}" is not a decimal number. Write it like 12.5, with at most 12 decimals.`,
      );
    }
    const point = text.indexOf(".");
    if (point < 0) return new Rational(BigInt(text), 1n);
    const decimals = text.length - point - 1;
    return Rational.of(BigInt(text.slice(0, point) + text.slice(point + 1)), 10n ** BigInt(decimals));
  }

  add(other: Rational): Rational {
    if (this.denominator === 1n && other.denominator === 1n) {
      return new Rational(this.numerator + other.numerator, 1n);
    }
    return Rational.of(
      this.numerator * other.denominator + other.numerator * this.denominator,
      this.denominator * other.denominator,
    );
  }

  subtract(other: Rational): Rational {
    return this.add(other.negate());
  }

  multiply(other: Rational): Rational {
    return Rational.of(this.numerator * other.numerator, this.denominator * other.denominator);
  }

  /** Throws a `RangeError` if `other` is zero. */
  divide(other: Rational): Rational {
    return Rational.of(this.numerator * other.denominator, this.denominator * other.numerator);
  }

  negate(): Rational {
    return new Rational(-this.numerator, this.denominator);
  }

  absolute(): Rational {
    return this.numerator < 0n ? this.negate() : this;
  }

  /** -1, 0 or 1: below, equal to or above `other`. */
  compare(other: Rational): -1 | 0 | 1 {
    const left = this.numerator * other.denominator;
    const right = other.numerator * this.denominator;
    return left < right ? -1 : left > right ? 1 : 0;
  }

  equals(other: Rational): boolean {
    return this.numerator === other.numerator && this.denominator === other.denominator;
  }

  get isZero(): boolean {
    return this.numerator === 0n;
  }

  get isNegative(): boolean {
    return this.numerator < 0n;
  }

  get isPositive(): boolean {
    return this.numerator > 0n;
  }

  /** The greatest integer that is not above this value. */
  floor(): bigint {
    return floorDivide(this.numerator, this.denominator);
  }

  /** The least integer that is not below this value. */
  ceiling(): bigint {
    return -floorDivide(-this.numerator, this.denominator);
  }

  /** Decimal text with at most `decimalsMax` decimals and no trailing zeros: 22/31 gives `0.709677419355`. */
  toDecimal(decimalsMax = 12, mode: RoundingMode = "half_up"): string {
    const fixed = this.toFixedDecimal(decimalsMax, mode);
    return decimalsMax > 0 ? fixed.replace(/\.?0+$/, "") : fixed;
  }

  /** Decimal text with exactly `decimals` decimals: 2.5 with two gives `2.50`. */
  toFixedDecimal(decimals: number, mode: RoundingMode = "half_up"): string {
    return formatScaled(roundToInteger(this.multiply(Rational.of(10n ** BigInt(decimals))), mode), decimals);
  }

  /** The exact fraction in words of digits, `22/31`, or just the integer. */
  toString(): string {
    return this.denominator === 1n ? `${this.numerator}` : `${this.numerator}/${this.denominator}`;
  }
}

/** The one place where a fraction becomes an integer: rounds to the nearest, ties by `mode`; `down` drops the fraction. */
export function roundToInteger(value: Rational, mode: RoundingMode): bigint {
  const negative = value.numerator < 0n;
  const magnitude = negative ? -value.numerator : value.numerator;
  const whole = magnitude / value.denominator;
  const rest = magnitude % value.denominator * 2n;
  let up = false;
  if (mode === "half_up") up = rest >= value.denominator;
  else if (mode === "half_even") {
    up = rest > value.denominator || rest === value.denominator && whole % 2n === 1n;
  }
  const rounded = up ? whole + 1n : whole;
  return negative ? -rounded : rounded;
}

/** Writes an integer count of 10^-decimals as plain decimal text: (-5n, 2) gives `-0.05`. */
export function formatScaled(scaled: bigint, decimals: number): string {
  if (decimals === 0) return `${scaled}`;
  const sign = scaled < 0n ? "-" : "";
  const digits = `${scaled < 0n ? -scaled : scaled}`.padStart(decimals + 1, "0");
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** The exact sum, added on a common scale and reduced once: thousands of decimals cost one reduction. */
export function sumRationals(values: Iterable<Rational>): Rational {
  let numerator = 0n;
  let denominator = 1n;
  for (const value of values) {
    const common = commonMultiple(denominator, value.denominator);
    if (common !== denominator) numerator *= common / denominator;
    numerator += value.denominator === common
      ? value.numerator
      : value.numerator * (common / value.denominator);
    denominator = common;
  }
  return Rational.of(numerator, denominator);
}

/** Integers in the same proportions as the values, for weights: 1/2 and 1/3 give 3 and 2. */
export function toWeights(values: readonly Rational[]): bigint[] {
  const common = values.reduce((multiple, { denominator }) => commonMultiple(multiple, denominator), 1n);
  return values.map(({ numerator, denominator }) => numerator * (common / denominator));
}

/** The least common multiple of two positive integers; cheap where one divides the other, as powers of ten do. */
function commonMultiple(left: bigint, right: bigint): bigint {
  if (left % right === 0n) return left;
  if (right % left === 0n) return right;
  return left / greatestCommonDivisor(left, right) * right;
}

/** The smaller of two values; the first if they are equal. */
export function minimumOf(left: Rational, right: Rational): Rational {
  return right.compare(left) < 0 ? right : left;
}

/** The greater of two values; the first if they are equal. */
export function maximumOf(left: Rational, right: Rational): Rational {
  return right.compare(left) > 0 ? right : left;
}
