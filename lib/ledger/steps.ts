/** What other areas' commands post, on their own transaction. */
import { insertLedgerAccounts, insertLedgerTransaction } from "../../db/queries/ledger.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { newId } from "../core/clock.ts";
import { accounts, entriesFor } from "./posting_rules.ts";

/** Opens the chart of accounts of a billing entity; accounts that are there stay as they are. */
export async function openAccounts(db: TenantDb, billingEntityId: string): Promise<void> {
  await insertLedgerAccounts(db, billingEntityId, Object.values(accounts));
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

/** Posts that an invoice was issued: the customer owes its total, of which the tax is not ours. */
export async function postInvoiceIssued(db: TenantDb, invoice: IssuedForLedger): Promise<void> {
  const { total, tax, currency, customerId } = invoice;
  const entries = entriesFor("invoice_issued", { total, tax, net: total - tax });
  await insertLedgerTransaction(db, {
    id: newId<"ledger transaction">(),
    billingEntityId: invoice.billingEntityId,
    kind: "invoice_issued",
    invoiceId: invoice.invoiceId,
    postedOn: invoice.issueDate,
    description: `Invoice ${invoice.number}`,
    entries: entries.map(({ account, amount, byCustomer }) => ({
      accountCode: accounts[account].code,
      customerId: byCustomer ? customerId : null,
      amount,
      currency,
    })),
  });
}
