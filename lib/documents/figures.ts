/** Numbers, amounts, rates and days as a language writes them; every format is fixed here. */
import { minorUnits, parseCurrencyCode } from "../core/currency.ts";
import { formatMoney, money } from "../core/money.ts";

export interface Figures {
  /** Minor units with the currency's sign. */
  amount(amount: bigint, currency: string): string;
  /** A price in full, decimal text, with the currency's sign and at least its decimals. */
  price(text: string, currency: string): string;
  /** Decimal text to four decimals, as the screen shows a quantity. */
  quantity(text: string): string;
  /** Decimal text with all its decimals. */
  number(text: string): string;
  /** "20 %" for "20.000". */
  percent(text: string): string;
  /** "2 April 2026". */
  day(date: Temporal.PlainDate): string;
  /** "2 Apr 2026", for a column. */
  shortDay(date: Temporal.PlainDate): string;
  /** Both days included: "1–31 March 2026"; without the year where it goes without saying. */
  days(first: Temporal.PlainDate, last: Temporal.PlainDate, hasYear: boolean): string;
}

type Text = Intl.StringNumericLiteral;

const trueMinus = (text: string) => text.replace("-", "\u2212");
const plainMinus = (text: string) => text.replace("\u2212", "-") as Text;

/** The formats of a locale. */
export function figuresIn(locale: string): Figures {
  const quantities = new Intl.NumberFormat(locale, { maximumFractionDigits: 4 });
  const numbers = new Map<number, Intl.NumberFormat>();
  const prices = new Map<string, Intl.NumberFormat>();
  const percents = new Intl.NumberFormat(locale, {
    style: "unit",
    unit: "percent",
    maximumFractionDigits: 6,
  });
  const dates = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, calendar: "gregory", timeZone: "UTC" });
  const long = dates({ day: "numeric", month: "long", year: "numeric" });
  const short = dates({ day: "numeric", month: "short", year: "numeric" });
  const yearless = dates({ day: "numeric", month: "long" });
  return {
    amount: (amount, currency) => formatMoney(money(amount, parseCurrencyCode(currency)), locale),
    price: (text, currency) => trueMinus(priceFormat(prices, locale, currency).format(plainMinus(text))),
    quantity: (text) => trueMinus(quantities.format(plainMinus(text))),
    number: (text) => {
      const decimals = text.split(".")[1]?.length ?? 0;
      const format = numbers.get(decimals) ?? new Intl.NumberFormat(locale, {
        minimumFractionDigits: decimals,
        maximumFractionDigits: decimals,
      });
      numbers.set(decimals, format);
      return trueMinus(format.format(plainMinus(text)));
    },
    percent: (text) => trueMinus(percents.format(plainMinus(text))),
    day: (date) => long.format(noon(date)),
    shortDay: (date) => short.format(noon(date)),
    days: (first, last, hasYear) => {
      const format = hasYear ? long : yearless;
      // The ranges of this locale data are digits alone, where a day is in words.
      if (locale.startsWith("ja") && !first.equals(last)) {
        return `${format.format(noon(first))}～${format.format(noon(last))}`;
      }
      return format.formatRange(noon(first), noon(last));
    },
  };
}

function priceFormat(
  known: Map<string, Intl.NumberFormat>,
  locale: string,
  currency: string,
): Intl.NumberFormat {
  const code = parseCurrencyCode(currency);
  const format = known.get(code) ?? new Intl.NumberFormat(locale, {
    style: "currency",
    currency: code,
    minimumFractionDigits: minorUnits(code),
    maximumFractionDigits: 12,
  });
  known.set(code, format);
  return format;
}

function noon({ year, month, day }: Temporal.PlainDate): number {
  return Date.UTC(year, month - 1, day, 12);
}
