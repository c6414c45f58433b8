/** What commands of this and other areas do to an invoice, on their own transaction: draft it, and issue it. */
import { type ContractFacts, lockContractFacts } from "../../db/queries/billing_facts.ts";
import {
  type BilledBefore,
  findInvoicesOfPeriods,
  insertDraftInvoices,
  insertInvoiceTransitions,
  type NewInvoice,
  setInvoicesIssued,
} from "../../db/queries/invoice.ts";
import { lockNumbers } from "../../db/queries/number_series.ts";
import { insertInvoiceTaxRegistrations } from "../../db/queries/tax_registration.ts";
import { actorKey } from "../core/actor.ts";
import { newId } from "../core/clock.ts";
import { type InvoiceId, isId } from "../core/ids.ts";
import type { CommandContext } from "../core/command.ts";
import { isMilepostError, type MilepostError, milepostError } from "../core/errors.ts";
import { standardNumberFormat, writeNumber } from "../core/number_format.ts";
import { localDate } from "../core/period.ts";
import { postInvoicesIssued } from "../ledger/steps.ts";
import {
  type GrantAsk,
  Grants,
  type GrantUse,
  lockWallets,
  payFromWallets,
  useGrants,
} from "../payments/wallet/steps.ts";
import { PriceCaseError } from "../pricing/price_case_error.ts";
import { requirePeriod } from "./billing_period.ts";
import { type DerivedInvoice, deriveInvoice } from "./derive.ts";
import { type BilledPeriod, type CutFacts, loadFacts } from "./facts.ts";
import type { Period } from "./price_case.ts";
import { ensureLinkKey } from "./link/steps.ts";
import { lockIssuedInvoices, settleInvoice } from "./settlement/steps.ts";
import { requireTransition, stateNames } from "./states.ts";
import { stateTaxes } from "./tax_currency/steps.ts";
import { periodLabel } from "./texts.ts";

type IssueContext = StepContext & Pick<CommandContext, "emit" | "secrets">;
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
  /** Whether it bills no period, but only corrects earlier ones. */
  onlyCorrections: boolean;
  /** Granted wallet money that it uses and no earlier bill of the period did. */
  grants: readonly GrantUse[];
}

/**
 * Locks the contract and derives the bill of a period that is over and was not billed. Throws `NotFound`, `InvalidInput`
 * (the period, or facts that contradict one another) and `AlreadyExists`, which names the invoice that bills it.
 */
export async function deriveBill(context: StepContext, input: PeriodInput): Promise<Bill> {
  const [bill] = await deriveBills(context, [input]);
  if (isMilepostError(bill)) throw bill;
  return bill;
}

/**
 * As `deriveBill`, for many at once with as few questions to the database as for one: each gives its bill, or why there is
 * none. The usage is that of an earlier cut-off if one is given; what was previewed uses the granted money that was held for it.
 */
export async function deriveBills(
  { db, now }: StepContext,
  inputs: readonly PeriodInput[],
  { cutOff, isPreviewed = false }: { cutOff?: string; isPreviewed?: boolean } = {},
): Promise<(Bill | MilepostError)[]> {
  const contracts = await lockContractFacts(db, inputs.map(({ contractId }) => contractId).filter(isId));
  const found = inputs.map((input) => refusalOr(() => requireBillable(contracts, input, now)));
  const billable = found.filter((one): one is BilledPeriod => !isMilepostError(one));
  const spans = billable.map(({ contract: { contractId }, period }) => ({ contractId, ...period }));
  const [billed, facts, grants] = await Promise.all([
    findInvoicesOfPeriods(db, spans),
    loadFacts(db, billable, cutOff),
    Grants.lock(db, billable.map(({ contract: { customer } }) => customer.id)),
  ]);
  const bills = new Map(billable.map((one, place) => {
    return [
      one,
      refusalOr(() => {
        requireNotBilled(one, billed[place]);
        return billWith(grants, one, draftedAt(facts[place], now), { now, isPreviewed });
      }),
    ];
  }));
  return found.map((one) => isMilepostError(one) ? one : bills.get(one)!);
}

/** The tax of some countries depends on the day of the draft. */
function draftedAt(facts: CutFacts, now: Temporal.Instant): CutFacts {
  const draftedOn = localDate(now, facts.contract.entity.zone).toString();
  return facts.tax === null ? facts : { ...facts, tax: { ...facts.tax, draftedOn } };
}

/** What the work gives, or what it refuses. A fault that is nobody's input is thrown. */
export function refusalOr<Result>(work: () => Result): Result | MilepostError {
  try {
    return work();
  } catch (error) {
    if (!isMilepostError(error) || error.status >= 500) throw error;
    return error;
  }
}

