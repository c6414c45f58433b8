/** The links of a business's invoices, on the caller's transaction: the key that signs them, and the address of each. */
import { randomBytes } from "node:crypto";
import {
  findInvoiceLink,
  findInvoiceLinkKey,
  insertInvoiceLinkKey,
  type InvoiceLink,
} from "../../../db/queries/invoice_link.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import type { CommandContext } from "../../core/command.ts";
import type { SecretContext, Secrets } from "../../core/secrets.ts";
import { writeToken } from "./token.ts";

export type { InvoiceLink };

const keyBytes = 32;

/** What is needed to write links: without the origin by which customers reach this server, there are none. */
export interface LinkEnvironment {
  readonly secrets: Secrets;
  readonly origin?: string;
}

/** Makes the key that signs the links of this tenant, if it has none. Throws `SecretsUnavailable`. */
export async function ensureLinkKey({ db, secrets }: Pick<CommandContext, "db" | "secrets">): Promise<void> {
  if (await findInvoiceLinkKey(db)) return;
  await insertInvoiceLinkKey(db, await secrets.seal(contextOf(db.tenantId), randomBytes(keyBytes)));
}

/** The key that signs the links of this tenant; nothing until it has issued an invoice. Throws `SecretUnreadable`, `SecretsUnavailable`. */
export async function openLinkKey(db: TenantDb, secrets: Secrets): Promise<Uint8Array | undefined> {
  const sealed = await findInvoiceLinkKey(db);
  return sealed && await secrets.open(contextOf(db.tenantId), sealed);
}

/** Gives the address of an invoice's link, or nothing where it has none that works. */
export type LinkWriter = (invoiceId: string) => Promise<string | null>;

/** Opens the key once, for the links of many invoices. Throws as `openLinkKey`. */
export async function linkWriter(db: TenantDb, { secrets, origin }: LinkEnvironment): Promise<LinkWriter> {
  const key = origin === undefined ? undefined : await openLinkKey(db, secrets);
  if (key === undefined) return () => Promise.resolve(null);
  return async (invoiceId) => {
    const { generation, endedAt } = await findInvoiceLink(db, invoiceId);
    if (endedAt !== null) return null;
    return `${origin}/pay/${writeToken(key, { tenantId: db.tenantId, invoiceId, generation })}`;
  };
}

function contextOf(tenantId: string): SecretContext {
  return { tenantId, record: `invoice_link_key:${tenantId}` };
}
