/** What commands do to credit notes, on their own transaction: draft them, and issue them with all that follows. */
import {
  type CreditableLineRecord,
  type CreditableRecord,
  findNumberingEntity,
  insertCreditNoteCorrection,
  insertCreditNoteTransitions,
  insertDraftCreditNote,
  setCreditNoteIssued,
} from "../../../db/queries/credit_note.ts";
import { lockNumbers } from "../../../db/queries/number_series.ts";
import type { CreditPurpose } from "../../../db/schema.ts";
import { actorKey } from "../../core/actor.ts";
import { newId } from "../../core/clock.ts";
import type { CommandContext } from "../../core/command.ts";
import { parseCurrencyCode } from "../../core/currency.ts";
import { formatMoney, money, moneyToDecimal } from "../../core/money.ts";
import { standardNumberFormat, writeNumber } from "../../core/number_format.ts";
import { localDate } from "../../core/period.ts";
import { postCreditNoteIssued } from "../../ledger/steps.ts";
import { lockPaymentsOf, releasePayments } from "../../payments/steps.ts";
import { creditInvoice, lockIssuedInvoices } from "../settlement/steps.ts";
import { stateCreditTax } from "../tax_currency/steps.ts";
import type { Credit } from "./credit.ts";

type StepContext = Pick<CommandContext, "db" | "actor" | "now" | "emit">;

/** A stored draft, ready to be issued; minor units. */
export interface CreditNoteDraft {
  id: string;
  invoiceId: string;
  invoiceNumber: string;
  billingEntityId: string;
  customerId: string;
  currency: string;
  total: bigint;
  taxTotal: bigint;
}

/** The words of a credit note, and what it corrects if a run found that. */
export interface CreditWords {
  purpose: CreditPurpose;
  reason: string;
  /** The period whose derivation it follows from, and what its lines say of themselves, by the id of the invoice line. */
  correction?: {
    rederivationId: string;
    /** In words. */
    period: string;
    taxPoint: Temporal.PlainDate;
    details: ReadonlyMap<string, string>;
  };
}

/** Stores a credit note of a locked invoice as a draft, with all that it shows; from then on it counts as credited. */
export async function storeCreditNote(
  { db, actor, now }: StepContext,
  invoice: CreditableRecord & { number: string },
  credit: Credit<CreditableLineRecord>,
  { purpose, reason, correction }: CreditWords,
): Promise<CreditNoteDraft> {
  const id = newId<"credit note">();
  const { customerId, billingEntityId, currency, number } = invoice;
  const { total, taxTotal } = credit;
  await insertDraftCreditNote(db, {
    ...credit,
    id,
    billingEntityId,
    customerId,
    invoiceId: invoice.id,
    currency,
    purpose,
    reason,
    taxPoint: correction?.taxPoint ?? invoice.taxPoint,
    taxInclusive: invoice.taxInclusive,
    rounding: invoice.rounding,
    seller: invoice.seller,
    buyer: invoice.buyer,
    terms: {
      ...(invoice.terms as object),
      ...(correction ? { period: correction.period } : {}),
      invoice: number,
      invoiceDate: String(invoice.issueDate),
    },
    lines: credit.parts.map(({ line, amount }) => ({
      id: newId<"credit note line">(),
      invoiceLineId: line.id,
      description: line.description,
      detail: correction?.details.get(line.id) ?? line.detail,
      amount,
      taxCategory: line.taxCategory,
      taxPercent: line.taxPercent,
    })),
  });
  if (correction) await insertCreditNoteCorrection(db, id, correction.rederivationId);
  await stateCreditTax(db, id, invoice.id);
  await insertCreditNoteTransitions(db, now, [
    { creditNoteId: id, from: null, to: "draft", actor: actorKey(actor), reason },
  ]);
  return {
    id,
    invoiceId: invoice.id,
    invoiceNumber: number,
    billingEntityId,
    customerId,
    currency,
    total,
    taxTotal,
  };
}

export interface IssuedCreditNote {
  number: string;
  issueDate: Temporal.PlainDate;
  /** What payments had settled of the invoice and is credit of the customer now; minor units. */
  released: bigint;
}

/**
 * Issues drafts of one entity in their order: what is open on each invoice goes down, payments give back what is above it,
 * numbers, dates, postings. The series is locked last, so that others wait for the shortest time.
 */
export async function issueCreditNotes(
  context: StepContext,
  drafts: readonly CreditNoteDraft[],
  reason: string,
): Promise<IssuedCreditNote[]> {
  if (drafts.length === 0) return [];
  const { db, actor, now } = context;
  const entity = await findNumberingEntity(db, drafts[0].billingEntityId);
  const today = localDate(now, entity.zone);
  const invoiceIds = [...new Set(drafts.map(({ invoiceId }) => invoiceId))];
  await lockPaymentsOf(db, invoiceIds);
  await lockIssuedInvoices(db, invoiceIds);
  const released: bigint[] = [];
  for (const draft of drafts) released.push(await takeOffInvoice(context, draft));
  await insertCreditNoteTransitions(
    db,
    now,
    drafts.map(({ id }) => ({
      creditNoteId: id,
      from: "draft",
      to: "issued",
      actor: actorKey(actor),
      reason,
    })),
  );
  const series = { billingEntityId: entity.id, documentType: "credit_note" as const, year: today.year };
  const { first, issueDate, format } = await lockNumbers(db, series, today, drafts.length);
  const written = format ?? standardNumberFormat(entity.numberPrefix, "credit_note");
  const issued: IssuedCreditNote[] = [];
  for (const [index, draft] of drafts.entries()) {
    const seriesNumber = first + BigInt(index);
    const number = writeNumber(written, today.year, seriesNumber);
    await setCreditNoteIssued(db, draft.id, { seriesYear: today.year, seriesNumber, number, issueDate });
    await postCreditNoteIssued(db, {
      ...draft,
      creditNoteId: draft.id,
      tax: draft.taxTotal,
      number,
      issueDate,
    });
    context.emit("credit_note.issued", draft.id, {
      number,
      invoiceId: draft.invoiceId,
      customerId: draft.customerId,
      currency: draft.currency,
      total: moneyToDecimal(money(draft.total, parseCurrencyCode(draft.currency))),
    });
    issued.push({ number, issueDate, released: released[index] });
  }
  return issued;
}

/** Lowers what is open on the invoice of a draft; gives what payments had to give back for it. */
async function takeOffInvoice(
  context: StepContext,
  { invoiceId, total, currency }: CreditNoteDraft,
): Promise<bigint> {
  const [invoice] = await lockIssuedInvoices(context.db, [invoiceId]); // as the draft before it left it
  const released = total > invoice.openAmount ? total - invoice.openAmount : 0n;
  await releasePayments(context, invoiceId, released);
  const reason = `A credit note took ${formatMoney(money(total, parseCurrencyCode(currency)), "en-GB")} off`;
  const state = await creditInvoice(context, invoice, { total, released }, reason);
  if (state === "credited") context.emit("invoice.credited", invoiceId, { number: invoice.number });
  return released;
}
