/**
 * An invoice run: a stored preview with the cut-off of its facts, an approval that binds its results, then drafts in
 * chunks, one pass of numbers, and the books checked. Each step is a command of its own, so a run that is killed
 * anywhere goes on from its last commit to the same end.
 */
import { listBillingEntities } from "../../../db/queries/billing_entity.ts";
import {
  findInvoiceRun,
  findOpenInvoiceRun,
  type InvoiceRun,
  lockInvoiceRun,
  setInvoiceRunState,
} from "../../../db/queries/invoice_run.ts";
import { hashInvoiceRunItems, hasItemIn, sumPreviewedItems } from "../../../db/queries/invoice_run_item.ts";
import { setFailedRunJobsReady } from "../../../db/queries/invoice_run_job.ts";
import { findInvoiceRunPolicy, insertInvoiceRunPolicy } from "../../../db/queries/invoice_run_policy.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import { requireCapability, requireOtherPerson } from "../../auth/policy.ts";
import { actorKey } from "../../core/actor.ts";
import { type CommandContext, defineCommand } from "../../core/command.ts";
import { parseCurrencyCode } from "../../core/currency.ts";
import { milepostError, refuseField } from "../../core/errors.ts";
import { isId } from "../../core/ids.ts";
import { readOptionalText } from "../../core/input.ts";
import { money } from "../../core/money.ts";
import { localDate } from "../../core/period.ts";
import type { Period } from "../price_case.ts";
import { beginRun, enqueueChunks } from "./begin_run.ts";
import { monthName, parseMonth } from "./month.ts";
import { openRunStates, requireRunTransition, runJobKinds, runStateNames } from "./states.ts";
import { draftItems, enqueueDelivery, numberItems, previewItems } from "./steps.ts";

/** Invoices that get their numbers in one transaction, during which others wait for the series. */
export const numbersPerBlock = 200;

export interface RunInput {
  billingEntityId: string;
  /** `2024-01`: periods that end in this month, the first of the next one included, are billed. */
  month: string;
  /** Whether each invoice goes to its customer when the run is done; true if left out. */
  sendsInvoices?: boolean;
}

/** Stores what there is to bill and starts its preview. Refuses a month that is not over, or that a run is open for. */
export const prepareRun = defineCommand<RunInput, { runId: string; items: number }>({
  name: "invoice_run.prepare",
  capability: "invoices.draft",
  subject: (_input, { runId }) => ({ type: "invoice_run", id: runId }),
  async run(context, { billingEntityId, month, sendsInvoices = true }) {
    const { db, actor, now } = context;
    if (sendsInvoices) requireCapability(actor, "invoices.send");
    const entity = (await listBillingEntities(db)).find(({ id }) => id === billingEntityId);
    if (!entity) refuseField("billingEntityId", billingEntityId, "Choose a billing entity from the list.");
    const period = readMonth(month);
    if (Temporal.PlainDate.compare(localDate(now, entity.zone), period.end) < 0) {
      const rule = `${monthName(period)} is not over. It can be billed from ${period.end} on.`;
      refuseField("month", month, rule);
    }
    await requireNoOpenRun(db, billingEntityId, period);
    return await beginRun(context, {
      billingEntityId,
      period,
      preparedBy: actorKey(actor),
      sendsInvoices,
    }) ?? refuseField(
      "month",
      month,
      `No contract of ${entity.name} has a period that ends in ${monthName(period)} and is not billed yet.`,
    );
  },
});

function readMonth(month: string): Period {
  return parseMonth(month) ?? refuseField("month", month, "Use a month as year and month.", "2026-01");
}

async function requireNoOpenRun(db: TenantDb, billingEntityId: string, period: Period): Promise<void> {
  const open = await findOpenInvoiceRun(db, billingEntityId, period.start);
  if (!open) return;
  throw milepostError("AlreadyExists", {
    message: `A run of ${open.entity} for ${monthName(period)} is ${runStateNames[open.state]}. ` +
      "Finish or cancel that one first.",
    fields: [{ field: "runId", value: open.id, rule: "One open run for each billing entity and month." }],
  });
}

/** Some items of a run, by their places `[from, to)`. */
export interface RunChunk {
  runId: string;
  from: number;
  to: number;
}

