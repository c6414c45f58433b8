/** Writing, approving, issuing and discarding manual invoices. Saving keeps what was typed; from the approval on it must be right. */
import { listBillingEntities } from "../../../db/queries/billing_entity.ts";
import { listCustomerIds } from "../../../db/queries/contract_choice.ts";
import { lockCustomer } from "../../../db/queries/customer.ts";
import { findInvoiceRunPolicy } from "../../../db/queries/invoice_run_policy.ts";
import {
  insertManualInvoice,
  listManualLines,
  type ManualInvoiceRecord,
  type ManualTerms,
  replaceManualLines,
  setManualState,
  setManualTerms,
  type TypedLine,
} from "../../../db/queries/manual_invoice.ts";
import { requireCapability, requireOtherPerson } from "../../auth/policy.ts";
import { actorKey } from "../../core/actor.ts";
import { type CommandContext, defineCommand } from "../../core/command.ts";
import { minorUnits, parseCurrencyCode } from "../../core/currency.ts";
import { formatScaled } from "../../core/decimal.ts";
import { type FieldProblem, milepostError, refuseField } from "../../core/errors.ts";
import { readOptionalText, refuseCardNumber } from "../../core/input.ts";
import { money } from "../../core/money.ts";
import { localDate } from "../../core/period.ts";
import { issueDrafts } from "../steps.ts";
import { lineField } from "./read_manual.ts";
import { requireManualTransition } from "./states.ts";
import { lockVersion, type PricedManual, priceManual, storeManual } from "./steps.ts";
import { longestTexts } from "./typed_line.ts";

/** More lines than this are several invoices. */
export const mostLines = 1000;

export type ManualSaved = { manualInvoiceId: string; version: string };

/** Opens a draft for a customer: without lines, for today, on the customer's terms. Throws `InvalidInput`. */
export const createManualInvoice = defineCommand<{ customer: string; entity: string }, ManualSaved>({
  name: "manual_invoice.create",
  capability: "invoices.draft",
  subject: (_input, { manualInvoiceId }) => ({ type: "manual_invoice", id: manualInvoiceId }),
  async run({ db, actor, now }, { customer: reference, entity: prefix }) {
    const [ids, entities] = await Promise.all([listCustomerIds(db, [reference]), listBillingEntities(db)]);
    const customerId = ids.get(reference);
    const entity = entities.find(({ numberPrefix }) => numberPrefix === prefix);
    const problems: FieldProblem[] = [
      ...(customerId
        ? []
        : [{ field: "customer", value: reference, rule: "Choose a customer from the list." }]),
      ...(entity ? [] : [{ field: "entity", value: prefix, rule: "Choose a billing entity from the list." }]),
    ];
    if (!customerId || !entity) {
      throw milepostError("InvalidInput", { message: "Choose a customer and an entity.", fields: problems });
    }
    const customer = await lockCustomer(db, customerId);
    if (customer?.erasedAt) {
      refuseField("customer", reference, "This customer was erased. Choose another one.");
    }
    const manualInvoiceId = await insertManualInvoice(db, {
      billingEntityId: entity.id,
      customerId,
      currency: entity.currency,
      supplyDate: localDate(now, entity.zone).toString(),
      paymentTermsDays: String(customer!.paymentTermsDays),
      taxInclusive: false,
      buyerReference: "",
      purchaseOrder: "",
      note: "",
      createdBy: actorKey(actor),
      createdAt: now,
    });
    return { manualInvoiceId, version: "1" };
  },
});

/** The form of one page of lines: those after a position, so many of them, are replaced. */
export interface ManualChange extends ManualTerms {
  manualInvoiceId: string;
  /** Of the draft as it was read, so that a change made meanwhile is not lost. */
  version: string;
  after: number;
  replaced: number;
  lines: TypedLine[];
}

/**
 * Keeps what was typed, right or not. An approval is void afterwards. Throws `NotFound`, `Conflict` when someone changed the
 * draft meanwhile, `InvalidInput` for texts that are too long and too many lines, `IllegalTransition` once it is issued.
 */
export const saveManualInvoice = defineCommand<ManualChange, ManualSaved>({
  name: "manual_invoice.save",
  capability: "invoices.draft",
  subject: ({ manualInvoiceId }) => ({ type: "manual_invoice", id: manualInvoiceId }),
  // what is written may name people; the trail stays for ever
  detail: ({ version, after, lines }) => ({ version, after, lines: lines.length }),
  async run({ db, actor, now }, input) {
    const { manualInvoiceId, version, after, replaced } = input;
    const record = await lockVersion(db, manualInvoiceId, version);
    requireManualTransition(record.state, "draft");
    const terms = readTerms(input);
    requireLengths(input.lines, after);
    const kept = await listManualLines(db, record.id);
    const lines = [...input.lines, ...kept.slice(after + replaced)];
    if (Math.min(after, kept.length) + lines.length > mostLines) {
      refuseField("add", "", `An invoice has at most ${mostLines} lines. Write another one for the rest.`);
    }
    const by = { by: actorKey(actor), at: now };
    await setManualTerms(db, record.id, terms, by);
    await replaceManualLines(db, record.id, Math.min(after, kept.length), lines);
    return { manualInvoiceId: record.id, version: String(record.version + 1) };
  },
});

const longestNote = 1000;
const longestReference = 100;

