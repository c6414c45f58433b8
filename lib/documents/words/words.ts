/** What every language of the documents must be able to say. A language that lacks something does not compile. */
import type { PaymentMethod } from "../../../db/schema.ts";
import type { BankAccount } from "../../tenants/views.ts";
import type { TaxKind } from "../../core/tax_number.ts";

/** A count as it is written; "1" takes the singular. */
export type Count = string;

export interface Words {
  titles: {
    invoice(number: string): string;
    voidInvoice(number: string): string;
    creditNote(number: string): string;
    statement: string;
  };
  /** With `{page}` and `{pages}`. */
  page: string;
  none: string;
  seeWorking: string;
  /** The words of a link to the same document as it stands. */
  seeOnline(host: string): string;
  figures: {
    stillToPay: string;
    total: string;
    voidTotal: string;
    credited: string;
    toPay: string;
    credit: string;
  };
  facts: {
    issued: string;
    due: string;
    period: string;
    contract: string;
    customer: string;
    purchaseOrder: string;
    buyerReference: string;
    forInvoice: string;
    invoiceDate: string;
    taxPoint: string;
    from: string;
    to: string;
    amount: string;
    payBy: string;
    reference: string;
    payee: string;
  };
  /** Of the account that is paid to. */
  account: Record<keyof BankAccount, string>;
  sections: {
    /** A word to the customer. */
    note: string;
    lines: string;
    credited: string;
    taxSummary(tax: string): string;
    taxGivenBack(tax: string): string;
    howToPay: string;
    reason: string;
    effect: string;
    workings: string;
  };
  columns: {
    line: string;
    what: string;
    quantity: string;
    price: string;
    amount: string;
    category: string;
    rate: string;
    base: string;
    date: string;
    billed: string;
    paid: string;
    balance: string;
    step: string;
    calculation: string;
    result: string;
  };
  totals: {
    before(tax: string): string;
    ofWhich(tax: string): string;
    total: string;
    creditedSoFar: string;
    paidSoFar: string;
    writtenOff: string;
    stillToPay: string;
    creditedInAll: string;
    toPayOn(day: string): string;
    creditOn(day: string): string;
  };
  /** The tax in a column head. */
  taxes: Record<TaxKind, string>;
  /** Before the number of a registration. */
  taxNumbers: Record<TaxKind, string>;
  /** By the codes of EN 16931 (UNCL 5305). */
  categories: Record<TaxCategory, string>;
  creditEffect(invoice: string): string;
  /** The tax in the seller's tax currency, and the exchange rates. */
  statedTax(tax: string, currency: string, amount: string, rates: string): string;
  rateSources: Record<"ecb" | "manual", string>;
  statement: {
    empty: string;
    before: string;
    invoice(number: string): string;
    voided(number: string): string;
    writtenOff(number: string): string;
    creditNote(number: string): string;
    forInvoice(number: string): string;
    payment: string;
    reversed: string;
    paidAhead: string;
    by(method: string): string;
    walletExpired: string;
    walletRestored: string;
  };
  methods: Record<PaymentMethod, string>;
  corrections: {
    /** What a line says that bills what was missing. */
    corrects(invoice: string, period: string): string;
    instead(now: string, before: string): string;
    workedOutAgain(period: string): string;
    terms: string;
    vehicles: string;
    index(name: string): string;
    late(count: Count): string;
    gone(count: Count): string;
    byHand: string;
  };
  adjustments: { toMinimum(term: string): string; toCap(term: string): string };
  workings: {
    source(contract: string, plans: string): string;
    plan(name: string, version: string): string;
    rounded(mode: "half_up" | "half_even", decimals: Count): string;
  };
  steps: StepWords;
}

export type TaxCategory = "S" | "Z" | "E" | "AE" | "K" | "G" | "O" | "L" | "M";

/** How an amount came about: what each step of a trace says beside its sum and its result. */
export interface StepWords {
  inForce(days: string): string;
  events(count: Count, event: string): string;
  sumOf(field: string, events: string): string;
  greatest(field: string, events: string): string;
  different(field: string, events: string): string;
  run(field: string): string;
  mean(field: string): string;
  freeUnits: string;
  freeUnitsBy(term: string): string;
  onceForPeriod(days: string): string;
  onceOn(day: string): string;
  notProrated(days: string): string;
  share(units: Count, whole: Count, unit: "days" | "seconds" | "days of 30-day months", days: string): string;
  vehicles: string;
  active(count: Count): string;
  hire(id: string, hours: Count): string;
  /** "2 days", in the cheapest cover of a hire. */
  hireUnits(count: Count, unit: "hour" | "day" | "week" | "month"): string;
  nothing: string;
  first: string;
  next: string;
  index(name: string, value: string, day: string): string;
  raisedToFloor: string;
  cutToCeiling: string;
  packages(size: string): string;
  packageCount(count: Count): string;
  afterFree: string;
  cost(events: string): string;
  markup: string;
  fee: string;
  lessFree(total: string, free: string): string;
  feePerEvent: string;
  plainEvents(count: Count): string;
  raised(events: string, minimum: string): string;
  lowered(events: string, maximum: string): string;
  bounds: string;
  pool(count: Count): string;
  abovePool: string;
  poolPart(name: string): string;
  withoutVehicle: string;
  poolPays(part: string): string;
  onStep(quantity: string, tier: string): string;
  inTier(quantity: string, tier: string): string;
  upTo(quantity: string): string;
  above(quantity: string): string;
  anyQuantity: string;
  feeOfFirstTier: string;
  otherTimes: string;
  sumOfAbove: string;
  coupon(code: string): string;
  granted(of: string): string;
  percentOff(percent: string, of: string): string;
  discountOn(of: string): string;
  discountUpTo(amount: string, of: string): string;
  atRate(rate: string): string;
  noTax: string;
  minimumFor(days: Count, of: Count): string;
  capFor(days: Count, of: Count): string;
  minimumReached(minimum: string, billed: string): string;
  capExceeded(cap: string, billed: string): string;
  corrects(invoice: string, period: string): string;
  quantityBefore(now: string, before: string): string;
  dueNow(now: string, before: string): string;
  restOnCreditNote: string;
}
