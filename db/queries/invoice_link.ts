/** The links by which customers open invoices: the key that signs those of a business, and what became of each. */
import { sql } from "kysely";
import type { TenantDb } from "../tenant.ts";

/** Of the tenant, sealed; nothing until its first invoice is issued. */
export async function findInvoiceLinkKey(db: TenantDb): Promise<Uint8Array | undefined> {
  const found = await db.query.selectFrom("invoice_link_key").select("key_sealed as sealed")
    .where("tenant_id", "=", db.tenantId).executeTakeFirst();
  return found?.sealed;
}

/** Keeps the tenant's key; one that is there already stays. */
export async function insertInvoiceLinkKey(db: TenantDb, sealed: Uint8Array): Promise<void> {
  await db.query.insertInto("invoice_link_key").values({ tenant_id: db.tenantId, key_sealed: sealed })
    .onConflict((conflict) => conflict.column("tenant_id").doNothing()).execute();
}

/** What became of the link of an invoice. */
export interface InvoiceLink {
  /** Counts from 1; each renewal is one more. */
  generation: number;
  endedAt: Temporal.Instant | null;
  /** When someone who has a link first opened the invoice. */
  openedAt: Temporal.Instant | null;
}

/** An invoice whose link nothing became of yet has the first one, which works. */
export async function findInvoiceLink(db: TenantDb, invoiceId: string): Promise<InvoiceLink> {
  const found = await db.query.selectFrom("invoice_link")
    .select(["generation", "ended_at as endedAt", "opened_at as openedAt"])
    .where("tenant_id", "=", db.tenantId).where("invoice_id", "=", invoiceId)
    .executeTakeFirst();
  return found ?? { generation: 1, endedAt: null, openedAt: null };
}

/** Ends the link of an invoice. */
export async function setInvoiceLinkEnded(
  db: TenantDb,
  invoiceId: string,
  now: Temporal.Instant,
): Promise<void> {
  await db.query.insertInto("invoice_link")
    .values({ tenant_id: db.tenantId, invoice_id: invoiceId, ended_at: now, opened_at: null })
    .onConflict((conflict) => conflict.columns(["tenant_id", "invoice_id"]).doUpdateSet({ ended_at: now }))
    .execute();
}

/** Gives an invoice another link; the one before works no longer. */
export async function setInvoiceLinkRenewed(db: TenantDb, invoiceId: string): Promise<void> {
  await db.query.insertInto("invoice_link")
    .values({
      tenant_id: db.tenantId,
      invoice_id: invoiceId,
      generation: 2,
      ended_at: null,
      opened_at: null,
    })
    .onConflict((conflict) =>
      conflict.columns(["tenant_id", "invoice_id"])
        .doUpdateSet({ generation: sql<number>`invoice_link.generation + 1`, ended_at: null })
    )
    .execute();
}

/** Keeps when an invoice was first opened; false if it was before. */
export async function setInvoiceLinkOpened(
  db: TenantDb,
  invoiceId: string,
  now: Temporal.Instant,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db.query.insertInto("invoice_link")
    .values({ tenant_id: db.tenantId, invoice_id: invoiceId, ended_at: null, opened_at: now })
    .onConflict((conflict) =>
      conflict.columns(["tenant_id", "invoice_id"]).doUpdateSet({ opened_at: now })
        .where("invoice_link.opened_at", "is", null)
    )
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}
