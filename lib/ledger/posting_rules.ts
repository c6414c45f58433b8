/** Which accounts an event moves, as one table: debits and credits of amounts that the event names. */

/** The chart of accounts that every billing entity opens with. */
export const accounts = {
  cash: { code: "1000", name: "Bank and cash", kind: "asset" },
  receivable: { code: "1100", name: "Accounts receivable", kind: "asset" },
  tax_payable: { code: "2200", name: "Tax payable", kind: "liability" },
  revenue: { code: "4000", name: "Revenue", kind: "revenue" },
  breakage: { code: "4100", name: "Expired wallet money", kind: "revenue" },
  bad_debt: { code: "6100", name: "Bad debts", kind: "expense" },
} as const;

export type AccountName = keyof typeof accounts;

interface PostingLine {
  account: AccountName;
  side: "debit" | "credit";
  /** Which of the event's amounts. */
  amount: "total" | "net" | "tax";
  /** Carries the customer, so that what each one owes can be summed. */
  byCustomer?: true;
}

/** What each event posts. The lines of an event balance, those of a document for every total = net + tax. */
export const postingRules = {
  invoice_issued: [
    { account: "receivable", side: "debit", amount: "total", byCustomer: true },
    { account: "revenue", side: "credit", amount: "net" },
    { account: "tax_payable", side: "credit", amount: "tax" },
  ],
  credit_note_issued: [
    { account: "revenue", side: "debit", amount: "net" },
    { account: "tax_payable", side: "debit", amount: "tax" },
    { account: "receivable", side: "credit", amount: "total", byCustomer: true },
  ],
  invoice_voided: [
    { account: "revenue", side: "debit", amount: "net" },
    { account: "tax_payable", side: "debit", amount: "tax" },
    { account: "receivable", side: "credit", amount: "total", byCustomer: true },
  ],
  // the tax is what is claimed back of what the customer will not pay
  invoice_written_off: [
    { account: "bad_debt", side: "debit", amount: "net" },
    { account: "tax_payable", side: "debit", amount: "tax" },
    { account: "receivable", side: "credit", amount: "total", byCustomer: true },
  ],
  payment_received: [
    { account: "cash", side: "debit", amount: "total" },
    { account: "receivable", side: "credit", amount: "total", byCustomer: true },
  ],
  payment_reversed: [
    { account: "receivable", side: "debit", amount: "total", byCustomer: true },
    { account: "cash", side: "credit", amount: "total" },
  ],
  wallet_expired: [
    { account: "receivable", side: "debit", amount: "total", byCustomer: true },
    { account: "breakage", side: "credit", amount: "total" },
  ],
} as const satisfies Record<string, readonly PostingLine[]>;

export type PostingKind = keyof typeof postingRules;

/** The amounts that an event names, in minor units of one currency. */
export type PostingAmounts<Kind extends PostingKind> = {
  readonly [Name in typeof postingRules[Kind][number]["amount"]]: bigint;
};

/** One entry: a debit is positive, a credit negative, in minor units. */
export interface PostingEntry {
  account: AccountName;
  amount: bigint;
  byCustomer: boolean;
}

/** The entries of an event; they sum to zero. Amounts of zero leave no entry. Throws a `RangeError` if they do not add up. */
export function entriesFor<Kind extends PostingKind>(
  kind: Kind,
  amounts: PostingAmounts<Kind>,
): PostingEntry[] {
  const lines: readonly PostingLine[] = postingRules[kind];
  const named: Readonly<Record<string, bigint>> = amounts;
  const entries = lines
    .map(({ account, side, amount, byCustomer }) => ({
      account,
      amount: side === "debit" ? named[amount] : -named[amount],
      byCustomer: byCustomer ?? false,
    }))
    .filter((entry) => entry.amount !== 0n);
  const difference = entries.reduce((sum, entry) => sum + entry.amount, 0n);
  if (difference !== 0n) {
    throw new RangeError(`A posting of ${kind} is out of balance by ${difference} minor units.`);
  }
  return entries;
}
