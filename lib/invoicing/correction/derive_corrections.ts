/** Billed periods derived again whole from their facts, and what follows: lines that bill what is missing, credit for what is too much. */
import type { ContractFacts } from "../../../db/queries/billing_facts.ts";
import { lockContractFacts } from "../../../db/queries/billing_facts.ts";
import {
  type CreditableLineRecord,
  type CreditableRecord,
  lockCreditable,
} from "../../../db/queries/credit_note.ts";
import type { RunCorrection } from "../../../db/queries/invoice_run_correction.ts";
import {
  type BilledLine,
  type DerivedBefore,
  listBilledLines,
  listDerivedBefore,
} from "../../../db/queries/rederivation.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import { newId } from "../../core/clock.ts";
import { type MilepostError, milepostError } from "../../core/errors.ts";
import { creditOf } from "../credit/credit.ts";
import type { Credit } from "../credit/credit.ts";
import type { DerivedInvoice, DerivedLine } from "../derive.ts";
import { type BilledPeriod, type CutFacts, loadFacts } from "../facts.ts";
import type { Period } from "../price_case.ts";
import { requireNotWrittenOff } from "../settlement/steps.ts";
import { stateNames } from "../states.ts";
import { priced, refusalOr } from "../steps.ts";
import { type Changes, changesOf } from "./changes.ts";
import { differences, settle, type Settlement, type TakenBack } from "./difference.ts";
import { type CorrectionWords, correctionWords } from "./texts.ts";

/** What a credit note of a correction takes of one invoice. */
export interface CorrectionCredit {
  invoice: CreditableRecord & { number: string };
  credit: Credit<CreditableLineRecord>;
  /** What its lines say of themselves, by the id of the invoice line. */
  details: ReadonlyMap<string, string>;
}

export interface Correction {
  /** Of the item of the run that carries it. */
  position: number;
  contract: ContractFacts;
  period: Period;
  /** The one that bills the period. */
  invoiceId: string;
  rederivationId: string;
  facts: CutFacts;
  due: DerivedInvoice;
  settlement: Settlement;
  words: CorrectionWords;
  /** For the next invoice. */
  lines: DerivedLine[];
  credits: CorrectionCredit[];
}

/** Whether a line or a credit note follows from it. */
export function hasEffect({ settlement: { increases, takenBack } }: Correction): boolean {
  return increases.length > 0 || takenBack.length > 0;
}

/** Whether it comes to what is billed. */
export function isUnchanged(correction: Correction): boolean {
  return !hasEffect(correction) && correction.settlement.beyond === 0n;
}

/**
 * Derives each as of the cut-off and holds it against what is billed, or says why it cannot. The invoices stay as they are until
 * the commit, so that what is found can be stored.
 */
export async function deriveCorrections(
  db: TenantDb,
  asked: readonly RunCorrection[],
  cutOff: string,
): Promise<(Correction | MilepostError)[]> {
  if (asked.length === 0) return [];
  const contracts = await lockContractFacts(db, asked.map(({ contractId }) => contractId));
  const periods = asked.map(({ contractId, periodStart, periodEnd }): BilledPeriod => ({
    contract: contracts.get(contractId)!,
    period: { start: periodStart, end: periodEnd },
  }));
  const spans = periods.map(({ contract: { contractId }, period }) => ({ contractId, ...period }));
  const [facts, usageBefore, before] = await Promise.all([
    loadFacts(db, periods, cutOff),
    loadUsageBefore(db, asked, periods),
    listDerivedBefore(db, asked.map(({ invoiceId }) => invoiceId)),
  ]);
  const named = (await listBilledLines(db, spans)).flat().map(({ invoiceId }) => invoiceId);
  const creditable = await lockCreditable(db, [...new Set(named)]);
  const billed = await listBilledLines(db, spans); // as whoever held the locks before left them
  const invoices = new Map(creditable.map((invoice) => [invoice.id, invoice]));
  return asked.map((one, place) =>
    refusalOr(() =>
      correctionOf(one, periods[place], {
        facts: facts[place],
        usageBefore: usageBefore[place],
        before: before.get(one.invoiceId)!,
        billed: billed[place],
        invoices,
      })
    )
  );
}

