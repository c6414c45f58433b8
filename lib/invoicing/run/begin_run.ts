/** How a run begins, whether a person or a schedule prepares it: what there is to bill, kept with its cut-off, and its preview under way. */
import { insertInvoiceRun, listRunContracts } from "../../../db/queries/invoice_run.ts";
import { insertInvoiceRunItems, type NewInvoiceRunItem } from "../../../db/queries/invoice_run_item.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import type { CommandContext } from "../../core/command.ts";
import { milepostError } from "../../core/errors.ts";
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
  const items = await findItems(db, billingEntityId, period);
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
  await enqueueChunks(context, runJobKinds.preview, runId, items.length);
  context.emit("invoice_run.prepared", runId, { items: items.length });
  return { runId, items: items.length };
}

async function findItems(
  db: TenantDb,
  billingEntityId: string,
  period: Period,
): Promise<NewInvoiceRunItem[]> {
  const contracts = await listRunContracts(db, billingEntityId, period.start, period.end);
  return contracts
    .flatMap((contract) =>
      periodsEndingIn(contract, period, new Set(contract.billedStarts))
        .map(({ start, end }) => ({ contractId: contract.id, periodStart: start, periodEnd: end }))
    )
    .map((item, position) => ({ position, ...item }));
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
