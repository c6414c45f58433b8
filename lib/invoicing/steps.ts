/** What commands of this and other areas do to an invoice, on their own transaction: draft it, and issue it. */
import { type ContractFacts, lockContractFacts } from "../../db/queries/billing_facts.ts";
import {
  findInvoiceOfPeriod,
  insertDraftInvoice,
  insertInvoiceTransitions,
  setInvoiceIssued,
} from "../../db/queries/invoice.ts";
import { lockNumbers } from "../../db/queries/number_series.ts";
import { actorKey } from "../core/actor.ts";
import { newId } from "../core/clock.ts";
import type { CommandContext } from "../core/command.ts";
import { milepostError } from "../core/errors.ts";
import { localDate } from "../core/period.ts";
import { postInvoiceIssued } from "../ledger/steps.ts";
import { PriceCaseError } from "../pricing/price_case_error.ts";
import { requirePeriod } from "./billing_period.ts";
import { type DerivedInvoice, deriveInvoice } from "./derive.ts";
import { type CutFacts, loadFacts } from "./facts.ts";
import type { Period } from "./price_case.ts";
import { requireTransition, stateNames } from "./states.ts";
import { invoiceNumber, periodLabel } from "./texts.ts";

type StepContext = Pick<CommandContext, "db" | "actor" | "now">;

/** A contract's period as commands take it: dates, `[periodStart, periodEnd)`. */
export interface PeriodInput {
  contractId: string;
  periodStart: string;
  periodEnd: string;
}

/** The bill of a period, not yet stored. */
export interface Bill {
  contract: ContractFacts;
  period: Period;
  facts: CutFacts;
  invoice: DerivedInvoice;
  /** `nothing` to bill, or `credit` owed to the customer, which an invoice cannot say: neither becomes an invoice. */
  outcome: "invoice" | "nothing" | "credit";
}

/**
 * Locks the contract and derives the bill of a period that is over and was not billed. Throws `NotFound`, `InvalidInput`
 * (the period, or facts that contradict one another) and `AlreadyExists`, which names the invoice that bills it.
 * The usage is that of an earlier cut-off if one is given.
 */
export async function deriveBill(
  { db, now }: StepContext,
  input: PeriodInput,
  cutOff?: string,
): Promise<Bill> {
  const contract = await lockContractFacts(db, input.contractId);
  if (!contract) {
    throw milepostError("NotFound", {
      message: "There is no such contract. Choose one from the list of contracts.",
      fields: [{ field: "contractId", value: input.contractId }],
    });
  }
  const period = requirePeriod({ ...contract, zone: contract.entity.zone }, input, now);
  const [billed, facts] = await Promise.all([
    findInvoiceOfPeriod(db, contract.contractId, period),
    loadFacts(db, contract, period, cutOff),
  ]);
  if (billed) {
    const { number, state, id } = billed;
    throw milepostError("AlreadyExists", {
      message: `${periodLabel({ start: billed.periodStart, end: billed.periodEnd })} of contract ` +
        `${contract.reference} is billed by ${
          number ? `invoice ${number}` : `a ${stateNames[state]} invoice`
        }. ` +
        "Open that one instead.",
      fields: [{ field: "invoiceId", value: id, rule: "A period is billed once." }],
    });
  }
  const invoice = priced(contract, period, facts);
  const outcome = invoice.total > 0n ? "invoice" : invoice.total === 0n ? "nothing" : "credit";
  return { contract, period, facts, invoice, outcome };
}

function priced(contract: ContractFacts, period: Period, facts: CutFacts): DerivedInvoice {
  try {
    return deriveInvoice(facts, period);
  } catch (error) {
    if (!(error instanceof PriceCaseError)) throw error;
    throw milepostError("InvalidInput", {
      message: `Contract ${contract.reference} cannot be priced for ${periodLabel(period)}. ${error.message}`,
      fields: error.faults.map(({ path, value, allowed }) => ({
        field: path,
        value,
        rule: `Allowed: ${allowed}.`,
      })),
      cause: error,
    });
  }
}

