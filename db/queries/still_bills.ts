/** Which invoices bill their period, so that it is not due again; the one condition that all who ask share. */
import type { TenantDb } from "../tenant.ts";

/**
 * The row of `invoice` bills its period. A void one does not, and neither does one that was credited whole by hand to be billed
 * again. One that was given away stays billed, and so does one of which runs took back or added what changed.
 */
export function stillBills({ sql }: TenantDb) {
  return sql`(not invoice.only_corrections and invoice.state <> 'void' and (invoice.state <> 'credited'
    or exists (select from credit_note note where note.tenant_id = invoice.tenant_id
      and note.invoice_id = invoice.id and note.purpose = 'concession')
    or not exists (select from credit_note note where note.tenant_id = invoice.tenant_id
      and note.invoice_id = invoice.id and not exists (select from credit_note_correction by_run
        where by_run.tenant_id = note.tenant_id and by_run.credit_note_id = note.id))
    or exists (select from rederivation derived join invoice_line_correction corrected
      on corrected.tenant_id = derived.tenant_id and corrected.rederivation_id = derived.id
      where derived.tenant_id = invoice.tenant_id and derived.invoice_id = invoice.id)))`;
}
