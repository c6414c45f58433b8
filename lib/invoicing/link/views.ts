/** The link of an invoice as the business sees it, and as whoever has it opens it. */
import { findInvoiceLink, type InvoiceLink } from "../../../db/queries/invoice_link.ts";
import { type TenantDb, withTenant } from "../../../db/tenant.ts";
import type { Environment } from "../../core/command.ts";
import { milepostError } from "../../core/errors.ts";
import { type LinkEnvironment, linkWriter, openLinkKey } from "./steps.ts";
import { isTokenOf, readToken } from "./token.ts";

export { findInvoiceLink, type InvoiceLink };

/** The address of an invoice's link; null where it has none that works. Throws as `openLinkKey`. */
export async function addressOfLink(
  db: TenantDb,
  environment: LinkEnvironment,
  invoiceId: string,
): Promise<string | null> {
  return await (await linkWriter(db, environment))(invoiceId);
}

/** What a link that works leads to. */
export interface OpenedLink {
  tenantId: string;
  invoiceId: string;
  /** When it was first opened; null if never before. */
  openedAt: Temporal.Instant | null;
}

/**
 * Reads what a link leads to, in the transaction of the tenant that the token names; its key decides before anything else is read.
 * Throws `NotFound`, in the same words for whatever is wrong with the link, and as `openLinkKey`.
 */
export async function readByLink<Found>(
  { database, secrets }: Pick<Environment, "database" | "secrets">,
  token: string,
  read: (db: TenantDb, link: OpenedLink) => Promise<Found>,
): Promise<Found & { link: OpenedLink }> {
  const asked = readToken(token);
  if (!asked) throw noLink();
  const { tenantId, invoiceId } = asked;
  return await withTenant(database, tenantId, async (db) => {
    const key = await openLinkKey(db, secrets);
    if (!key) throw noLink();
    const { generation, endedAt, openedAt } = await findInvoiceLink(db, invoiceId);
    if (!isTokenOf(key, asked, generation) || endedAt !== null) throw noLink();
    const link = { tenantId, invoiceId, openedAt };
    return { ...await read(db, link), link };
  }, { readOnly: true });
}

function noLink(): Error {
  return milepostError("NotFound", {
    message: "This link leads nowhere. Ask whoever sent it to you for a new one.",
  });
}