/** A stored draft, ready to be issued. */
export interface Draft {
  id: string;
  entity: { id: string; zone: string; numberPrefix: string };
  customerId: string;
  paymentTermsDays: number;
  currency: string;
  total: bigint;
  taxTotal: bigint;
}

/** Stores the bill as a draft, with a snapshot of every name, address, rate and text that it shows. */
export async function storeDraft(
  { db, actor, now }: StepContext,
  { contract, period, facts, invoice }: Bill,
  reason: string,
): Promise<Draft> {
  const { customer, entity, plan } = contract;
  const id = newId<"invoice">();
  await Promise.all([
    insertDraftInvoice(db, {
      ...invoice,
      id,
      billingEntityId: entity.id,
      customerId: customer.id,
      contractId: contract.contractId,
      periodStart: period.start,
      periodEnd: period.end,
      factsSnapshot: facts.snapshot,
      seller: { ...entity },
      buyer: { ...customer },
      terms: {
        contract: contract.reference,
        period: periodLabel(period),
        plan: { reference: plan.reference, name: plan.name, version: plan.version },
        paymentTermsDays: customer.paymentTermsDays,
      },
      vehicles: [
        ...new Map(facts.stays.map(({ vehicleId, reference, plate }) => [vehicleId, { reference, plate }])),
      ]
        .map(([id, names]) => ({ id, ...names })),
      lines: invoice.lines.map((line) => ({ ...line, id: newId<"invoice line">() })),
    }),
    insertInvoiceTransitions(db, id, now, [{ from: null, to: "draft", actor: actorKey(actor), reason }]),
  ]);
  return {
    id,
    entity,
    customerId: customer.id,
    paymentTermsDays: customer.paymentTermsDays,
    currency: invoice.currency,
    total: invoice.total,
    taxTotal: invoice.taxTotal,
  };
}

export interface Issued {
  number: string;
  issueDate: Temporal.PlainDate;
  dueDate: Temporal.PlainDate;
}

/**
 * Approves and issues a draft: number, dates, postings. The series is locked last, so others wait for the shortest time;
 * the date is today in the zone of the entity, but never before an earlier number's.
 */
export async function issueDraft(
  context: StepContext,
  draft: Draft,
  reasons: { approved: string; issued: string },
): Promise<Issued> {
  const by = actorKey(context.actor);
  const [issued] = await issueDrafts(context, [draft], { approvedBy: by, ...reasons });
  return issued;
}

/** Who approved, and why the drafts were approved and issued. */
export interface IssueReasons {
  approvedBy: string;
  approved: string;
  issued: string;
}

/** As `issueDraft`, for drafts of one entity: they get consecutive numbers in their order. */
export async function issueDrafts(
  { db, actor, now }: StepContext,
  drafts: readonly Draft[],
  { approvedBy, approved, issued }: IssueReasons,
): Promise<Issued[]> {
  if (drafts.length === 0) return [];
  requireTransition("draft", "approved");
  requireTransition("approved", "issued");
  const { entity } = drafts[0];
  const today = localDate(now, entity.zone);
  await Promise.all(drafts.map(({ id }) =>
    insertInvoiceTransitions(db, id, now, [
      { from: "draft", to: "approved", actor: approvedBy, reason: approved },
      { from: "approved", to: "issued", actor: actorKey(actor), reason: issued },
    ])
  ));
  const series = { billingEntityId: entity.id, documentType: "invoice" as const, year: today.year };
  const { first, issueDate } = await lockNumbers(db, series, today, drafts.length);
  return await Promise.all(drafts.map(async (draft, index) => {
    const seriesNumber = first + BigInt(index);
    const number = invoiceNumber(entity.numberPrefix, today.year, seriesNumber);
    const dueDate = issueDate.add({ days: draft.paymentTermsDays });
    await Promise.all([
      setInvoiceIssued(db, draft.id, { seriesYear: today.year, seriesNumber, number, issueDate, dueDate }),
      postInvoiceIssued(db, {
        invoiceId: draft.id,
        billingEntityId: entity.id,
        customerId: draft.customerId,
        number,
        issueDate,
        currency: draft.currency,
        total: draft.total,
        tax: draft.taxTotal,
      }),
    ]);
    return { number, issueDate, dueDate };
  }));
}
