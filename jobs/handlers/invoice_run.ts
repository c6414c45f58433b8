/** The jobs of an invoice run: previews and drafts in chunks, one pass of numbers, the books checked, then its messages in chunks. */
import { listRunInvoiceIds } from "../../db/queries/invoice_run_item.ts";
import { withTenant } from "../../db/tenant.ts";
import { jobActor } from "../../lib/core/actor.ts";
import { execute } from "../../lib/core/command.ts";
import {
  closeRun,
  draftRunChunk,
  endRunIssue,
  numberRunBlock,
  previewRunChunk,
  type RunChunk,
} from "../../lib/invoicing/run/commands.ts";
import { runJobKinds } from "../../lib/invoicing/run/states.ts";
import { deliverRunChunk } from "../../lib/notifications/run_delivery.ts";
import { findInvoicesToSend } from "../../lib/notifications/views.ts";
import { auditCorrections, auditInvoices } from "../../lib/ops/audit/audit.ts";
import { payeeLines } from "../../lib/tenants/views.ts";
import { invoiceFile } from "../../routes/(app)/invoices/(_components)/invoice_file.tsx";
import type { Job, JobHandler } from "../handler.ts";

/** Invoices of one look at the books: a snapshot that stays open for a large run would keep Postgres from cleaning up. */
const auditedAtOnce = 500;

const common = { maxAttempts: 20, leaseMs: 120_000 } as const;

function executionOf(kind: string, { tenantId, id, attempt }: Job) {
  return { tenantId, actor: jobActor(kind), job: { id, attempt } };
}

const preview: JobHandler = {
  ...common,
  kind: runJobKinds.preview,
  async run(environment, job) {
    await execute(
      environment,
      previewRunChunk,
      executionOf(this.kind, job),
      job.payload as unknown as RunChunk,
    );
  },
};

const draft: JobHandler = {
  ...common,
  kind: runJobKinds.draft,
  async run(environment, job) {
    await execute(
      environment,
      draftRunChunk,
      executionOf(this.kind, job),
      job.payload as unknown as RunChunk,
    );
  },
};

const number: JobHandler = {
  ...common,
  kind: runJobKinds.number,
  async run(environment, job) {
    const { runId } = job.payload as { runId: string };
    const { job: claim, ...execution } = executionOf(this.kind, job);
    // Blocks wait for one another by the lock of the run, so a second worker on this job does no harm.
    while ((await execute(environment, numberRunBlock, execution, { runId })).issued > 0);
    await execute(environment, endRunIssue, { ...execution, job: claim }, { runId });
  },
};

const reconcile: JobHandler = {
  ...common,
  kind: runJobKinds.reconcile,
  leaseMs: 3_600_000,
  async run(environment, job) {
    const { runId } = job.payload as { runId: string };
    const ids = await withTenant(environment.database, job.tenantId, (db) => listRunInvoiceIds(db, runId));
    let differences = 0;
    for (let from = 0; from < ids.length; from += auditedAtOnce) {
      const part = ids.slice(from, from + auditedAtOnce);
      differences += (await auditInvoices(environment.database, job.tenantId, part)).breaches.length;
    }
    differences += (await auditCorrections(environment.database, job.tenantId, runId)).breaches.length;
    const closing = { runId, differences };
    await execute(environment, closeRun, executionOf(this.kind, job), closing);
  },
};

/** The files are made outside of the transaction that writes the messages, which holds the invoices no longer than it must. */
const deliver: JobHandler = {
  ...common,
  kind: runJobKinds.deliver,
  async run(environment, job) {
    const chunk = job.payload as unknown as RunChunk;
    const [found, payee] = await withTenant(environment.database, job.tenantId, async (db) => {
      const found = await findInvoicesToSend(db, chunk);
      const seller = found.at(0)?.invoice.seller; // a run is that of one entity
      return [found, seller ? await payeeLines(db, environment.secrets, seller.id) : []] as const;
    }, { readOnly: true });
    const files = new Map(
      found.map(({ invoice, workings }) => [invoice.id, invoiceFile(invoice, workings, payee)]),
    );
    await execute(environment, deliverRunChunk, executionOf(this.kind, job), { ...chunk, files });
  },
};

export const invoiceRun: readonly JobHandler[] = [preview, draft, number, reconcile, deliver];
