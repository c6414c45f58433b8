/** Drafting and issuing invoices. A preview is the dry run of the draft; one person may do both only with every right for it. */
import type { ChargeFacts } from "../../db/queries/billing_facts.ts";
import { lockInvoice } from "../../db/queries/invoice.ts";
import { requireCapability } from "../auth/policy.ts";
import type { Actor } from "../core/actor.ts";
import { defineCommand, type Json } from "../core/command.ts";
import { milepostError } from "../core/errors.ts";
import { formatScaled } from "../core/decimal.ts";
import { minorUnits, parseCurrencyCode } from "../core/currency.ts";
import { money } from "../core/money.ts";
import type { DerivedInvoice } from "./derive.ts";
import { requireTransition } from "./states.ts";
import { type Bill, deriveBill, issueDraft as issueStep, type PeriodInput, storeDrafts } from "./steps.ts";
import { periodLabel } from "./texts.ts";

export type { PeriodInput } from "./steps.ts";

/** Why there is no invoice: the period comes to nothing, or to a credit. Nothing was stored; it can be billed later. */
export type NoInvoice = {
  outcome: "nothing_to_bill" | "credit_due";
  contract: string;
  period: string;
  currency: string;
  total: string;
  reason: string;
};

/** Amounts are decimal texts, dates ISO texts: what a repeated request is answered with. */
export type DraftResult = {
  outcome: "drafted";
  invoiceId: string;
  contract: string;
  customer: string;
  period: string;
  currency: string;
  lines: DraftLine[];
  taxes: { category: string; percent: string; base: string; amount: string }[];
  taxInclusive: boolean;
  rounding: "half_up" | "half_even";
  /** Of the seller. */
  country: string;
  subtotal: string;
  taxTotal: string;
  total: string;
  usageCount: string;
  ignoredCount: number;
} | NoInvoice;

export type DraftLine = {
  kind: "charge" | "true_up" | "discount";
  description: string;
  detail: string;
  quantity: string | null;
  unitPrice: string | null;
  amount: string;
  taxCategory: string | null;
  taxPercent: string | null;
  /** What it was priced by, of a line of the kind `charge`. */
  charge: { kind: "recurring" | "usage" | "one_time"; meter: Json; price: Json } | null;
  steps: readonly string[];
};

export type IssueResult = {
  outcome: "issued";
  invoiceId: string;
  number: string;
  issueDate: string;
  dueDate: string;
  currency: string;
  total: string;
  lines: number;
} | NoInvoice;

/** Prices a contract's period and keeps it as a draft, for someone else to approve and issue. */
export const draftInvoice = defineCommand<PeriodInput, DraftResult>({
  name: "invoice.draft",
  capability: "invoices.draft",
  subject: subjectOf,
  detail: (input, result) => ({ ...input, outcome: result.outcome, total: result.total }),
  async run(context, input) {
    const bill = await deriveBill(context, input);
    if (bill.outcome !== "invoice") return noInvoice(bill);
    const [draft] = await storeDrafts(context, [bill], `Drafted from ${usageWords(bill)}`);
    return describeDraft(bill, draft.id);
  },
});

/** Prices a contract's period, approves and issues it in one go. */
export const issueInvoice = defineCommand<PeriodInput, IssueResult>({
  name: "invoice.issue",
  capability: "invoices.issue",
  confirmed: true,
  subject: subjectOf,
  detail: auditDetail,
  async run(context, input) {
    requireCapability(context.actor, "invoices.draft");
    requireCapability(context.actor, "invoices.approve");
    const bill = await deriveBill(context, input);
    if (bill.outcome !== "invoice") return noInvoice(bill);
    requireWithinLimits(context.actor, bill.invoice);
    const [draft] = await storeDrafts(context, [bill], `Drafted from ${usageWords(bill)}`);
    const reasons = { approved: "Approved with the issue", issued: "Issued directly" };
    const issued = await issueStep(context, draft, reasons);
    return announce(context, draft, bill.invoice.lines.length, issued);
  },
});

/** Approves a draft and issues it, as it was drafted: usage that came later waits for a later invoice. */
export const issueDraft = defineCommand<{ invoiceId: string }, IssueResult>({
  name: "invoice.issue_draft",
  capability: "invoices.issue",
  confirmed: true,
  subject: ({ invoiceId }) => ({ type: "invoice", id: invoiceId }),
  detail: auditDetail,
  async run(context, { invoiceId }) {
    requireCapability(context.actor, "invoices.approve");
    const invoice = await lockInvoice(context.db, invoiceId);
    if (!invoice) throw milepostError("NotFound", { fields: [{ field: "invoiceId", value: invoiceId }] });
    requireTransition(invoice.state, "approved");
    requireWithinLimits(context.actor, invoice);
    const seller = invoice.seller as { zone: string; numberPrefix: string };
    const { paymentTermsDays } = invoice.terms as { paymentTermsDays: number };
    const draft = { ...invoice, entity: { ...seller, id: invoice.billingEntityId }, paymentTermsDays };
    const issued = await issueStep(context, draft, {
      approved: "Approved as drafted",
      issued: "Issued as drafted",
    });
    return announce(context, draft, invoice.lineCount, issued);
  },
});

