/** Giving up what a customer does not pay. A preview is the dry run. */
import {
  findEndingInvoice,
  insertWriteOff,
  listTaxesLeft,
  sumClaimedWriteOffs,
} from "../../../db/queries/invoice_end.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import { requireCapability } from "../../auth/policy.ts";
import { actorKey } from "../../core/actor.ts";
import { newId } from "../../core/clock.ts";
import { defineCommand } from "../../core/command.ts";
import { parseCurrencyCode } from "../../core/currency.ts";
import { refuseField } from "../../core/errors.ts";
import { isId } from "../../core/ids.ts";
import { readText } from "../../core/input.ts";
import { money, moneyToDecimal } from "../../core/money.ts";
import { localDate } from "../../core/period.ts";
import { postInvoiceWrittenOff } from "../../ledger/steps.ts";
import { lockPaymentsOf } from "../../payments/steps.ts";
import { lockInvoiceToEnd, type OpenInvoice, writeOffLocked } from "../settlement/steps.ts";
import { type RateAmount, taxRelief } from "./tax_relief.ts";

export interface WriteOffInput {
  invoiceId: string;
  reason: string;
  /** Whether the tax in it is claimed back. When that is allowed differs by country; the ledger takes it as said. */
  claimsTax: boolean;
}

/** Amounts are decimal texts. */
export type WriteOffResult = {
  invoiceId: string;
  number: string;
  currency: string;
  amount: string;
  taxRelief: string;
  writtenOffOn: string;
};

const longestReason = 500;

/**
 * Writes off what is open on an invoice: the customer owes nothing of it any more, and the loss is posted. Throws `NotFound`,
 * `InvalidInput` and `IllegalTransition`.
 */
export const writeOffInvoice = defineCommand<WriteOffInput, WriteOffResult>({
  name: "invoice.write_off",
  capability: "invoices.approve",
  confirmed: true,
  subject: ({ invoiceId }) => ({ type: "invoice", id: invoiceId }),
  detail: (input, { number, amount, taxRelief, currency }) => ({
    ...input,
    number,
    amount,
    taxRelief,
    currency,
  }),
  async run(context, { invoiceId, reason, claimsTax }) {
    const { db, actor, now, emit } = context;
    requireCapability(actor, "invoices.issue");
    const why = readText("reason", reason, "The customer is insolvent", longestReason);
    if (isId(invoiceId)) await lockPaymentsOf(db, [invoiceId]);
    const invoice = await lockInvoiceToEnd(db, invoiceId, "uncollectible");
    const { id, number, currency, openAmount } = invoice;
    requireCapability(actor, "invoices.approve", money(openAmount, parseCurrencyCode(currency)));
    const { zone } = await findEndingInvoice(db, id);
    const taxes = claimsTax ? await claim(db, invoice) : [];
    const relief = taxes.reduce((sum, { amount }) => sum + amount, 0n);
    if (claimsTax && relief <= 0n) {
      refuseField("claimsTax", "yes", `Invoice ${number} has no tax to claim back. Write it off without.`);
    }
    const writtenOffOn = localDate(now, zone);
    await writeOffLocked(context, invoice, why);
    const writeOffId = newId<"write-off">();
    await insertWriteOff(db, {
      id: writeOffId,
      invoiceId: id,
      amount: openAmount,
      taxRelief: relief,
      writtenOffOn,
      reason: why,
      actor: actorKey(actor),
      taxes,
    });
    await postInvoiceWrittenOff(
      db,
      { ...invoice, writeOffId, invoiceId: id, total: openAmount, tax: relief },
      writtenOffOn,
    );
    const text = (amount: bigint) => moneyToDecimal(money(amount, parseCurrencyCode(currency)));
    emit("invoice.written_off", id, {
      number,
      customerId: invoice.customerId,
      currency,
      amount: text(openAmount),
    });
    return {
      invoiceId: id,
      number,
      currency,
      amount: text(openAmount),
      taxRelief: text(relief),
      writtenOffOn: writtenOffOn.toString(),
    };
  },
});

/** The tax in what is open, together with what was given up before and claimed for. */
async function claim(db: TenantDb, invoice: OpenInvoice): Promise<RateAmount[]> {
  const { id, total, creditedAmount, openAmount } = invoice;
  const before = await sumClaimedWriteOffs(db, id);
  return taxRelief(before + openAmount, total - creditedAmount, await listTaxesLeft(db, id));
}
