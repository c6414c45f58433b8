/** How a run begins, whether a person or a schedule prepares it: what there is to bill, kept with its cut-off, and its preview under way. */
import { type BilledPeriodFacts, listPeriodsDueAgain } from "../../../db/queries/changed_period.ts";
import { insertInvoiceRun, listRunContracts } from "../../../db/queries/invoice_run.ts";
import { insertInvoiceRunItems, type NewInvoiceRunItem } from "../../../db/queries/invoice_run_item.ts";
import { insertRunCorrections } from "../../../db/queries/invoice_run_correction.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import type { CommandContext } from "../../core/command.ts";
import { milepostError } from "../../core/errors.ts";
import { findChangedPeriods } from "../correction/changed_periods.ts";
import type { Period } from "../price_case.ts";
import { periodsEndingIn } from "./scope.ts";
import { runJobKinds } from "./states.ts";

/** Items of one job: enough to keep a transaction busy, few enough that it is short. */
export const itemsPerChunk = 50;

export interface RunBeginning {
  billingEntityId: string;
  /** A month that is over in the zone of the entity. */
  period: Period;
  /** Who answers for it and so does not approve it, as `actorKey` writes them. */
  preparedBy: string;
  /** The due time of the schedule that prepares it. */
  scheduledFor?: Temporal.Instant;
  /** Whether its invoices go to the customers when it is done; true if left out. */
  sendsInvoices?: boolean;
}

/** Begins a run; nothing when there is nothing to bill. Throws `Conflict` when another one of its scope begins at this moment. */
export async function beginRun(
  context: CommandContext,
  { billingEntityId, period, preparedBy, scheduledFor, sendsInvoices = true }: RunBeginning,
): Promise<{ runId: string; items: number } | undefined> {
  const { db, now } = context;
  const billed = await findPeriods(db, billingEntityId, period);
  const changed = await findChanges(db, billingEntityId, period, billed);
  const items = itemsOf(billed, changed);
  if (items.length === 0) return undefined;
  const runId = await insertInvoiceRun(db, {
    billingEntityId,
    periodStart: period.start,
    periodEnd: period.end,
    itemCount: items.length,
    preparedBy,
    preparedAt: now,
    scheduledFor,
    sendsInvoices,
  });
  if (runId === undefined) throw milepostError("Conflict");
  await insertInvoiceRunItems(db, runId, items);
  const carriers = new Map(items.map(({ contractId, position }) => [contractId, position]));
  await insertRunCorrections(
    db,
    runId,
    changed.map((one) => ({ ...one, position: carriers.get(one.contractId)! })),
  );
  await enqueueChunks(context, runJobKinds.preview, runId, items.length);
  context.emit("invoice_run.prepared", runId, { items: items.length });
  return { runId, items: items.length };
}

/** A period that the run bills. */
interface RunPeriod extends Period {
  contractId: string;
  /** Of the contract. */
  reference: string;
}

/** Those that end in the month, and earlier ones whose invoice was voided, or credited to be billed again. */
async function findPeriods(db: TenantDb, billingEntityId: string, month: Period): Promise<RunPeriod[]> {
  const [contracts, again] = await Promise.all([
    listRunContracts(db, billingEntityId, month.start, month.end),
    listPeriodsDueAgain(db, billingEntityId, month.start),
  ]);
  return [
    ...again.map(({ periodStart: start, periodEnd: end, contractId, reference }) => {
      return { contractId, reference, start, end };
    }),
    ...contracts.flatMap((contract) =>
      periodsEndingIn(contract, month, new Set(contract.billedStarts))
        .map((period) => ({ contractId: contract.id, reference: contract.reference, ...period }))
    ),
  ];
}

/** The billed periods whose facts changed, but for those that the run bills whole. */
async function findChanges(
  db: TenantDb,
  billingEntityId: string,
  month: Period,
  billed: readonly RunPeriod[],
): Promise<BilledPeriodFacts[]> {
  const own = new Set(billed.map(({ contractId, start }) => `${contractId} ${start}`));
  const changed = await findChangedPeriods(db, billingEntityId, month.end);
  return changed.filter(({ contractId, periodStart }) => !own.has(`${contractId} ${periodStart}`));
}

/** By contract and period. A contract that is only corrected has an item for that, named by the last period it is about. */
function itemsOf(billed: readonly RunPeriod[], changed: readonly BilledPeriodFacts[]): NewInvoiceRunItem[] {
  const contractIds = new Set(billed.map(({ contractId }) => contractId));
  const corrected = new Map(
    changed.filter(({ contractId }) => !contractIds.has(contractId)).map((one) => [one.contractId, one]),
  );
  const items = [
    ...billed.map(({ contractId, reference, start, end }) => {
      return { contractId, reference, periodStart: start, periodEnd: end, onlyCorrections: false };
    }),
    ...[...corrected.values()].map(({ contractId, reference, periodStart, periodEnd }) => {
      return { contractId, reference, periodStart, periodEnd, onlyCorrections: true };
    }),
  ].sort((left, right) =>
    (left.reference < right.reference ? -1 : left.reference > right.reference ? 1 : 0) ||
    Temporal.PlainDate.compare(left.periodStart, right.periodStart)
  );
  return items.map(({ reference: _, ...item }, position) => ({ position, ...item }));
}

/** Writes the jobs of one kind for all items of a run. */
export async function enqueueChunks(
  { enqueue }: CommandContext,
  kind: string,
  runId: string,
  items: number,
): Promise<void> {
  for (let from = 0; from < items; from += itemsPerChunk) {
    const payload = { runId, from, to: Math.min(from + itemsPerChunk, items) };
    await enqueue(kind, payload, { uniqueKey: `${runId}/${from}` });
  }
}
