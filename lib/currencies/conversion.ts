/** Which exchange rates lead from one currency to another on a day, and what an amount comes to by them: exact, and rounded once. */
import { type CurrencyCode, minorUnits } from "../core/currency.ts";
import { Rational, type RoundingMode } from "../core/decimal.ts";
import { milepostError } from "../core/errors.ts";
import { formatMoney, type Money, moneyToRational, roundToMoney } from "../core/money.ts";

export const rateSources = ["ecb", "manual"] as const;
export type RateSource = typeof rateSources[number];
export const sourceNames: Record<RateSource, string> = { ecb: "European Central Bank", manual: "by hand" };

/** How old a rate may be while a business has not said otherwise. */
export const oldestDaysAtFirst = 7;

/** The currency through which two others meet that have no rate of their own: the one that the ECB quotes all by. */
const crossCurrency: CurrencyCode = "EUR";

/** 1 of `base` is `rate` of `quote`. */
export interface ExchangeRate {
  id: string;
  base: string;
  quote: string;
  day: Temporal.PlainDate;
  source: RateSource;
  /** Decimal text above zero. */
  rate: string;
}

/** One or two rates, one after the other; none between a currency and itself. */
export type RatePath = readonly ExchangeRate[];

export interface RateQuestion {
  from: CurrencyCode;
  to: CurrencyCode;
  day: Temporal.PlainDate;
  /** How many days before `day` a rate may be of. */
  oldestDays: number;
}

/**
 * The rates to convert by, out of the newest of each pair up to the day: direct, inverse or across the euro, whichever has the
 * newest rate, in this order where they are of the same day. Throws `InvalidInput` where there is none, or none that is new enough.
 */
export function findPath(question: RateQuestion, rates: readonly ExchangeRate[]): RatePath {
  const { from, to, day, oldestDays } = question;
  if (from === to) return [];
  const known = rates.filter((rate) => Temporal.PlainDate.compare(rate.day, day) <= 0);
  const between = (one: string, other: string) =>
    [
      known.find((r) => r.base === one && r.quote === other),
      known.find((r) => r.base === other && r.quote === one),
    ]
      .flatMap((rate) => rate ? [rate] : [])
      .sort((left, right) => Temporal.PlainDate.compare(right.day, left.day)).slice(0, 1);
  const first = between(from, crossCurrency), second = between(crossCurrency, to);
  const paths: RatePath[] = [
    between(from, to),
    from !== crossCurrency && to !== crossCurrency && first.length + second.length === 2
      ? [...first, ...second]
      : [],
  ];
  const [best] = paths.filter((path) => path.length > 0)
    .sort((left, right) => Temporal.PlainDate.compare(oldestDay(right), oldestDay(left)));
  if (best && ageInDays(best, day) <= oldestDays) return best;
  throw noRate(question, best);
}

/** The day of the oldest rate of a path. */
export function oldestDay(path: RatePath): Temporal.PlainDate {
  return path.map((rate) => rate.day).sort(Temporal.PlainDate.compare)[0];
}

/** How many days before a day the oldest rate of a path is of; 0 where no rate is needed. */
export function ageInDays(path: RatePath, day: Temporal.PlainDate): number {
  return path.length === 0 ? 0 : oldestDay(path).until(day, { largestUnit: "day" }).days;
}

function noRate({ from, to, day, oldestDays }: RateQuestion, path: RatePath | undefined): Error {
  const pair = `from ${from} to ${to}`;
  const way = "Add one, or import those of the European Central Bank, under Exchange rates.";
  const message = path
    ? `The newest exchange rate ${pair} is of ${oldestDay(path)}, ${
      daysWords(ageInDays(path, day))
    } before ${day}. ` +
      `It may be ${oldestDays === 0 ? "of no earlier day" : `at most ${daysWords(oldestDays)} old`}. ${way}`
    : `There is no exchange rate ${pair} for ${day} or before. ${way}`;
  return milepostError("InvalidInput", {
    message,
    fields: [{ field: "exchangeRate", value: `${from}/${to}`, rule: message }],
  });
}

function daysWords(days: number): string {
  return days === 1 ? "1 day" : `${days} days`;
}

/** How much of `to` is 1 of `from`, exactly. Throws a `RangeError` where the rates do not lead there. */
export function pathFactor(from: string, to: string, path: RatePath): Rational {
  let at = from;
  let factor = Rational.of(1n);
  for (const { base, quote, rate } of path) {
    const exact = Rational.parse(rate);
    if (at === base) factor = factor.multiply(exact);
    else if (at === quote) factor = factor.divide(exact);
    else throw new RangeError(`A rate of ${base} and ${quote} does not convert ${at}.`);
    at = at === base ? quote : base;
  }
  if (at !== to) throw new RangeError(`The rates lead from ${from} to ${at}, not to ${to}.`);
  return factor;
}

export interface Conversion {
  amount: Money;
  /** Why this amount, step by step. */
  steps: string[];
}

/** Converts by a path and rounds once, to the decimals of the target. */
export function convert(
  value: Money,
  to: CurrencyCode,
  path: RatePath,
  mode: RoundingMode,
): Conversion {
  const exact = moneyToRational(value).multiply(pathFactor(value.currency, to, path));
  const amount = roundToMoney(exact, to, mode);
  if (path.length === 0) return { amount, steps: [] };
  const steps = path.map(rateWords);
  const long = exact.toDecimal(minorUnits(to) + 6);
  return {
    amount,
    steps: [
      ...steps,
      `${formatMoney(value, "en-GB")} comes to ${long} ${to}, rounded once to ${
        formatMoney(amount, "en-GB")
      }`,
    ],
  };
}

/** "1 EUR = 1.0956 USD, European Central Bank, 2024-01-02". */
export function rateWords({ base, quote, rate, source, day }: ExchangeRate): string {
  return `1 ${base} = ${rate} ${quote}, ${sourceNames[source]}, ${day}`;
}