function readTerms(input: ManualTerms): ManualTerms {
  const text = (field: "buyerReference" | "purchaseOrder" | "note", example: string, longest: number) =>
    readOptionalText(field, input[field], example, longest) ?? "";
  return {
    supplyDate: input.supplyDate.trim().slice(0, 20),
    paymentTermsDays: input.paymentTermsDays.trim().slice(0, 20),
    taxInclusive: input.taxInclusive,
    buyerReference: text("buyerReference", "Anna Reid, Fleet", longestReference),
    purchaseOrder: text("purchaseOrder", "PO-4471", longestReference),
    note: text("note", "Thank you for the quick return of the van.", longestNote),
  };
}

function requireLengths(lines: readonly TypedLine[], after: number): void {
  const fields: FieldProblem[] = [];
  lines.forEach((line, index) => {
    for (const [field, longest] of Object.entries(longestTexts) as [keyof TypedLine, number][]) {
      const name = lineField(after + index + 1, field);
      refuseCardNumber(name, line[field]);
      if (line[field].length <= longest && !/\p{Cc}/u.test(line[field])) continue;
      fields.push({
        field: name,
        value: line[field],
        rule: `Use at most ${longest} characters in one line.`,
      });
    }
  });
  if (fields.length > 0) throw milepostError("InvalidInput", { message: "Some texts are too long.", fields });
}

/** Names a version of a draft, so that nobody approves what they did not see. */
export type ManualVersion = { manualInvoiceId: string; version: string };

/** Approves what is written; the policy of runs says whether whoever wrote it may. Throws as `issueManualInvoice`. */
export const approveManualInvoice = defineCommand<ManualVersion, ManualSaved>({
  name: "manual_invoice.approve",
  capability: "invoices.approve",
  confirmed: true,
  subject: ({ manualInvoiceId }) => ({ type: "manual_invoice", id: manualInvoiceId }),
  async run(context, { manualInvoiceId, version }) {
    const record = await lockVersion(context.db, manualInvoiceId, version);
    requireManualTransition(record.state, "approved");
    await requireMayApprove(context, record, await priceManual(context.db, record));
    await setManualState(context.db, record.id, { state: "approved", approvedBy: actorKey(context.actor) });
    return { manualInvoiceId: record.id, version: String(record.version + 1) };
  },
});

export type ManualIssued = {
  outcome: "issued";
  invoiceId: string;
  number: string;
  issueDate: string;
  dueDate: string;
  currency: string;
  total: string;
  lines: number;
};

/**
 * Gives the invoice its number, posts it and keeps a snapshot, by the steps of every invoice; approves it, too, if nobody did.
 * Throws `NotFound`, `Conflict`, `InvalidInput` with every field that is not right, `IllegalTransition` and `NotPermitted`.
 */
export const issueManualInvoice = defineCommand<ManualVersion, ManualIssued>({
  name: "invoice.issue_manual",
  capability: "invoices.issue",
  confirmed: true,
  subject: (_input, { invoiceId }) => ({ type: "invoice", id: invoiceId }),
  detail: ({ manualInvoiceId }, { number, total, currency }) => ({
    manualInvoiceId,
    number,
    total,
    currency,
  }),
  async run(context, { manualInvoiceId, version }) {
    const { db, actor, emit } = context;
    const record = await lockVersion(db, manualInvoiceId, version);
    const manual = await priceManual(db, record);
    const { total, lines } = manual.priced;
    const currency = parseCurrencyCode(record.currency);
    if (record.state !== "approved") {
      requireManualTransition(record.state, "approved");
      await requireMayApprove(context, record, manual);
    }
    requireManualTransition("approved", "issued");
    requireCapability(actor, "invoices.issue", money(total, currency));
    const approvedBy = record.approvedBy ?? actorKey(actor);
    const draft = await storeManual(context, record, manual);
    const reasons = { approvedBy, approved: "Approved as written", issued: "Issued as written" };
    const [issued] = await issueDrafts(context, [draft], reasons);
    await setManualState(db, record.id, { state: "issued", approvedBy, invoiceId: draft.id });
    const amount = formatScaled(total, minorUnits(currency));
    emit("invoice.issued", draft.id, {
      number: issued.number,
      customerId: draft.customerId,
      currency,
      total: amount,
    });
    return {
      outcome: "issued",
      invoiceId: draft.id,
      number: issued.number,
      issueDate: issued.issueDate.toString(),
      dueDate: issued.dueDate.toString(),
      currency,
      total: amount,
      lines: lines.length,
    };
  },
});

/** Throws away what nobody needs; it is kept, and can no longer be changed. */
export const discardManualInvoice = defineCommand<ManualVersion, { manualInvoiceId: string }>({
  name: "manual_invoice.discard",
  capability: "invoices.draft",
  subject: ({ manualInvoiceId }) => ({ type: "manual_invoice", id: manualInvoiceId }),
  async run({ db }, { manualInvoiceId, version }) {
    const record = await lockVersion(db, manualInvoiceId, version);
    requireManualTransition(record.state, "discarded");
    await setManualState(db, record.id, { state: "discarded" });
    return { manualInvoiceId: record.id };
  },
});

async function requireMayApprove(
  { db, actor }: Pick<CommandContext, "db" | "actor">,
  record: ManualInvoiceRecord,
  { priced }: PricedManual,
): Promise<void> {
  requireCapability(actor, "invoices.approve", money(priced.total, parseCurrencyCode(record.currency)));
  const policy = await findInvoiceRunPolicy(db);
  if (policy && !policy.allowsOwnApproval) {
    requireOtherPerson(actorKey(actor), record.changedBy, "wrote this invoice");
  }
}
