/** What other areas' commands post, on their own transaction. */
import {
  insertLedgerAccounts,
  insertLedgerTransactions,
  type NewLedgerTransaction,
} from "../../db/queries/ledger.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { newId } from "../core/clock.ts";
import { requireOpenDay } from "./periods/steps.ts";
import { accounts, entriesFor, type PostingEntry } from "./posting_rules.ts";

/** Opens the chart of accounts of a billing entity; accounts that are there stay as they are. */
export async function openAccounts(db: TenantDb, billingEntityId: string): Promise<void> {
  await insertLedgerAccounts(db, billingEntityId, Object.values(accounts));
}

/** Every posting goes through here: into a month that is closed nothing is posted. Throws `PeriodClosed`. */
async function post(db: TenantDb, transactions: readonly NewLedgerTransaction[]): Promise<void> {
  for (const [entityId, posted] of Map.groupBy(transactions, ({ billingEntityId }) => billingEntityId)) {
    const [first] = posted.map(({ postedOn }) => postedOn).sort(Temporal.PlainDate.compare);
    await requireOpenDay(db, entityId, first);
  }
  await insertLedgerTransactions(db, transactions);
}

/** An invoice as the ledger sees it; minor units. */
export interface IssuedForLedger {
  invoiceId: string;
  billingEntityId: string;
  customerId: string;
  number: string;
  issueDate: Temporal.PlainDate;
  currency: string;
  total: bigint;
  tax: bigint;
}

/** Posts that invoices were issued: each customer owes the total, of which the tax is not ours. */
export async function postInvoicesIssued(db: TenantDb, invoices: readonly IssuedForLedger[]): Promise<void> {
  await post(
    db,
    // One over nothing moves no account.
    invoices.filter(({ total, tax }) => total !== 0n || tax !== 0n).map((invoice) => {
      const { total, tax, currency, customerId } = invoice;
      const entries = entriesFor("invoice_issued", { total, tax, net: total - tax });
      return {
        id: newId<"ledger transaction">(),
        billingEntityId: invoice.billingEntityId,
        kind: "invoice_issued",
        invoiceId: invoice.invoiceId,
        paymentId: null,
        postedOn: invoice.issueDate,
        description: `Invoice ${invoice.number}`,
        entries: entriesOf(entries, { customerId, currency }),
      };
    }),
  );
}

/** Posts that an invoice counts for nothing: the mirror of its issue, on the day it was voided. */
export async function postInvoiceVoided(
  db: TenantDb,
  invoice: Omit<IssuedForLedger, "issueDate">,
  voidedOn: Temporal.PlainDate,
): Promise<void> {
  const { invoiceId, billingEntityId, customerId, currency, total, tax } = invoice;
  const entries = entriesFor("invoice_voided", { total, tax, net: total - tax });
  await post(db, [{
    id: newId<"ledger transaction">(),
    billingEntityId,
    kind: "invoice_voided",
    invoiceId,
    paymentId: null,
    postedOn: voidedOn,
    description: `Invoice ${invoice.number} voided`,
    entries: entriesOf(entries, { customerId, currency }),
  }]);
}

/** Posts that a customer will not pay `total` of an invoice, of which `tax` is claimed back. */
export async function postInvoiceWrittenOff(
  db: TenantDb,
  invoice: Omit<IssuedForLedger, "issueDate"> & { writeOffId: string },
  writtenOffOn: Temporal.PlainDate,
): Promise<void> {
  const { invoiceId, writeOffId, billingEntityId, customerId, currency, total, tax } = invoice;
  const entries = entriesFor("invoice_written_off", { total, tax, net: total - tax });
  await openAccounts(db, billingEntityId); // an entity of before has no account for it
  await post(db, [{
    id: newId<"ledger transaction">(),
    billingEntityId,
    kind: "invoice_written_off",
    invoiceId,
    paymentId: null,
    writeOffId,
    postedOn: writtenOffOn,
    description: `Invoice ${invoice.number} written off`,
    entries: entriesOf(entries, { customerId, currency }),
  }]);
}

/** A credit note as the ledger sees it; minor units. */
export interface CreditNoteForLedger extends IssuedForLedger {
  creditNoteId: string;
  /** Of the invoice that it belongs to. */
  invoiceNumber: string;
}

/** Posts that a part of an invoice was taken back: revenue, tax, and what the customer owes. */
export async function postCreditNoteIssued(db: TenantDb, note: CreditNoteForLedger): Promise<void> {
  const { total, tax, currency, customerId } = note;
  const entries = entriesFor("credit_note_issued", { total, tax, net: total - tax });
  await post(db, [{
    id: newId<"ledger transaction">(),
    billingEntityId: note.billingEntityId,
    kind: "credit_note_issued",
    invoiceId: note.invoiceId,
    paymentId: null,
    creditNoteId: note.creditNoteId,
    postedOn: note.issueDate,
    description: `Credit note ${note.number} for invoice ${note.invoiceNumber}`,
    entries: entriesOf(entries, { customerId, currency }),
  }]);
}

/** A payment as the ledger sees it; minor units. */
export interface PaymentForLedger {
  paymentId: string;
  billingEntityId: string;
  customerId: string;
  amount: bigint;
  currency: string;
}

/** Posts that money came in: the customer owes that much less, whether it settles an invoice yet or not. */
export async function postPaymentReceived(
  db: TenantDb,
  payment: PaymentForLedger,
  receivedOn: Temporal.PlainDate,
  description: string,
): Promise<void> {
  await postPayment(db, "payment_received", payment, receivedOn, description);
}

/** Posts the mirror of a payment that is taken back; what was posted stays. */
export async function postPaymentReversed(
  db: TenantDb,
  payment: PaymentForLedger,
  reversedOn: Temporal.PlainDate,
  description: string,
): Promise<void> {
  await postPayment(db, "payment_reversed", payment, reversedOn, description);
}

/** Posts that money paid ahead expired and is revenue; below zero, that it is not after all. */
export async function postWalletExpiry(
  db: TenantDb,
  expiry: Omit<PaymentForLedger, "paymentId"> & { walletExpiryId: string },
  postedOn: Temporal.PlainDate,
): Promise<void> {
  await post(db, [{
    id: newId<"ledger transaction">(),
    billingEntityId: expiry.billingEntityId,
    kind: "wallet_expired",
    invoiceId: null,
    paymentId: null,
    walletExpiryId: expiry.walletExpiryId,
    postedOn,
    description: expiry.amount > 0n ? "Wallet money expired" : "Expired wallet money taken back",
    entries: entriesOf(entriesFor("wallet_expired", { total: expiry.amount }), expiry),
  }]);
}

async function postPayment(
  db: TenantDb,
  kind: "payment_received" | "payment_reversed",
  payment: PaymentForLedger,
  postedOn: Temporal.PlainDate,
  description: string,
): Promise<void> {
  await post(db, [{
    id: newId<"ledger transaction">(),
    billingEntityId: payment.billingEntityId,
    kind,
    invoiceId: null,
    paymentId: payment.paymentId,
    postedOn,
    description,
    entries: entriesOf(entriesFor(kind, { total: payment.amount }), payment),
  }]);
}

function entriesOf(
  entries: readonly PostingEntry[],
  { customerId, currency }: { customerId: string; currency: string },
) {
  return entries.map(({ account, amount, byCustomer }) => ({
    accountCode: accounts[account].code,
    customerId: byCustomer ? customerId : null,
    amount,
    currency,
  }));
}