/** Previews a chunk; the last one makes the run wait for its approval. */
export const previewRunChunk = defineCommand<RunChunk, { previewed: number }>({
  name: "invoice_run.preview_chunk",
  capability: "invoices.draft",
  subject: ({ runId }) => ({ type: "invoice_run", id: runId }),
  async run(context, { runId, from, to }) {
    const { db, emit } = context;
    const run = await findRunIn(db, runId, "previewing");
    if (!run) return { previewed: 0 };
    const previewed = await previewItems(context, run, { from, to });
    emit("invoice_run.progressed", runId, { stage: "preview", done: previewed });
    const locked = await lockInvoiceRun(db, runId);
    if (locked?.state !== "previewing" || await hasItemIn(db, runId, "pending")) return { previewed };
    const resultHash = await hashInvoiceRunItems(db, runId);
    await setInvoiceRunState(db, runId, { state: "awaiting_approval", resultHash });
    emit("invoice_run.previewed", runId, { items: run.itemCount });
    return { previewed };
  },
});

export interface RunApproval {
  runId: string;
  /** In hexadecimal, as the approver saw it: other results are not what was approved. */
  resultHash: string;
  note?: string;
}

/** Approves what was previewed, as another person than the one who prepared it unless the policy allows it, and starts the issue. */
export const approveRun = defineCommand<RunApproval, { runId: string }>({
  name: "invoice_run.approve",
  capability: "invoices.approve",
  confirmed: true,
  subject: ({ runId }) => ({ type: "invoice_run", id: runId }),
  async run(context, { runId, resultHash, note = "" }) {
    const { db, actor, now, emit } = context;
    const run = await requireRun(db, runId);
    requireRunTransition(run.state, "issuing");
    if (run.resultHash?.toHex() !== resultHash) {
      throw milepostError("Conflict", {
        message: "The preview is not the one that you looked at. Look at it again, then approve.",
      });
    }
    if (!(await findInvoiceRunPolicy(db))?.allowsOwnApproval) {
      requireOtherPerson(actorKey(actor), run.preparedBy, "prepared this run");
    }
    const total = await sumPreviewedItems(db, runId);
    requireCapability(actor, "invoices.approve", money(total, parseCurrencyCode(run.currency)));
    await setInvoiceRunState(db, runId, {
      state: "issuing",
      approvedBy: actorKey(actor),
      approvedAt: now,
      note: readOptionalText("note", note, "New vans agreed by phone.", longestNote) ?? "",
    });
    if (await hasItemIn(db, runId, "previewed")) {
      await enqueueChunks(context, runJobKinds.draft, runId, run.itemCount);
    } else await enqueueNumbering(context, runId);
    emit("invoice_run.approved", runId, {});
    return { runId };
  },
});

const longestNote = 1_000;
const reasonExample = "Fuel of 11 March is there twice.";

/** Decides for all runs from now on whether whoever prepared one may approve it too: a matter of what people may do, so of who gives rights. */
export const setRunPolicy = defineCommand<{ allowsOwnApproval: boolean }, { allowsOwnApproval: boolean }>({
  name: "invoice_run.set_policy",
  capability: "members.manage",
  confirmed: true,
  subject: () => ({ type: "invoice_run_policy", id: "approval" }),
  async run({ db, actor, now }, { allowsOwnApproval }) {
    await insertInvoiceRunPolicy(db, { allowsOwnApproval, setBy: actorKey(actor), setAt: now });
    return { allowsOwnApproval };
  },
});

/** Gives a run back to whoever prepared it, with the reason; nothing of it is issued. */
export const returnRun = defineCommand<{ runId: string; reason: string }, { runId: string }>({
  name: "invoice_run.return",
  capability: "invoices.approve",
  subject: ({ runId }) => ({ type: "invoice_run", id: runId }),
  async run({ db, now, emit }, { runId, reason }) {
    const run = await requireRun(db, runId);
    requireRunTransition(run.state, "returned");
    const note = readOptionalText("reason", reason, reasonExample, longestNote) ??
      refuseField("reason", reason, "Say what has to be corrected.", reasonExample);
    await setInvoiceRunState(db, runId, { state: "returned", note, finishedAt: now });
    emit("invoice_run.returned", runId, { reason: note });
    return { runId };
  },
});

/** Ends a run of which nothing is issued. */
export const cancelRun = defineCommand<{ runId: string }, { runId: string }>({
  name: "invoice_run.cancel",
  capability: "invoices.draft",
  subject: ({ runId }) => ({ type: "invoice_run", id: runId }),
  async run({ db, now, emit }, { runId }) {
    const run = await requireRun(db, runId);
    requireRunTransition(run.state, "cancelled");
    await setInvoiceRunState(db, runId, { state: "cancelled", finishedAt: now });
    emit("invoice_run.cancelled", runId, {});
    return { runId };
  },
});

/** How often a step is tried once more after a person said so. */
const furtherAttempts = 10;