/** The usage of each as of the cut-off that it was derived by before, in as few statements as there are such cut-offs. */
async function loadUsageBefore(
  db: TenantDb,
  asked: readonly RunCorrection[],
  periods: readonly BilledPeriod[],
): Promise<CutFacts["usage"][]> {
  const places = Map.groupBy(asked.keys(), (place) => asked[place].factsSnapshot);
  const found: CutFacts["usage"][] = [];
  await Promise.all([...places].map(async ([snapshot, some]) => {
    const facts = await loadFacts(db, some.map((place) => periods[place]), snapshot);
    some.forEach((place, index) => found[place] = facts[index].usage);
  }));
  return found;
}

interface Found {
  facts: CutFacts;
  usageBefore: CutFacts["usage"];
  before: DerivedBefore;
  billed: readonly BilledLine[];
  /** By id; what a correction takes of one is noted here for those that follow. */
  invoices: Map<string, CreditableRecord>;
}

function correctionOf(
  { position, invoiceId }: RunCorrection,
  { contract, period }: BilledPeriod,
  { facts: now, usageBefore, before, billed, invoices }: Found,
): Correction {
  // A correction keeps place, rate and tax point of what it corrects.
  const facts = { ...now, tax: now.tax && (before.taxFacts ?? now.tax) };
  const due = priced(contract, period, facts);
  const settlement = settle(differences(due.lines, billed));
  const changes: Changes = changesOf({ priceCase: before.priceCase, usage: usageBefore }, {
    priceCase: due.priceCase,
    usage: facts.usage,
  });
  const words = correctionWords({ number: before.number, period, currency: due.currency, changes, facts });
  const rederivationId = newId<"rederivation">();
  const taxPoint = period.end.subtract({ days: 1 });
  const credits = [...Map.groupBy(settlement.takenBack, ({ line }) => line.invoiceId)].map(([id, taken]) => {
    const credit = creditFrom(requireCreditable(invoices.get(id)!), taken);
    invoices.set(id, withCredit(invoices.get(id)!, credit.credit));
    return {
      ...credit,
      details: new Map(taken.map(({ line, of }) => [line.id, words.takenDetail(of)])),
    };
  });
  return {
    position,
    contract: facts.contract,
    period,
    invoiceId,
    rederivationId,
    facts,
    due,
    settlement,
    words,
    lines: settlement.increases.map(({ of, amount }): DerivedLine => {
      const { dueAmount, billed } = of;
      const said = of.due ?? of.lines[0];
      return {
        kind: said.kind,
        chargeId: said.chargeId,
        vehicleId: said.vehicleId,
        description: said.description,
        taxCategory: said.taxCategory,
        taxPercent: said.taxPercent,
        ...(of.due?.tax ? { tax: of.due.tax } : {}),
        detail: words.addedDetail(of),
        quantity: null,
        unitPrice: null,
        amount,
        steps: words.steps(of, amount),
        corrects: { rederivationId, taxPoint, billed, due: dueAmount },
      };
    }),
    credits,
  };
}

function creditFrom(
  invoice: CreditableRecord & { number: string },
  taken: readonly TakenBack[],
): Omit<CorrectionCredit, "details"> {
  const lines = new Map(invoice.lines.map((line) => [line.id, line]));
  const parts = taken.map(({ line, amount }) => ({ line: lines.get(line.id)!, amount }))
    .sort((left, right) => left.line.position - right.line.position);
  return { invoice, credit: creditOf(invoice, parts) };
}

/** The invoice after a credit note, for the next one of the same transaction. */
function withCredit(invoice: CreditableRecord, { parts }: Credit<CreditableLineRecord>): CreditableRecord {
  const taken = new Map(parts.map(({ line, amount }) => [line.id, amount]));
  return {
    ...invoice,
    lines: invoice.lines.map((line) => ({ ...line, credited: line.credited + (taken.get(line.id) ?? 0n) })),
  };
}

function requireCreditable(invoice: CreditableRecord): CreditableRecord & { number: string } {
  const { number, state } = invoice;
  if (number !== null && (state === "issued" || state === "partially_paid" || state === "paid")) {
    requireNotWrittenOff({ ...invoice, number }, "credited");
    return { ...invoice, number };
  }
  throw milepostError("IllegalTransition", {
    message: number === null
      ? "The invoice that bills it is still a draft. Issue it, then prepare the run again."
      : `Invoice ${number} is ${stateNames[state]}, so nothing can be taken back from it.`,
    fields: [{ field: "state", value: state }],
  });
}