/** Approving and issuing each have a limit of their own; the total with tax counts. */
function requireWithinLimits(
  actor: Actor,
  { total, currency }: { total: bigint; currency: string },
): void {
  const amount = money(total, parseCurrencyCode(currency));
  requireCapability(actor, "invoices.approve", amount);
  requireCapability(actor, "invoices.issue", amount);
}

function subjectOf(
  { contractId }: PeriodInput,
  result: DraftResult | IssueResult,
): { type: string; id: string } {
  return "invoiceId" in result
    ? { type: "invoice", id: result.invoiceId }
    : { type: "contract", id: contractId };
}

function auditDetail(input: PeriodInput | { invoiceId: string }, result: IssueResult) {
  return result.outcome === "issued"
    ? { ...input, number: result.number, total: result.total, currency: result.currency }
    : { ...input, outcome: result.outcome, total: result.total };
}

function announce(
  { emit }: { emit(event: string, subjectId: string, payload: Record<string, string>): void },
  draft: { id: string; currency: string; total: bigint; customerId: string },
  lines: number,
  { number, issueDate, dueDate }: {
    number: string;
    issueDate: Temporal.PlainDate;
    dueDate: Temporal.PlainDate;
  },
): IssueResult {
  const total = decimalText(draft.total, draft.currency);
  emit("invoice.issued", draft.id, { number, customerId: draft.customerId, currency: draft.currency, total });
  return {
    outcome: "issued",
    invoiceId: draft.id,
    number,
    issueDate: issueDate.toString(),
    dueDate: dueDate.toString(),
    currency: draft.currency,
    total,
    lines,
  };
}

function noInvoice({ contract, period, invoice, outcome }: Bill): NoInvoice {
  const total = decimalText(invoice.total, invoice.currency);
  const label = periodLabel(period);
  const where = `${label} of contract ${contract.reference}`;
  const kind = outcome === "credit" ? "credit_due" : "nothing_to_bill";
  return {
    outcome: kind,
    contract: contract.reference,
    period: label,
    currency: invoice.currency,
    total,
    reason: kind === "credit_due"
      ? `${where} comes to ${total} ${invoice.currency}. An invoice cannot be negative, so nothing was issued.`
      : `${where} comes to nothing, so there is nothing to bill. It can be billed if usage arrives later.`,
  };
}

function describeDraft({ contract, period, invoice, facts }: Bill, invoiceId: string): DraftResult {
  const text = (amount: bigint) => decimalText(amount, invoice.currency);
  return {
    outcome: "drafted",
    invoiceId,
    contract: contract.reference,
    customer: contract.customer.name,
    period: periodLabel(period),
    currency: invoice.currency,
    lines: invoice.lines.map(({ chargeId, vehicleId: _, tax, steps, ...line }) => ({
      ...line,
      steps: [...steps, ...tax?.trace ?? []],
      charge: chargeOf(facts.charges.find(({ id }) => id === chargeId)),
      amount: text(line.amount),
    })),
    taxes: invoice.taxes.map((tax) => ({ ...tax, base: text(tax.base), amount: text(tax.amount) })),
    taxInclusive: isTaxInclusive(invoice),
    rounding: invoice.priceCase.rounding,
    country: contract.entity.country,
    subtotal: text(invoice.subtotal),
    taxTotal: text(invoice.taxTotal),
    total: text(invoice.total),
    usageCount: String(invoice.usageCount),
    ignoredCount: invoice.ignored.length,
  };
}

function chargeOf(charge: ChargeFacts | undefined): DraftLine["charge"] {
  return charge ? { kind: charge.kind, meter: charge.meter as Json, price: charge.price as Json } : null;
}

function isTaxInclusive({ priceCase }: DerivedInvoice): boolean {
  return priceCase.tax?.inclusive ?? false;
}

function usageWords({ invoice: { usageCount } }: Bill): string {
  return usageCount === 1n ? "1 usage event" : `${usageCount} usage events`;
}

function decimalText(amount: bigint, currency: string): string {
  return formatScaled(amount, minorUnits(parseCurrencyCode(currency)));
}