function requireBillable(
  contracts: ReadonlyMap<string, ContractFacts>,
  input: PeriodInput,
  now: Temporal.Instant,
): BilledPeriod {
  const contract = contracts.get(input.contractId);
  if (!contract) {
    throw milepostError("NotFound", {
      message: "There is no such contract. Choose one from the list of contracts.",
      fields: [{ field: "contractId", value: input.contractId }],
    });
  }
  return { contract, period: requirePeriod({ ...contract, zone: contract.entity.zone }, input, now) };
}

function requireNotBilled({ contract }: BilledPeriod, billed: BilledBefore | undefined): void {
  if (!billed) return;
  const { number, state, id } = billed;
  const by = number ? `invoice ${number}` : `a ${stateNames[state]} invoice`;
  throw milepostError("AlreadyExists", {
    message: `${periodLabel({ start: billed.periodStart, end: billed.periodEnd })} of contract ` +
      `${contract.reference} is billed by ${by}. Open that one instead.`,
    fields: [{ field: "invoiceId", value: id, rule: "A period is billed once." }],
  });
}

/**
 * The bill with the granted money that it can use. What is offered is priced first, to see how much of it the bill takes;
 * then the bill says that amount, so that it is the same when it is derived again.
 */
function billWith(
  grants: Grants,
  billed: BilledPeriod,
  facts: CutFacts,
  { now, isPreviewed }: { now: Temporal.Instant; isPreviewed: boolean },
): Bill {
  const { contract, period } = billed;
  const { contract: { contractId, customer, entity, plan } } = facts;
  const ask: GrantAsk = {
    contractId,
    customerId: customer.id,
    billingEntityId: entity.id,
    currency: plan.currency,
    periodStart: period.start,
    today: localDate(now, entity.zone),
    isPreviewed,
  };
  const offered = facts.granted.length > 0 ? [] : grants.offer(ask);
  if (offered.length === 0) return billOf(contract, period, facts, []);
  const taken = grantsTaken(priced(contract, period, { ...facts, granted: offered }), offered);
  const bill = billOf(contract, period, { ...facts, granted: taken }, taken);
  grants.take(ask, taken);
  return bill;
}

function billOf(
  contract: ContractFacts,
  period: Period,
  facts: CutFacts,
  grants: readonly GrantUse[],
): Bill {
  const invoice = priced(contract, period, facts);
  return {
    contract: facts.contract,
    period,
    facts,
    invoice,
    outcome: outcomeOf(invoice),
    onlyCorrections: false,
    grants,
  };
}

/** How much of each offer an invoice takes, without those of which it takes nothing. */
function grantsTaken({ discounts }: DerivedInvoice, offered: readonly GrantUse[]): GrantUse[] {
  return offered.map((offer) => ({ ...offer, amount: discounts.get(offer.walletCreditId) ?? 0n }))
    .filter(({ amount }) => amount > 0n);
}