/** Lets a run go on whose steps failed: each is tried again now. A blocked run is checked again. */
export const retryRun = defineCommand<{ runId: string }, { steps: number }>({
  name: "invoice_run.retry",
  capability: "jobs.manage",
  subject: ({ runId }) => ({ type: "invoice_run", id: runId }),
  async run({ db, enqueue, emit }, { runId }) {
    const run = await requireRun(db, runId);
    const isOpen = openRunStates.includes(run.state);
    if (isOpen || run.state === "done") {
      const steps = await setFailedRunJobsReady(db, runId, Object.values(runJobKinds), furtherAttempts);
      if (isOpen || steps > 0) return { steps };
    }
    requireRunTransition(run.state, "reconciling");
    await requireNoOpenRun(db, run.billingEntityId, { start: run.periodStart, end: run.periodEnd });
    await setInvoiceRunState(db, runId, { state: "reconciling", finishedAt: null });
    await enqueue(runJobKinds.reconcile, { runId });
    emit("invoice_run.reopened", runId, {});
    return { steps: 1 };
  },
});

/** Drafts a chunk from the facts of the cut-off; what differs from its preview is parked. The last one starts the numbering. */
export const draftRunChunk = defineCommand<RunChunk, { drafted: number; parked: number }>({
  name: "invoice_run.draft_chunk",
  capability: "invoices.draft",
  subject: ({ runId }) => ({ type: "invoice_run", id: runId }),
  async run(context, { runId, from, to }) {
    const { db } = context;
    const run = await findRunIn(db, runId, "issuing");
    if (!run) return { drafted: 0, parked: 0 };
    const outcome = await draftItems(context, run, { from, to });
    const done = outcome.drafted + outcome.parked;
    context.emit("invoice_run.progressed", runId, { stage: "draft", done });
    await lockInvoiceRun(db, runId); // of two last chunks, the later one sees that nothing is left
    if (!await hasItemIn(db, runId, "previewed")) await enqueueNumbering(context, runId);
    return outcome;
  },
});

async function enqueueNumbering({ enqueue }: CommandContext, runId: string): Promise<void> {
  await enqueue(runJobKinds.number, { runId }, { uniqueKey: runId });
}

/** Numbers and issues the next drafts of a run in their order; none is left when `issued` is 0. */
export const numberRunBlock = defineCommand<{ runId: string }, { issued: number }>({
  name: "invoice_run.number_block",
  capability: "invoices.issue",
  subject: ({ runId }) => ({ type: "invoice_run", id: runId }),
  async run(context, { runId }) {
    const { db } = context;
    const run = await lockInvoiceRun(db, runId);
    if (run?.state !== "issuing") return { issued: 0 };
    const issued = await numberItems(context, run, numbersPerBlock);
    if (issued > 0) context.emit("invoice_run.progressed", runId, { stage: "issue", done: issued });
    return { issued };
  },
});

/** Ends the issue and starts the check of the books. */
export const endRunIssue = defineCommand<{ runId: string }, { runId: string }>({
  name: "invoice_run.end_issue",
  capability: "invoices.issue",
  subject: ({ runId }) => ({ type: "invoice_run", id: runId }),
  async run({ db, enqueue, emit }, { runId }) {
    const run = await requireRun(db, runId);
    if (run.state !== "issuing") return { runId };
    await setInvoiceRunState(db, runId, { state: "reconciling" });
    emit("invoice_run.issued", runId, {});
    await enqueue(runJobKinds.reconcile, { runId }, { uniqueKey: runId });
    return { runId };
  },
});

/** Closes a run with what the second derivation found: a difference blocks it; else its delivery starts, if it has one. */
export const closeRun = defineCommand<{ runId: string; differences: number }, { runId: string }>({
  name: "invoice_run.close",
  capability: "invoices.issue",
  subject: ({ runId }) => ({ type: "invoice_run", id: runId }),
  async run(context, { runId, differences }) {
    const { db, now, emit } = context;
    const run = await requireRun(db, runId);
    if (run.state !== "reconciling") return { runId };
    const state = differences === 0 ? "done" : "blocked";
    await setInvoiceRunState(db, runId, { state, finishedAt: now });
    if (state === "done" && run.sendsInvoices) {
      await enqueueDelivery(context, run);
    }
    emit("invoice_run.closed", runId, { state, differences });
    return { runId };
  },
});

async function findRunIn(
  db: TenantDb,
  runId: string,
  state: InvoiceRun["state"],
): Promise<InvoiceRun | undefined> {
  const run = await findInvoiceRun(db, runId);
  return run?.state === state ? run : undefined;
}

/** The run, locked. Throws `NotFound`. */
async function requireRun(db: TenantDb, runId: string): Promise<InvoiceRun> {
  const run = isId(runId) ? await lockInvoiceRun(db, runId) : undefined;
  if (run) return run;
  throw milepostError("NotFound", {
    message: "There is no such run, or it belongs to another company. Find it in the list of invoice runs.",
  });
}
