/** The words for kinds of accounts, and the figures of their balances. */
import { trueMinus } from "../../../../components/ui/figure.tsx";
import { minorUnits, parseCurrencyCode } from "../../../../lib/core/currency.ts";
import { formatScaled } from "../../../../lib/core/decimal.ts";
import { showAmount } from "../../invoices/(_components)/invoice_words.tsx";

const kinds = {
  asset: "Asset",
  liability: "Liability",
  equity: "Equity",
  revenue: "Revenue",
  expense: "Expense",
} as const;

export function showKind(kind: keyof typeof kinds): string {
  return kinds[kind];
}

/** A balance on its side: debits above zero, credits below. */
export function showSides(amount: bigint, currency: string): { debit: string; credit: string } {
  return {
    debit: amount > 0n ? showAmount(amount, currency) : "none",
    credit: amount < 0n ? showAmount(-amount, currency) : "none",
  };
}

/** Minor units as a file has them: "-12.50". */
export function showDecimal(amount: bigint, currency: string): string {
  return formatScaled(amount, minorUnits(parseCurrencyCode(currency)));
}

/** A figure of a table that names its currency once: "−1,204.50". */
export function showFigure(amount: bigint, currency: string): string {
  const digits = minorUnits(parseCurrencyCode(currency));
  const format = new Intl.NumberFormat("en-GB", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return trueMinus(format.format(showDecimal(amount, currency) as Intl.StringNumericLiteral));
}