/** The invoice of a contract for a period. Throws `InvalidInput` that names both where the facts contradict one another. */
export function priced(contract: ContractFacts, period: Period, facts: CutFacts): DerivedInvoice {
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

/** An invoice over nothing says that discounts took all that there was; where nothing was, there is none. */
export function outcomeOf({ total, lines }: DerivedInvoice): Bill["outcome"] {
  if (total < 0n) return "credit";
  return total > 0n || lines.some(({ kind }) => kind === "discount") ? "invoice" : "nothing";
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

/** Stores bills as drafts, each with a snapshot of every name, address, rate and text that it shows. */
export async function storeDrafts(
  { db, actor, now }: StepContext,
  bills: readonly Bill[],
  reason: string,
): Promise<Draft[]> {
  if (bills.length === 0) return [];
  // The list is in the order of ids, and ids of one moment have none: these get that of the bills, as their numbers will.
  const ids = bills.map(() => newId<"invoice">()).sort();
  const drafts = bills.map((bill, place) => newDraft(ids[place], bill));
  await Promise.all([
    insertDraftInvoices(db, drafts),
    insertInvoiceTransitions(
      db,
      now,
      drafts.map(({ id }) => ({ invoiceId: id, from: null, to: "draft", actor: actorKey(actor), reason })),
    ),
  ]);
  await useGrants(
    { db, now },
    drafts.flatMap(({ id: invoiceId, contractId, periodStart: start }, place) =>
      bills[place].grants.map((use) => ({ ...use, invoiceId, contractId, start }))
    ),
  );
  return drafts.map(({ id, currency, total, taxTotal }, place) => {
    const { entity, customer: { id: customerId, paymentTermsDays } } = bills[place].contract;
    return { id, entity, customerId, paymentTermsDays, currency, total, taxTotal };
  });
}

function newDraft(
  id: InvoiceId,
  { contract, period, facts, invoice, onlyCorrections }: Bill,
): NewInvoice & { contractId: string; periodStart: Temporal.PlainDate } {
  const { customer, entity } = contract;
  // No plan is in force in a period that an amendment took out of the contract: its corrections stand under the agreed one.
  const plans = facts.plans.length > 0 ? facts.plans : [contract.plan];
  const [plan, ...plansBefore] = plans.map(({ reference, name, version }) => ({ reference, name, version }))
    .toReversed();
  const vehicles = new Map(
    facts.stays.map(({ vehicleId: id, reference, plate }) => [id, { id, reference, plate }]),
  );
  return {
    ...invoice,
    id,
    billingEntityId: entity.id,
    customerId: customer.id,
    contractId: contract.contractId,
    periodStart: period.start,
    periodEnd: period.end,
    onlyCorrections,
    factsSnapshot: facts.snapshot,
    seller: { ...entity },
    buyer: { ...customer },
    terms: {
      contract: contract.reference,
      period: onlyCorrections ? correctionsLabel(invoice, period) : periodLabel(period),
      plan,
      ...(plansBefore.length > 0 ? { plansBefore: plansBefore.toReversed() } : {}),
      paymentTermsDays: customer.paymentTermsDays,
    },
    vehicles: [...vehicles.values()],
    taxFacts: facts.tax,
    lines: invoice.lines.map((line) => ({ ...line, id: newId<"invoice line">() })),
  };
}

/** What an invoice is for that bills no period. */
function correctionsLabel({ lines }: DerivedInvoice, last: Period): string {
  const corrected = new Set(lines.map(({ corrects }) => corrects?.rederivationId));
  return corrected.size === 1 ? `Correction of ${periodLabel(last)}` : "Corrections of earlier periods";
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
  context: IssueContext,
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
  context: IssueContext,
  drafts: readonly Draft[],
  { approvedBy, approved, issued }: IssueReasons,
): Promise<Issued[]> {
  if (drafts.length === 0) return [];
  const { db, actor, now } = context;
  requireTransition("draft", "approved");
  requireTransition("approved", "issued");
  const { entity } = drafts[0];
  const today = localDate(now, entity.zone);
  const customerIds = drafts.map(({ customerId }) => customerId);
  const [wallets] = await Promise.all([
    lockWallets(db, entity.id, customerIds, today),
    insertInvoiceTransitions(
      db,
      now,
      drafts.flatMap(({ id }) => [
        { invoiceId: id, from: "draft", to: "approved", actor: approvedBy, reason: approved },
        { invoiceId: id, from: "approved", to: "issued", actor: actorKey(actor), reason: issued },
      ]),
    ),
  ]);
  await stateTaxes(context, drafts.map(({ id }) => id), today);
  const series = { billingEntityId: entity.id, documentType: "invoice" as const, year: today.year };
  const { first, issueDate, format } = await lockNumbers(db, series, today, drafts.length);
  const written = format ?? standardNumberFormat(entity.numberPrefix, "invoice");
  const marks = drafts.map((draft, index) => {
    const seriesNumber = first + BigInt(index);
    return {
      invoiceId: draft.id,
      seriesYear: today.year,
      seriesNumber,
      number: writeNumber(written, today.year, seriesNumber),
      issueDate,
      dueDate: issueDate.add({ days: draft.paymentTermsDays }),
    };
  });
  await Promise.all([
    setInvoicesIssued(db, marks),
    insertInvoiceTaxRegistrations(db, marks.map(({ invoiceId }) => invoiceId), issueDate),
    postInvoicesIssued(
      db,
      drafts.map(({ id, customerId, currency, total, taxTotal }, index) => ({
        invoiceId: id,
        billingEntityId: entity.id,
        customerId,
        number: marks[index].number,
        issueDate,
        currency,
        total,
        tax: taxTotal,
      })),
    ),
  ]);
  await settleNothing(context, drafts.filter(({ total }) => total === 0n).map(({ id }) => id));
  await ensureLinkKey(context);
  if (wallets.length > 0) await payFromWallets(context, drafts.map(({ id }) => id), wallets);
  return marks;
}

/** Marks invoices over nothing as paid: there is nothing to wait for. */
async function settleNothing(context: StepContext, invoiceIds: readonly string[]): Promise<void> {
  for (const invoice of await lockIssuedInvoices(context.db, invoiceIds)) {
    await settleInvoice(context, invoice, 0n, "Nothing is to pay");
  }
}
